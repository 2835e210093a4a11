package tech.kwik.core.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import tech.kwik.core.impl.DecryptionException;

/**
 * Packet protection without copies (RFC 9001 section 5.3): packets are encrypted where they were
 * written, and decrypted into an array of exactly their size. The keys of one direction belong to
 * one thread at a time.
 */
public final class Sealing {

  public static final int TAG_BYTES = 16;
  private static final int SAMPLE_BYTES = 16;

  private Sealing() {}

  /** Encrypts the text behind the header in place, and writes the tag behind that. */
  public static void seal(
      BaseAeadImpl keys, byte[] packet, int header, int text, int textLength, long number) {
    try {
      Cipher cipher = initialized(keys, Cipher.ENCRYPT_MODE, number);
      cipher.updateAAD(packet, header, text - header);
      cipher.doFinal(packet, text, textLength, packet, text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a packet cannot be encrypted", e);
    }
  }

  /** Decrypts what lies between the header and the end, tag included. */
  public static byte[] open(
      BaseAeadImpl keys, byte[] packet, int header, int text, int end, long number)
      throws DecryptionException {
    if (end - text < TAG_BYTES) {
      throw new DecryptionException("shorter than its tag");
    }
    try {
      Cipher cipher = initialized(keys, Cipher.DECRYPT_MODE, number);
      cipher.updateAAD(packet, header, text - header);
      return cipher.doFinal(packet, text, end - text);
    } catch (GeneralSecurityException e) {
      throw new DecryptionException();
    }
  }

  /** The header protection mask for the sample at this place. */
  public static byte[] mask(Aead aead, byte[] packet, int sample) {
    return aead.createHeaderProtectionMask(
        Arrays.copyOfRange(packet, sample, sample + SAMPLE_BYTES));
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
      cipher.init(mode, keys.getKeySpec(), new GCMParameterSpec(8 * TAG_BYTES, nonce));
    }
    return cipher;
  }
}
