package tech.kwik.core.crypto;

import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.log.Logger;
import tech.kwik.core.util.TriFunction;

/**
 * The 1-RTT keys of one direction, through all key updates (RFC 9001 section 6). Those of this side
 * belong to who sends, those of the peer to the receiving thread; either can start an update.
 *
 * <p>Differs from the class that it replaces in that phase and keys change in one step, that the
 * keys of the phase before are kept for packets that come late, and that the keys of the next phase
 * are derived once and not for every packet that claims to use them.
 */
public class KeyUpdateSupport implements Aead {

  /** RFC 9001 §6.6: AES-GCM may protect 2^23 packets; updates start well before. */
  private static final int PACKETS_PER_KEY = 1 << 22;

  private static final int MIN_PACKETS_PER_KEY = 100;

  /** Keys and how many updates led to them. */
  public record Phase(BaseAeadImpl keys, int count) {

    public int bit() {
      return count & 1;
    }
  }

  private final Role role;
  private final TriFunction<Role, byte[], byte[], Aead> factory;
  private volatile Phase current;
  private volatile KeyUpdateSupport otherDirection;

  private final int packetsPerKey;

  // Written by who sends: the last packet's phase, and how many packets had it.
  private volatile Phase lastSent;
  private int sent;

  // Used for receiving only.
  private Phase previous;
  private Phase next;
  private long firstNumber;

  public KeyUpdateSupport(
      Aead first, Role role, TriFunction<Role, byte[], byte[], Aead> factory, Logger log) {
    this.role = role;
    this.factory = factory;
    this.current = new Phase((BaseAeadImpl) first, 0);
    this.packetsPerKey =
        Math.clamp(
            Integer.getInteger("tech.kwik.core.loom.packetsPerKey", PACKETS_PER_KEY),
            MIN_PACKETS_PER_KEY,
            PACKETS_PER_KEY);
  }

  /** What to send one packet with. */
  public Phase sending() {
    if (sent >= packetsPerKey) {
      computeKeyUpdate(true);
    }
    Phase phase = current;
    if (phase != lastSent) {
      lastSent = phase;
      sent = 0;
    }
    sent++;
    return phase;
  }

  /** The keys for a received packet with this key phase bit and number. */
  public Phase receiving(int bit, long number) {
    Phase now = current;
    if (bit == now.bit()) {
      return now;
    }
    if (previous != null && number < firstNumber) {
      return previous;
    }
    if (next == null) {
      next = after(now);
    }
    return next;
  }

  /** A packet was decrypted: if with the keys of the next phase, those are the keys from now on. */
  public void received(Phase used, long number) throws TransportError {
    if (used != next) {
      return;
    }
    // RFC 9001 §6.2: a second update while nothing has answered the first is a KEY_UPDATE_ERROR.
    if (current.count > 0
        && otherDirection.current.count == current.count
        && otherDirection.lastSent != otherDirection.current) {
      throw new TransportError(
          TransportErrorCode.KEY_UPDATE_ERROR, "key update before an answer to the last one");
    }
    previous = current;
    current = used;
    next = null;
    firstNumber = number;
    // RFC 9001 §6.2: a peer that has updated its keys gets an answer with updated keys.
    if (otherDirection.current.count < used.count) {
      otherDirection.update();
    }
  }

  /** Whether the peer has followed all updates of this side, so that another may start. */
  public boolean isAnswered() {
    return otherDirection.current.count >= current.count;
  }

  private Phase after(Phase phase) {
    byte[] secret = phase.keys.computeNextApplicationTrafficSecret();
    Aead keys = factory.apply(role, secret, phase.keys.getHp());
    return new Phase((BaseAeadImpl) keys, phase.count + 1);
  }

  /** Starts an update of this direction, if it is the one that sends and the last was answered. */
  @Override
  public synchronized void computeKeyUpdate(boolean selfInitiated) {
    // RFC 9001 §6.1: no further update before the peer has acknowledged the current phase.
    if (selfInitiated && isAnswered()) {
      update();
    }
  }

  private synchronized void update() {
    current = after(current);
  }

  @Override
  public void setPeerAead(Aead other) {
    otherDirection = (KeyUpdateSupport) other;
  }

  @Override
  public short getKeyPhase() {
    return (short) current.bit();
  }

  @Override
  public int getKeyUpdateCounter() {
    return current.count;
  }

  @Override
  public byte[] createHeaderProtectionMask(byte[] sample) {
    return current.keys.createHeaderProtectionMask(sample);
  }

  @Override
  public byte[] getIv() {
    return current.keys.getIv();
  }

  @Override
  public byte[] aeadEncrypt(byte[] associated, byte[] text, byte[] nonce) {
    return current.keys.aeadEncrypt(associated, text, nonce);
  }

  @Override
  public byte[] aeadDecrypt(byte[] associated, byte[] text, byte[] nonce)
      throws DecryptionException {
    return current.keys.aeadDecrypt(associated, text, nonce);
  }

  @Override
  public byte[] computeNextApplicationTrafficSecret() {
    return current.keys.computeNextApplicationTrafficSecret();
  }

  @Override
  public byte[] getTrafficSecret() {
    return current.keys.getTrafficSecret();
  }

  @Override
  public byte[] getHp() {
    return current.keys.getHp();
  }
}
