package dev.heddle.spi;

import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/** Which server certificates a client accepts. */
public sealed interface Trust {

  /** Certificates that lead to one of the authorities the Java runtime trusts, for this host. */
  record SystemAuthorities() implements Trust {}

  /**
   * Certificates that lead to one of these authorities, for this host.
   *
   * @param certificates the authorities, at least one
   */
  record Authorities(List<X509Certificate> certificates) implements Trust {
    /** Copies the list. */
    public Authorities {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * Exactly one certificate.
   *
   * @param sha256 SHA-256 of its DER form, 64 lower-case hexadecimal digits
   */
  record Pinned(String sha256) implements Trust {
    /**
     * A pin as people write it.
     *
     * @param hex 64 hexadecimal digits of either case, colons between them allowed
     * @return the pin
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits
     */
    public static Pinned of(String hex) {
      String digits = hex.replace(":", "");
      if (digits.length() != 64 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
        throw new IllegalArgumentException("a SHA-256 is 64 hexadecimal digits, not: " + hex);
      }
      return new Pinned(digits.toLowerCase(java.util.Locale.ROOT));
    }
  }

  /** Every certificate, without a look. */
  record EveryServer() implements Trust {}
}
