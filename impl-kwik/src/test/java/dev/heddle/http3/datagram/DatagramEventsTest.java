package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told, and what it is not. */
class DatagramEventsTest {
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 1_000, Duration.ofSeconds(1));

  @TempDir Path directory;

  @Test
  void contextsAndDropsAreEventsAndDeliveriesAreNot() throws Exception {
    List<RecordedEvent> events;
    try (Recording recording = new Recording()) {
      // Other tests drop so many that this one would be among those that are left out.
      recording.enable("dev.heddle.DatagramDropped").with("throttle", "off");
      recording.start();
      DatagramDemux demux = new DatagramDemux(LIMITS, streamId -> true);
      SessionDatagrams session = demux.open(4, e -> {});
      DatagramInbox inbox = new DatagramInbox(4, 2, 2, DropPolicy.NEWEST);
      session.contexts();
      session.add(2, inbox);
      for (int i = 0; i < 3; i++) {
        demux.receive(ByteBuffer.wrap(new byte[] {1, 2, 0, 0}));
      }
      inbox.read();
      inbox.close(() -> new IOException("over"));
      inbox.close(() -> new IOException("over"));
      recording.stop();
      Path file = directory.resolve("datagrams.jfr");
      recording.dump(file);
      events =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().startsWith("dev.heddle.Datagram"))
              .toList();
    }
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .containsExactlyInAnyOrder(
            "dev.heddle.DatagramContextOpened",
            "dev.heddle.DatagramDropped",
            "dev.heddle.DatagramContextClosed");
    assertThat(events)
        .allSatisfy(event -> {
          assertThat(event.getLong("streamId")).isEqualTo(4);
          assertThat(event.getLong("contextId")).isEqualTo(2);
        });
    RecordedEvent dropped = event(events, "dev.heddle.DatagramDropped");
    assertThat(dropped.getString("reason")).isEqualTo("RING_FULL");
    assertThat(dropped.getLong("size")).isEqualTo(2);
    RecordedEvent closed = event(events, "dev.heddle.DatagramContextClosed");
    assertThat(closed.getLong("received")).isEqualTo(3);
    assertThat(closed.getLong("dropped")).isEqualTo(1);
  }

  private static RecordedEvent event(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
