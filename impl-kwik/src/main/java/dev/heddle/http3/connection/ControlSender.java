package dev.heddle.http3.connection;

import dev.heddle.Limits;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.FrameWriter;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.Settings;
import dev.heddle.http3.wire.UniStreamType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * This side's control stream. A virtual thread of its own opens and writes it, so that a peer which
 * gives no credit holds up nobody else. There are two writes in a connection's life: the stream
 * type with SETTINGS, and GOAWAY. Any thread.
 */
final class ControlSender {
  private static final long GREASE_RANKS = 1L << 32;

  private final Http3Connection connection;
  private final LinkedBlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("heddle-control-send").unstarted(this::run);
  private final CountDownLatch settingsWritten = new CountDownLatch(1);
  private final CountDownLatch goAwayWritten = new CountDownLatch(1);

  ControlSender(Http3Connection connection, Settings settings) {
    this.connection = connection;
    ByteBuilder first = new ByteBuilder();
    // RFC 9114 §6.2.1: each side opens one control stream, and its first frame is SETTINGS
    FrameWriter.streamType(UniStreamType.CONTROL, first);
    long rank = ThreadLocalRandom.current().nextLong(GREASE_RANKS);
    FrameWriter.settings(settings.withGrease(rank, rank), first);
    // RFC 9114 §7.2.8: reserved frames keep everyone used to skipping what they do not know
    FrameWriter.grease(rank, Arrays.copyOf(new byte[] {(byte) rank}, (int) (rank & 7)), first);
    frames.add(first.toByteArray());
  }

  /** What this side announces. */
  static Settings settings(Limits limits, boolean client, boolean datagrams) {
    Settings settings =
        Settings.NONE
            .with(Settings.QPACK_MAX_TABLE_CAPACITY, 0)
            .with(Settings.MAX_FIELD_SECTION_SIZE, limits.maxFieldSectionBytes())
            .with(Settings.QPACK_BLOCKED_STREAMS, 0);
    if (datagrams) {
      // RFC 9297 §2.1.1: recommended also where the program uses no datagrams
      settings = settings.with(Settings.H3_DATAGRAM, 1);
    }
    // RFC 9220 §3: a server that accepts Extended CONNECT says so
    return client ? settings : settings.with(Settings.ENABLE_CONNECT_PROTOCOL, 1);
  }

  void start() {
    thread.start();
  }

  /** Ends the thread; the stream ends with its connection, never before (RFC 9114 §6.2.1). */
  void stop() {
    thread.interrupt();
  }

  /** Queues a GOAWAY behind what was queued before. */
  void goAway(long id) {
    ByteBuilder frame = new ByteBuilder(16);
    FrameWriter.goAway(id, frame);
    frames.add(frame.toByteArray());
  }

  /** Whether SETTINGS are with the transport, or never will be. */
  boolean settingsSent() {
    return settingsWritten.getCount() == 0;
  }

  /** Waits until {@link #settingsSent()}. */
  void awaitSettingsSent() throws InterruptedException {
    settingsWritten.await();
  }

  /** Waits until the GOAWAY is with the transport, or there is no way to send it. */
  void awaitGoAway(Duration limit) throws InterruptedException {
    // Out of time is no failure: the connection then closes without it.
    goAwayWritten.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    try {
      QuicStream opened = connection.quic().openStream(false);
      opened.onStopped(this::stopped);
      opened.write(false, ByteBuffer.wrap(frames.take()));
      settingsWritten.countDown();
      opened.write(false, ByteBuffer.wrap(frames.take()));
    } catch (IOException | InterruptedException e) {
      // The connection has ended, or the peer has stopped the stream, which ends it.
    } catch (Throwable e) {
      connection.failInternally(e);
    } finally {
      settingsWritten.countDown(); // whoever waits for it meets the connection's end
      goAwayWritten.countDown();
    }
  }

  private void stopped() {
    // RFC 9114 §6.2.1: a peer never asks to close a control stream
    connection.fail(
        ProtocolException.connection(
            H3Error.H3_CLOSED_CRITICAL_STREAM, "the peer stopped the control stream"));
  }
}
