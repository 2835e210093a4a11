package tech.kwik.core.receive;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tech.kwik.core.log.Logger;
import tech.kwik.core.udp.ReceiveLoop;
import tech.kwik.core.udp.UdpSocket;

/**
 * The receiving side of a client's or a server's socket: a {@link ReceiveLoop} whose sink is named
 * when it starts. Any thread calls.
 */
public class Receiver {

  private final DatagramSocket socket;
  private final Consumer<Throwable> abortCallback;

  // Guarded by this.
  private ReceiveLoop loop;
  private ReceiveLoop.Sink sink;
  private DatagramSocket replacement;
  private boolean closed;

  public Receiver(DatagramSocket socket, Logger log, Consumer<Throwable> abortCallback) {
    this(socket, log, abortCallback, packet -> true);
  }

  /** The sink looks at addresses itself, so the filter of stock kwik is not asked. */
  public Receiver(
      DatagramSocket socket,
      Logger log,
      Consumer<Throwable> abortCallback,
      Predicate<DatagramPacket> filter) {
    this.socket = socket;
    this.abortCallback = abortCallback;
  }

  /** Nothing to do: {@link #start(ReceiveLoop.Sink)} does it. */
  public void start() {}

  public void start(ReceiveLoop.Sink newSink) {
    synchronized (this) {
      if (closed) {
        return;
      }
      sink = newSink;
    }
    replaceLoop(socket);
  }

  private void replaceLoop(DatagramSocket newSocket) {
    ReceiveLoop old;
    try {
      // Started under the guard: a loop that is closed before would never leave its watcher.
      synchronized (this) {
        if (closed) {
          return;
        }
        old = loop;
        loop = new ReceiveLoop(UdpSocket.of(newSocket), sink);
        loop.start();
      }
    } catch (IOException e) {
      abortCallback.accept(e);
      return;
    }
    if (old != null) {
      old.close();
    }
  }

  public void shutdown() {
    ReceiveLoop last;
    DatagramSocket ours;
    synchronized (this) {
      closed = true;
      last = loop;
      ours = replacement;
    }
    if (last != null) {
      last.close();
    }
    if (ours != null) {
      ours.close();
    }
  }

  /** Receives from another socket in place of the one before, which is closed with this. */
  public void changeAddress(DatagramSocket newSocket) {
    DatagramSocket before;
    synchronized (this) {
      before = replacement;
      replacement = newSocket;
    }
    replaceLoop(newSocket);
    if (before != null) {
      before.close();
    }
  }

  /** What the sink does when the socket fails. */
  public void abort(Throwable failure) {
    abortCallback.accept(failure);
  }
}
