package dev.heddle.http3.diag;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;

/** An HTTP datagram that was not delivered or not sent. */
@Name("dev.heddle.DatagramDropped")
@Label("Datagram Dropped")
@Description("An HTTP datagram that was not delivered or not sent; a sample where there are many")
@Category("Heddle")
@StackTrace(false)
@Throttle("1000/s")
public final class DatagramDroppedEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(DatagramDroppedEvent.class);

  @Label("Stream Id")
  @Description("The request stream, -1 where the connection has none for it")
  long streamId;

  @Label("Context Id")
  @Description("The datagram context, -1 where there is none")
  long contextId;

  @Label("Reason")
  String reason;

  @Label("Size")
  @DataAmount
  long size;

  private DatagramDroppedEvent() {}

  /** Tells JFR of one drop, if someone records. */
  public static void emit(long streamId, long contextId, String reason, int bytes) {
    if (TYPE.isEnabled()) {
      DatagramDroppedEvent event = new DatagramDroppedEvent();
      event.streamId = streamId;
      event.contextId = contextId;
      event.reason = reason;
      event.size = bytes;
      event.commit();
    }
  }
}
