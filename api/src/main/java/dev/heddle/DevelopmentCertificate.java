package dev.heddle;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A self-signed X.509 certificate (RFC 5280) made on the spot. The JDK reads certificates but has
 * no public way to make one, and the api depends on nothing else.
 */
record DevelopmentCertificate(X509Certificate certificate, PrivateKey privateKey) {
  private static final Duration VALID = Duration.ofDays(10);
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final byte[] COMMON_NAME = Der.oid(2, 5, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = Der.oid(2, 5, 29, 19);
  private static final byte[] KEY_USAGE = Der.oid(2, 5, 29, 15);
  private static final byte[] DIGITAL_SIGNATURE = Der.tagged(3, new byte[] {7, (byte) 0x80});
  private static final byte[] EXTENDED_KEY_USAGE = Der.oid(2, 5, 29, 37);
  private static final byte[] SERVER_AUTHENTICATION = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1);
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.oid(2, 5, 29, 17);
  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));

  static DevelopmentCertificate create(List<String> hosts) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("a certificate needs at least one host");
    }
    byte[][] names = new byte[hosts.size()][];
    for (int i = 0; i < names.length; i++) {
      names[i] = alternativeName(hosts.get(i));
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] content = content(names, keys);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      byte[] der = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
      return new DevelopmentCertificate(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)),
          keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no ECDSA on P-256", e);
    }
  }

  private static byte[] content(byte[][] names, KeyPair keys) {
    Instant from = Instant.now().minus(CLOCK_SKEW).truncatedTo(ChronoUnit.SECONDS);
    byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text("Heddle development"))));
    byte[] extensions =
        Der.sequence(
            Der.sequence(SUBJECT_ALTERNATIVE_NAME, Der.octets(Der.sequence(names))),
            Der.sequence(BASIC_CONSTRAINTS, Der.truth(), Der.octets(Der.sequence())),
            Der.sequence(KEY_USAGE, Der.truth(), Der.octets(DIGITAL_SIGNATURE)),
            Der.sequence(EXTENDED_KEY_USAGE, Der.octets(Der.sequence(SERVER_AUTHENTICATION))));
    return Der.sequence(
        Der.tagged(0xa0, Der.integer(2)),
        Der.integer(new BigInteger(126, new SecureRandom()).setBit(126)),
        ECDSA_WITH_SHA256,
        name,
        Der.sequence(Validity.at(from), Validity.at(from.plus(VALID))),
        name,
        keys.getPublic().getEncoded(),
        Der.tagged(0xa3, extensions));
  }

  private static byte[] alternativeName(String host) {
    // The JDK takes 1.2.3 for 1.2.0.3, which nobody means.
    if (host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}")) {
      return Der.tagged(0x87, InetAddress.ofLiteral(host).getAddress());
    }
    if (host.matches("[0-9.]*") || !host.matches("[A-Za-z0-9*_-]+(\\.[A-Za-z0-9_-]+)*")) {
      throw new IllegalArgumentException("neither a host name nor an address: " + host);
    }
    return Der.tagged(0x82, host.getBytes(StandardCharsets.US_ASCII));
  }

  /** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
  private static final class Validity {
    private static final Instant Y2050 = Instant.parse("2050-01-01T00:00:00Z");

    static byte[] at(Instant time) {
      byte[] generalized = Der.time(time);
      if (!time.isBefore(Y2050)) {
        return generalized;
      }
      byte[] digits = new byte[generalized.length - 4];
      System.arraycopy(generalized, 4, digits, 0, digits.length);
      return Der.tagged(0x17, digits);
    }
  }
}
