package dev.heddle.http3.diag;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A datagram context of a session that can be read from now on. */
@Name("dev.heddle.DatagramContextOpened")
@Label("Datagram Context Opened")
@Category("Heddle")
@StackTrace(false)
public final class DatagramContextOpenedEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(DatagramContextOpenedEvent.class);

  @Label("Stream Id")
  long streamId;

  @Label("Context Id")
  @Description("-1 for a session's datagrams without contexts")
  long contextId;

  private DatagramContextOpenedEvent() {}

  /** Tells JFR of one context, if someone records. */
  public static void emit(long streamId, long contextId) {
    if (TYPE.isEnabled()) {
      DatagramContextOpenedEvent event = new DatagramContextOpenedEvent();
      event.streamId = streamId;
      event.contextId = contextId;
      event.commit();
    }
  }
}
