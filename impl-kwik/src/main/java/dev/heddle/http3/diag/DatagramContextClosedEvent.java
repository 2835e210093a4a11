package dev.heddle.http3.diag;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A datagram context that takes nothing more, with what it did. */
@Name("dev.heddle.DatagramContextClosed")
@Label("Datagram Context Closed")
@Category("Heddle")
@StackTrace(false)
public final class DatagramContextClosedEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(DatagramContextClosedEvent.class);

  @Label("Stream Id")
  long streamId;

  @Label("Context Id")
  @Description("-1 for a session's datagrams without contexts")
  long contextId;

  @Label("Received")
  @Description("Datagrams that had arrived when the context was closed")
  long received;

  @Label("Dropped")
  @Description("Those of them that were dropped")
  long dropped;

  private DatagramContextClosedEvent() {}

  /** Tells JFR of one context, if someone records. */
  public static void emit(long streamId, long contextId, long received, long dropped) {
    if (TYPE.isEnabled()) {
      DatagramContextClosedEvent event = new DatagramContextClosedEvent();
      event.streamId = streamId;
      event.contextId = contextId;
      event.received = received;
      event.dropped = dropped;
      event.commit();
    }
  }
}
