package dev.heddle.bench.peer;

import dev.heddle.bench.load.DatagramPipe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.loom.DatagramSource;
import tech.kwik.core.loom.LoomConnection;

/**
 * Datagrams of a QUIC connection with nothing between it and two queues of the JDK, of the sizes
 * that Heddle has by default. One thread sends, one receives.
 */
final class BareDatagrams implements DatagramSource, DatagramPipe {
  private static final int QUEUE = 256;

  private final LoomConnection connection;
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(QUEUE);
  private final BlockingQueue<byte[]> incoming = new ArrayBlockingQueue<>(QUEUE);

  BareDatagrams(LoomConnection connection) {
    this.connection = connection;
    connection.datagrams(this, this::arrived);
  }

  private void arrived(ByteBuffer payload) {
    byte[] datagram = new byte[payload.remaining()];
    payload.get(datagram);
    incoming.offer(datagram); // what finds no room is lost, as it may be
  }

  @Override
  public int nextBytes() {
    byte[] next = outgoing.peek();
    return next == null ? -1 : next.length;
  }

  @Override
  public void writeNext(ByteBuffer packet) {
    packet.put(outgoing.remove());
  }

  @Override
  public void discardNext() {
    outgoing.remove();
  }

  @Override
  public void send(byte[] datagram) throws InterruptedException {
    outgoing.put(datagram);
    connection.datagramsReady();
  }

  @Override
  public byte[] receive(Duration limit) throws InterruptedException {
    return incoming.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Sends everything back, until the thread is interrupted. */
  void echo() {
    try {
      while (true) {
        send(incoming.take());
      }
    } catch (InterruptedException e) {
      // The server closes.
    }
  }
}
