package dev.heddle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate chain and the private key that fits it. Immutable. Files are read when it is made,
 * so that a wrong one is known before anything is bound.
 *
 * {@snippet file="ServerSnippet.java" region="certificates"}
 */
public final class ServerCertificate {
  private final List<X509Certificate> chain;
  private final PrivateKey privateKey;

  private ServerCertificate(List<X509Certificate> chain, PrivateKey privateKey) {
    this.chain = chain;
    this.privateKey = privateKey;
  }

  /**
   * Reads a pair of PEM files.
   *
   * @param certificateFile the server's certificate, then those that lead to its authority
   * @param keyFile the private key (PKCS#8, PKCS#1 or SEC 1), without a password
   * @return the certificate
   * @throws IOException if a file cannot be read, holds something else, or the key does not fit the
   *     certificate; the message names the file and the reason
   */
  public static ServerCertificate ofPem(Path certificateFile, Path keyFile) throws IOException {
    List<X509Certificate> chain = Pem.certificates(certificateFile);
    PrivateKey key = Pem.privateKey(keyFile);
    if (!KeyMatch.fits(chain.getFirst().getPublicKey(), key)) {
      throw new IOException(
          "the key in " + keyFile + " does not fit the certificate in " + certificateFile);
    }
    return new ServerCertificate(chain, key);
  }

  /**
   * Reads a PKCS#12 file with exactly one key entry.
   *
   * @param file the file, often named {@code .p12} or {@code .pfx}
   * @param password the password of file and key
   * @return the certificate
   * @throws IOException if the file cannot be read, is not PKCS#12, the password is wrong, or it
   *     does not hold exactly one private key with its certificate; the message names the file and
   *     the reason
   */
  public static ServerCertificate ofPkcs12(Path file, char[] password) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw Pem.unreadable(file, e);
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      load(file, store, content, password);
      List<String> keys = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw new IOException(file + " holds " + keys.size() + " private keys; one is needed");
      }
      return ofEntry(file, store, keys.getFirst(), password);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void load(Path file, KeyStore store, byte[] content, char[] password)
      throws GeneralSecurityException, IOException {
    try {
      store.load(new ByteArrayInputStream(content), password);
    } catch (IOException e) {
      String reason =
          e.getCause() instanceof UnrecoverableKeyException
              ? " cannot be opened: the password is wrong"
              : " is no PKCS#12 file";
      throw new IOException(file + reason, e);
    }
  }

  /**
   * Makes a certificate for development: self-signed, ECDSA on P-256, valid for 10 days from an
   * hour ago, for {@code localhost}, 127.0.0.1 and ::1. That is what browsers ask of a certificate
   * they are told to accept by its hash.
   *
   * @return a new certificate with a new key
   */
  public static ServerCertificate development() {
    return development("localhost", "127.0.0.1", "::1");
  }

  /**
   * Makes a certificate for development, as {@link #development()}, for other hosts.
   *
   * @param hosts host names and literal addresses, at least one
   * @return a new certificate with a new key
   * @throws IllegalArgumentException if there is no host or one is neither a name nor an address
   */
  public static ServerCertificate development(String... hosts) {
    DevelopmentCertificate made = DevelopmentCertificate.create(List.of(hosts));
    return new ServerCertificate(List.of(made.certificate()), made.privateKey());
  }

  /**
   * The certificates, the server's own first.
   *
   * @return an unmodifiable list, never empty
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * The private key of the first certificate.
   *
   * @return the key
   */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * The hash by which clients and browsers can pin the certificate.
   *
   * @return SHA-256 of the first certificate's DER form, 64 lower-case hexadecimal digits
   */
  public String sha256() {
    try {
      byte[] der = chain.getFirst().getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "every Java runtime has SHA-256 and encodes what it parsed", e);
    }
  }

  private static ServerCertificate ofEntry(Path file, KeyStore store, String alias, char[] password)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = new ArrayList<>();
    Certificate[] stored = store.getCertificateChain(alias);
    for (Certificate certificate : stored == null ? new Certificate[0] : stored) {
      if (certificate instanceof X509Certificate x509) {
        chain.add(x509);
      }
    }
    Key key = store.getKey(alias, password);
    if (chain.isEmpty() || !(key instanceof PrivateKey privateKey)) {
      throw new IOException(file + " has no certificate for its private key");
    }
    if (!KeyMatch.fits(chain.getFirst().getPublicKey(), privateKey)) {
      throw new IOException(file + " holds a key that does not fit its certificate");
    }
    return new ServerCertificate(List.copyOf(chain), privateKey);
  }
}
