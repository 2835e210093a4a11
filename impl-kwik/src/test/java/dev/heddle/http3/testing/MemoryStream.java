package dev.heddle.http3.testing;

import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/** One side of a stream in memory, and what a test wants to see of it. */
public final class MemoryStream implements QuicStream {
  private static final MemoryPipe NONE = new MemoryPipe(1, () -> null, () -> null, () -> {});

  private final long id;
  private final MemoryPipe incoming;
  private final MemoryPipe outgoing;

  MemoryStream(long id, MemoryPipe incoming, MemoryPipe outgoing) {
    this.id = id;
    this.incoming = incoming == null ? NONE : incoming;
    this.outgoing = outgoing == null ? NONE : outgoing;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    require(incoming);
    return incoming.read(buffer, offset, length);
  }

  @Override
  public boolean awaitReadable(long nanos) throws InterruptedIOException {
    return incoming.awaitReadable(nanos);
  }

  @Override
  public void write(boolean fin, ByteBuffer... parts) throws IOException {
    require(outgoing);
    outgoing.write(fin, parts);
  }

  @Override
  public void reset(long code) {
    if (outgoing != NONE) {
      outgoing.reset(code);
    }
  }

  @Override
  public void stopSending(long code) {
    if (incoming != NONE) {
      incoming.stop(code);
    }
  }

  @Override
  public OptionalLong stoppedCode() {
    return outgoing.stopCode();
  }

  @Override
  public void onStopped(Runnable action) {
    outgoing.onStopped(action);
  }

  @Override
  public boolean givenUpByPeer() {
    return incoming.resetCode().isPresent() || outgoing.stopCode().isPresent();
  }

  /** Writes octets as one and leaves this direction open. */
  public MemoryStream send(byte[]... parts) throws IOException {
    if (parts.length > 0) {
      write(false, wrapped(parts));
    }
    return this;
  }

  /** Writes octets and the end of this direction as one. */
  public MemoryStream end(byte[]... parts) throws IOException {
    write(true, wrapped(parts));
    return this;
  }

  private static ByteBuffer[] wrapped(byte[][] parts) {
    return Arrays.stream(parts).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
  }

  /** Waits for the peer's RESET_STREAM. */
  public long awaitReset() {
    return incoming.awaitReset();
  }

  /** The code of the peer's RESET_STREAM, if it has come. */
  public OptionalLong peerReset() {
    return incoming.resetCode();
  }

  /** Waits for the peer's STOP_SENDING. */
  public long awaitStop() {
    return outgoing.awaitStop();
  }

  /** Whether the peer has asked to stop sending. */
  public boolean stopped() {
    return outgoing.stopCode().isPresent();
  }

  /** How often the peer called write. */
  public int peerWrites() {
    return incoming.writes();
  }

  /** Waits until the peer has read everything and waits for more. */
  public void awaitPeerReads() {
    outgoing.awaitReader();
  }

  /** Waits until the peer has filled the buffer and waits for room. */
  public void awaitPeerWrites() {
    incoming.awaitWriter();
  }

  private static void require(MemoryPipe pipe) throws IOException {
    if (pipe == NONE) {
      throw new IOException("no such direction");
    }
  }
}
