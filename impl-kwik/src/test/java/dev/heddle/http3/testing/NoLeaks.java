package dev.heddle.http3.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Fails a test that leaves a thread, platform or virtual, or an open UDP socket behind. What ends a
 * little later than the test is waited for, at most for 10 seconds.
 *
 * <pre>{@code @ExtendWith(NoLeaks.class) class SomeTest {}}</pre>
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace OURS = Namespace.create(NoLeaks.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /**
   * Threads of the JVM and of the test engine, which start when they are first needed, and those of
   * a flupke client, which nobody can end.
   */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "ForkJoinPool.*|VirtualThread-.*|Common-Cleaner|Cleaner-.*|process reaper.*|Attach"
              + " Listener|Notification Thread|Signal Dispatcher|junit-.*|surefire-.*|C[12]"
              + " CompilerThread.*|MasterPoller|SubPoller-\\d+|CompletableFutureDelayScheduler|Keep-Alive-.*|.*-unblocker|MemoryPoolMXBean.*|Service"
              + " Thread|JFR .*|Thread-dump.*|http3-\\d+");

  private static final String CONTAINERS = "jdk.internal.vm.ThreadContainers";
  private static final String CONTAINER = "jdk.internal.vm.ThreadContainer";
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

  private record Open(Map<Long, String> threads, Set<String> sockets) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    store(context).put("before", new Open(threads(), sockets()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Open before = store(context).get("before", Open.class);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Open left = since(before);
    while (!(left.threads.isEmpty() && left.sockets.isEmpty())) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "left behind: threads " + left.threads + ", UDP sockets " + left.sockets);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      left = since(before);
    }
  }

  private static Open since(Open before) throws IOException {
    Map<Long, String> threads = threads();
    threads.keySet().removeAll(before.threads.keySet());
    Set<String> sockets = sockets();
    sockets.removeAll(before.sockets);
    return new Open(threads, sockets);
  }

  /**
   * All threads, virtual ones too. The JDK's own dump of them is no way to learn that: it can crash
   * a JVM whose virtual threads come and go meanwhile (JDK-8364343).
   */
  static Map<Long, String> threads() {
    Map<Long, String> found = new HashMap<>();
    try {
      Object root = Class.forName(CONTAINERS).getMethod("root").invoke(null);
      collect(root, Class.forName(CONTAINER), found);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("run with --add-exports java.base/jdk.internal.vm", e);
    }
    return found;
  }

  private static void collect(Object container, Class<?> type, Map<Long, String> found)
      throws ReflectiveOperationException {
    for (Object each : ((Stream<?>) type.getMethod("threads").invoke(container)).toList()) {
      Thread thread = (Thread) each;
      if (thread.isAlive() && !ELSEWHERE.matcher(thread.getName()).matches()) {
        found.put(thread.threadId(), thread.getName());
      }
    }
    for (Object child : ((Stream<?>) type.getMethod("children").invoke(container)).toList()) {
      collect(child, type, found);
    }
  }

  /** The UDP sockets of this process: descriptors whose inode the system lists. Linux only. */
  private static Set<String> sockets() throws IOException {
    Set<String> udp = new HashSet<>();
    for (String table : new String[] {"udp", "udp6"}) {
      Path file = Path.of("/proc/self/net", table);
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          String[] columns = line.trim().split(" +");
          udp.add(columns.length > 9 ? columns[9] : "");
        }
      }
    }
    Set<String> ours = new HashSet<>();
    if (!udp.isEmpty()) {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
        for (Path descriptor : descriptors) {
          inode(descriptor).filter(udp::contains).ifPresent(ours::add);
        }
      }
    }
    return ours;
  }

  private static Optional<String> inode(Path descriptor) {
    try {
      Matcher socket = SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
      return socket.matches() ? Optional.of(socket.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // closed meanwhile
    }
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(OURS);
  }
}
