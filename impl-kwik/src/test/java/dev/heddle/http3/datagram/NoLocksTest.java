package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.ClassFiles;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receive path locks nothing and never waits. */
class NoLocksTest {
  private static final int DATAGRAMS = 300_000;
  private static final int CONTEXTS = 8;
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 65_536, Duration.ofSeconds(1));

  @TempDir Path directory;

  /** In the code: only the table's writers lock, and no class knows a lock of the JDK. */
  @Test
  void onlyOpeningAndClosingLock() throws IOException {
    Set<String> locking = new TreeSet<>();
    Set<String> locks = new TreeSet<>();
    for (byte[] file : ClassFiles.beside(DatagramRing.class)) {
      ClassModel model = ClassFile.of().parse(file);
      String name = model.thisClass().asInternalName();
      if (name.startsWith("dev/heddle/http3/datagram/")) {
        model.methods().stream()
            .filter(NoLocksTest::locks)
            .forEach(method -> locking.add(simple(name) + "." + method.methodName()));
        for (PoolEntry entry : model.constantPool()) {
          if (entry instanceof ClassEntry used
              && used.asInternalName().startsWith("java/util/concurrent/locks/")) {
            locks.add(used.asInternalName());
          }
        }
      }
    }
    assertThat(locking)
        .containsExactlyInAnyOrder(
            "LongTable.put",
            "LongTable.remove",
            "LongTable.forEach",
            "LongTable.size",
            "LongTable.length");
    assertThat(locks).containsExactly("java/util/concurrent/locks/LockSupport");
  }

  private static boolean locks(MethodModel method) {
    return method.flags().has(AccessFlag.SYNCHRONIZED)
        || method
            .code()
            .filter(code -> code.elementStream().anyMatch(MonitorInstruction.class::isInstance))
            .isPresent();
  }

  private static String simple(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }

  /** As it runs, with readers that wait again and again: no wait of the producer is recorded. */
  @Test
  void theProducerNeverWaitsWhileReadersDo() throws Exception {
    List<RecordedEvent> events;
    Thread producer;
    try (Recording recording = new Recording()) {
      for (String name : List.of("jdk.JavaMonitorEnter", "jdk.JavaMonitorWait", "jdk.ThreadPark")) {
        recording.enable(name).withThreshold(Duration.ZERO).withoutStackTrace();
      }
      recording.start();
      producer = deliver();
      recording.stop();
      Path file = directory.resolve("waits.jfr");
      recording.dump(file);
      events =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().startsWith("jdk."))
              .toList();
    }
    assertThat(events).as("waits of readers, which show that waits are recorded").isNotEmpty();
    assertThat(events)
        .noneMatch(event -> event.getThread().getJavaThreadId() == producer.threadId());
  }

  private static Thread deliver() throws Exception {
    DatagramDemux demux = new DatagramDemux(LIMITS, streamId -> true);
    SessionDatagrams session = demux.open(0, e -> {});
    session.contexts();
    List<DatagramInbox> inboxes = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (long id = 0; id < CONTEXTS; id++) {
      DatagramInbox inbox = new DatagramInbox(0, id, 256, DropPolicy.OLDEST);
      session.add(id, inbox);
      inboxes.add(inbox);
      readers.add(Thread.ofPlatform().daemon().start(() -> readAll(inbox)));
    }
    List<Throwable> failures = new ArrayList<>();
    Thread producer = Thread.ofPlatform().unstarted(() -> produce(demux));
    producer.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    producer.start();
    producer.join();
    assertThat(failures).isEmpty();
    for (DatagramInbox inbox : inboxes) {
      inbox.close(() -> new IOException("done"));
    }
    for (Thread reader : readers) {
      reader.join(10_000);
      assertThat(reader.isAlive()).isFalse();
    }
    return producer;
  }

  private static void produce(DatagramDemux demux) {
    try {
      for (int i = 0; i < DATAGRAMS; i++) {
        demux.receive(ByteBuffer.wrap(new byte[] {0, (byte) (i % CONTEXTS), 1}));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readAll(DatagramInbox inbox) {
    try {
      while (true) {
        inbox.read();
      }
    } catch (IOException | InterruptedException e) {
      // Closed: all is read.
    }
  }
}
