package tech.kwik.core.crypto;

import java.util.ArrayDeque;
import java.util.Queue;
import tech.kwik.agent15.handshake.HandshakeMessage;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.send.Sender;
import tech.kwik.core.udp.LeafLock;

/** The TLS messages of one encryption level that are to be sent. Any thread. */
final class CryptoOutput {

  /** Type, an offset of up to eight bytes, a length of two, and some data. */
  private static final int MIN_FRAME = 16;

  private static final int OVERHEAD = 11;

  private final LeafLock lock = new LeafLock();
  private final VersionHolder version;
  private final EncryptionLevel level;
  private volatile Sender sender;

  // Guarded by lock.
  private final Queue<byte[]> unsent = new ArrayDeque<>();
  private int headOffset;
  private int unsentBytes;
  private long offset;
  private String lastWritten = "";

  CryptoOutput(VersionHolder version, EncryptionLevel level, Sender sender) {
    this.version = version;
    this.level = level;
    this.sender = sender;
  }

  void sender(Sender value) {
    sender = value;
  }

  void write(HandshakeMessage message, boolean flush) {
    byte[] bytes = message.getBytes();
    try (var _ = lock.hold()) {
      unsent.add(bytes);
      unsentBytes += bytes.length;
      lastWritten = message.getClass().getSimpleName();
    }
    request();
    if (flush) {
      sender.flush();
    }
  }

  private void request() {
    sender.send(this::frame, MIN_FRAME, level, this::lost);
  }

  private QuicFrame frame(int maxLength) {
    byte[] data;
    long at;
    boolean more;
    try (var _ = lock.hold()) {
      int length = Math.min(unsentBytes, Math.max(0, maxLength - OVERHEAD));
      data = take(length);
      at = offset;
      offset += length;
      more = unsentBytes > 0;
    }
    if (more) {
      request();
    }
    return data.length == 0 ? null : new CryptoFrame(version.getVersion(), at, data);
  }

  private byte[] take(int length) {
    byte[] data = new byte[length];
    for (int done = 0; done < length; ) {
      byte[] head = unsent.element();
      int n = Math.min(length - done, head.length - headOffset);
      System.arraycopy(head, headOffset, data, done, n);
      done += n;
      headOffset += n;
      if (headOffset == head.length) {
        unsent.remove();
        headOffset = 0;
      }
    }
    unsentBytes -= length;
    return data;
  }

  private void lost(QuicFrame frame) {
    sender.send(frame, level, this::lost);
  }

  void reset() {
    try (var _ = lock.hold()) {
      unsent.clear();
      headOffset = 0;
      unsentBytes = 0;
      offset = 0;
    }
  }

  String lastWritten() {
    try (var _ = lock.hold()) {
      return lastWritten;
    }
  }
}
