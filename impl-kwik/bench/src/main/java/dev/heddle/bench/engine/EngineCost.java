package dev.heddle.bench.engine;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Harness;
import dev.heddle.bench.peer.Peer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Prints processor time and allocation for each echo, client and server together. Takes the names
 * of loads, then optionally how many rounds. Every round is preceded by one of each other load, so
 * that what slows the machine down slows all of them.
 */
public final class EngineCost {
  private static final int IN_FLIGHT = 100;
  private static final int BODY_BYTES = 100;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int COUNT = 150_000;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private EngineCost() {}

  /** Runs the loads named by the arguments; a number among them is the count of rounds. */
  public static void main(String[] args) throws Exception {
    int rounds = 9;
    List<String> names =
        Arrays.stream(args).filter(arg -> !arg.chars().allMatch(Character::isDigit)).toList();
    for (String arg : args) {
      if (!names.contains(arg)) {
        rounds = Integer.parseInt(arg);
      }
    }
    Load[] loads = new Load[names.size()];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = new Load(names.get(i), rounds);
    }
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (Load load : loads) {
        load.run(round);
      }
    }
    for (Load load : loads) {
      System.out.println(load);
    }
    System.exit(0); // servers and all
  }

  /** So many echoes, client and server together. */
  private interface Round {
    void run() throws Exception;
  }

  private static Round round(String name) throws Exception {
    return switch (name) {
      case "bare" -> inMemory(List.of(Echoes.bare()));
      case "post" -> inMemory(List.of(Echoes.engine()));
      case "barequeue" -> inMemory(DatagramEchoes.bare(1));
      case "barequeue10000" -> inMemory(DatagramEchoes.bare(10_000));
      case "contexts1" -> inMemory(DatagramEchoes.engine(1, 1));
      case "contexts100" -> inMemory(DatagramEchoes.engine(100, 100));
      case "contexts10000" -> inMemory(DatagramEchoes.engine(10_000, 100));
      case "udp-bare" -> overUdp(Peer.STREAMS);
      case "udp-post" -> overUdp(Peer.HEDDLE);
      case "udp-barequeue" -> datagramsOverUdp(Peer.STREAMS, 0);
      case "udp-contexts1" -> datagramsOverUdp(Peer.HEDDLE, 1);
      case "udp-contexts10000" -> datagramsOverUdp(Peer.HEDDLE, 10_000);
      default -> throw new IllegalArgumentException("no load: " + name);
    };
  }

  private static Round overUdp(Peer peer) throws Exception {
    Harness harness = peer.open();
    return () -> harness.echo(new EchoLoad(IN_FLIGHT, COUNT, LIMIT, BODY_BYTES));
  }

  private static Round datagramsOverUdp(Peer peer, int contexts) throws Exception {
    Harness harness = peer.open();
    return () -> {
      Measured measured =
          harness.datagrams(new DatagramLoad(256, BODY_BYTES, contexts, COUNT, LIMIT));
      if (measured.units() < COUNT * 9L / 10) {
        System.err.println("only " + measured.units() + " came back");
      }
    };
  }

  private static Round inMemory(List<? extends Echoes.Echo> echoes) {
    return () -> {
      AtomicInteger next = new AtomicInteger();
      AtomicReference<Exception> failure = new AtomicReference<>();
      Thread[] slots = new Thread[IN_FLIGHT];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = Thread.startVirtualThread(() -> slot(echoes, next, failure));
      }
      for (Thread slot : slots) {
        slot.join();
      }
      if (failure.get() != null) {
        throw failure.get();
      }
    };
  }

  private static void slot(
      List<? extends Echoes.Echo> echoes, AtomicInteger next, AtomicReference<Exception> failure) {
    try {
      int index;
      while (failure.get() == null && (index = next.getAndIncrement()) < COUNT) {
        byte[] body = new byte[BODY_BYTES];
        if (echoes.get(index % echoes.size()).of(body).length != BODY_BYTES) {
          throw new IllegalStateException("another echo came back");
        }
      }
    } catch (Exception e) {
      failure.compareAndSet(null, e);
    }
  }

  private static final class Load {
    private final String name;
    private final Round echoes;
    private final double[] nanos;
    private final double[] bytes;
    private final double[] clock;

    Load(String name, int rounds) throws Exception {
      this.name = name;
      this.echoes = round(name);
      this.nanos = new double[rounds];
      this.bytes = new double[rounds];
      this.clock = new double[rounds];
    }

    void run(int round) throws Exception {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long nanosBefore = system.getProcessCpuTime();
      long clockBefore = System.nanoTime();
      long bytesBefore = threads.getTotalThreadAllocatedBytes();
      echoes.run();
      if (round >= 0) {
        clock[round] = (double) (System.nanoTime() - clockBefore) / COUNT;
        bytes[round] = (double) (threads.getTotalThreadAllocatedBytes() - bytesBefore) / COUNT;
        nanos[round] = (double) (system.getProcessCpuTime() - nanosBefore) / COUNT;
      }
    }

    @Override
    public String toString() {
      Arrays.sort(nanos);
      Arrays.sort(bytes);
      Arrays.sort(clock);
      return String.format(
          Locale.ROOT,
          "%-18s %8.0f ns (lowest %.0f) %8.0f bytes, %8.0f ns by the clock",
          name,
          nanos[nanos.length / 2],
          nanos[0],
          bytes[bytes.length / 2],
          clock[clock.length / 2]);
    }
  }
}
