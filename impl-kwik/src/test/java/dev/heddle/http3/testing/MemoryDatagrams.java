package dev.heddle.http3.testing;

import dev.heddle.http3.quic.DatagramSource;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The datagrams of one side in memory: pulled from their source at once, unless they are held. */
final class MemoryDatagrams {
  private final Consumer<byte[]> network;
  private final ReentrantLock sending = new ReentrantLock();
  private final AtomicBoolean ready = new AtomicBoolean();
  private volatile DatagramSource source;
  private volatile Consumer<ByteBuffer> sink;
  private volatile int maxBytes = 1_200;
  private volatile boolean held;

  /** What is sent goes to {@code network}. */
  MemoryDatagrams(Consumer<byte[]> network) {
    this.network = network;
  }

  boolean possible() {
    return maxBytes > 0;
  }

  boolean started() {
    return sink != null;
  }

  int maxBytes() {
    return maxBytes;
  }

  void maxBytes(int bytes) {
    maxBytes = bytes;
    ready();
  }

  void hold(boolean hold) {
    held = hold;
    ready();
  }

  void start(DatagramSource from, Consumer<ByteBuffer> to) {
    sink = to;
    source = from;
  }

  void arrived(byte[] datagram) {
    if (sink != null) {
      sink.accept(ByteBuffer.wrap(datagram));
    }
  }

  void ready() {
    ready.set(true);
    while (source != null && !held && ready.get() && sending.tryLock()) {
      try {
        ready.set(false);
        send();
      } finally {
        sending.unlock();
      }
    }
  }

  private void send() {
    for (int bytes = source.nextBytes(); bytes >= 0; bytes = source.nextBytes()) {
      if (held) {
        ready.set(true);
        return;
      }
      if (bytes > maxBytes) {
        source.discardNext();
      } else {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        source.writeNext(packet);
        network.accept(packet.array());
      }
    }
  }
}
