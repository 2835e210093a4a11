package tech.kwik.core.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * Packet protection without copies (RFC 9001 section 5.3): packets are encrypted where they were
 * written, and decrypted into an array of exactly their size. The keys of one direction belong to
 * one thread at a time.
 */
public final class Sealing {

  private static final int TAG_BITS = 128;
  private static final int TAG = TAG_BITS / 8;
  private static final int SAMPLE = 16;

  private Sealing() {}

  /** Encrypts the text behind the header in place, and writes the tag behind that. */
  public static void seal(
      Aead aead, byte[] packet, int header, int headerLength, int textLength, long number) {
    BaseAeadImpl keys = keys(aead);
    int text = header + headerLength;
    try {
      Cipher cipher = initialized(keys, Cipher.ENCRYPT_MODE, number);
      cipher.updateAAD(packet, header, headerLength);
      cipher.doFinal(packet, text, textLength, packet, text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a packet cannot be encrypted", e);
    }
  }

  /** The header protection mask for the sample at this place. */
  public static byte[] mask(Aead aead, byte[] packet, int sample) {
    return aead.createHeaderProtectionMask(Arrays.copyOfRange(packet, sample, sample + SAMPLE));
  }

  private static Cipher initialized(BaseAeadImpl keys, int mode, long number)
      throws GeneralSecurityException {
    byte[] nonce = keys.getIv().clone();
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (number >>> 8 * i);
    }
    Cipher cipher = keys.getCipher();
    if (keys instanceof ChaCha20) {
      cipher.init(mode, keys.getKeySpec(), new IvParameterSpec(nonce));
    } else {
      cipher.init(mode, keys.getKeySpec(), new GCMParameterSpec(TAG_BITS, nonce));
    }
    return cipher;
  }

  private static BaseAeadImpl keys(Aead aead) {
    return (BaseAeadImpl) (aead instanceof KeyUpdateSupport updatable ? updatable.current() : aead);
  }
}
