package dev.heddle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority for tests, made at run time: issues certificates of every kind of key,
 * for any hosts and days. In the api's package because its DER writer is not public.
 */
public final class TestAuthority {
  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));

  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;
  private final List<X509Certificate> above;

  private TestAuthority(
      String name, KeyPair keys, X509Certificate certificate, List<X509Certificate> above) {
    this.name = name;
    this.keys = keys;
    this.certificate = certificate;
    this.above = above;
  }

  /** What a certificate is to say. */
  public record Order(String keyKind, Instant from, Instant to, String subject, String... hosts) {
    /** A certificate valid now, with an EC key on P-256 and a subject without a common name. */
    public static Order forHosts(String... hosts) {
      Instant now = Instant.now();
      return new Order(
          "secp256r1", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), "", hosts);
    }

    public Order keyKind(String kind) {
      return new Order(kind, from, to, subject, hosts);
    }

    public Order from(Instant time) {
      return new Order(keyKind, time, to, subject, hosts);
    }

    public Order to(Instant time) {
      return new Order(keyKind, from, time, subject, hosts);
    }

    public Order subject(String commonName) {
      return new Order(keyKind, from, to, commonName, hosts);
    }
  }

  public static TestAuthority create() {
    Instant now = Instant.now();
    return create(now.minus(Duration.ofDays(30)), now.plus(Duration.ofDays(30)));
  }

  public static TestAuthority create(Instant from, Instant to) {
    KeyPair keys = keys("secp256r1");
    String name = "Test authority " + new BigInteger(32, new SecureRandom());
    X509Certificate root = certificate(name, keys.getPrivate(), name, keys, from, to, null);
    return new TestAuthority(name, keys, root, List.of());
  }

  /** An authority below this one. */
  public TestAuthority intermediate(Instant from, Instant to) {
    KeyPair own = keys("secp256r1");
    String ownName = name + ", below";
    X509Certificate made = certificate(name, keys.getPrivate(), ownName, own, from, to, null);
    List<X509Certificate> chain = new ArrayList<>(List.of(made));
    chain.addAll(above);
    return new TestAuthority(ownName, own, made, chain);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A server's certificate with the chain up to, but without, the root. */
  public ServerCertificate issue(Order order) {
    KeyPair own = keys(order.keyKind);
    X509Certificate leaf =
        certificate(name, keys.getPrivate(), order.subject, own, order.from, order.to, order.hosts);
    return loaded(leaf, above, own.getPrivate());
  }

  /** A certificate that signs itself. */
  public static ServerCertificate selfSigned(Order order) {
    KeyPair own = keys("secp256r1");
    X509Certificate leaf =
        certificate(
            order.subject, own.getPrivate(), order.subject, own, order.from, order.to, order.hosts);
    return loaded(leaf, List.of(), own.getPrivate());
  }

  /** Through PEM files, as a user would have them. */
  private static ServerCertificate loaded(
      X509Certificate leaf, List<X509Certificate> above, PrivateKey key) {
    try {
      Path directory = Files.createTempDirectory("heddle-certificates");
      Path certificates = directory.resolve("certificates.pem");
      Path keyFile = directory.resolve("key.pem");
      StringBuilder pem = new StringBuilder(pem("CERTIFICATE", leaf.getEncoded()));
      for (X509Certificate issuer : above) {
        pem.append(pem("CERTIFICATE", issuer.getEncoded()));
      }
      Files.writeString(certificates, pem);
      Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
      ServerCertificate loaded = ServerCertificate.ofPem(certificates, keyFile);
      Files.delete(certificates);
      Files.delete(keyFile);
      Files.delete(directory);
      return loaded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A block as RFC 7468 has it. */
  public static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static KeyPair keys(String kind) {
    try {
      KeyPairGenerator generator;
      if (kind.startsWith("secp")) {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(kind));
      } else if (kind.startsWith("RSA")) {
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(Integer.parseInt(kind.substring(3)));
      } else {
        generator = KeyPairGenerator.getInstance(kind);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(kind, e);
    }
  }

  private static X509Certificate certificate(
      String issuer,
      PrivateKey issuerKey,
      String subject,
      KeyPair keys,
      Instant from,
      Instant to,
      String[] hosts) {
    byte[] content =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(2)),
            Der.integer(new BigInteger(100, new SecureRandom()).setBit(100)),
            ECDSA_WITH_SHA256,
            name(issuer),
            Der.sequence(time(from), time(to)),
            name(subject),
            keys.getPublic().getEncoded(),
            Der.tagged(0xa3, hosts == null ? authority() : server(hosts)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(issuerKey);
      signature.update(content);
      byte[] der = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] name(String commonName) {
    byte[] organization = Der.sequence(Der.oid(2, 5, 4, 10), Der.text("Heddle tests"));
    return commonName.isEmpty()
        ? Der.sequence(Der.set(organization))
        : Der.sequence(
            Der.set(organization),
            Der.set(Der.sequence(Der.oid(2, 5, 4, 3), Der.text(commonName))));
  }

  private static byte[] authority() {
    return Der.sequence(
        Der.sequence(Der.oid(2, 5, 29, 19), Der.truth(), Der.octets(Der.sequence(Der.truth()))));
  }

  private static byte[] server(String[] hosts) {
    byte[][] names = new byte[hosts.length][];
    for (int i = 0; i < hosts.length; i++) {
      boolean address = hosts[i].indexOf(':') >= 0 || hosts[i].matches("[0-9.]+");
      names[i] =
          address
              ? Der.tagged(0x87, InetAddress.ofLiteral(hosts[i]).getAddress())
              : Der.tagged(0x82, hosts[i].getBytes(StandardCharsets.US_ASCII));
    }
    byte[] signing =
        Der.sequence(Der.oid(2, 5, 29, 15), Der.octets(Der.tagged(3, new byte[] {7, (byte) 0x80})));
    byte[] alternatives = Der.sequence(Der.oid(2, 5, 29, 17), Der.octets(Der.sequence(names)));
    return hosts.length == 0 ? Der.sequence(signing) : Der.sequence(signing, alternatives);
  }

  private static byte[] time(Instant time) {
    return Der.time(time.truncatedTo(ChronoUnit.SECONDS));
  }
}
