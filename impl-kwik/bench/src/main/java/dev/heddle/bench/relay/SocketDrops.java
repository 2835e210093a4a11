package dev.heddle.bench.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches how many packets sockets dropped because their buffers were full, which the kernel tells
 * only as long as they are open. Linux; elsewhere it sees nothing.
 */
public final class SocketDrops implements AutoCloseable {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
  private static final long PERIOD_MILLIS = 50;

  /** Says which local ports are of interest at the moment. */
  public interface Ports {
    /** Port to name. */
    Map<Integer, String> now() throws IOException;
  }

  private final Ports ports;
  private final Map<String, Long> drops = new TreeMap<>();
  private final Thread thread;
  private volatile boolean over;

  /** Starts to watch. */
  public SocketDrops(Ports ports) {
    this.ports = ports;
    thread = Thread.ofPlatform().daemon().name("socket drops").start(this::watch);
  }

  private void watch() {
    try {
      while (!over) {
        look();
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException | IOException e) {
      // What was seen so far is what there is.
    }
  }

  private synchronized void look() throws IOException {
    Map<Integer, String> names = ports.now();
    for (Path table : TABLES) {
      if (!Files.isReadable(table)) {
        continue;
      }
      for (String line : Files.readAllLines(table)) {
        String[] words = line.trim().split("\\s+");
        if (words.length > 12 && words[1].contains(":")) {
          String name = names.get(Integer.parseInt(words[1].split(":")[1], 16));
          if (name != null) {
            drops.put(name, Long.parseLong(words[words.length - 1]));
          }
        }
      }
    }
  }

  /** The drops last seen, by name. */
  public synchronized Map<String, Long> seen() {
    return Map.copyOf(drops);
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
