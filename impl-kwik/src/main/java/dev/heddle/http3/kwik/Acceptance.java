package dev.heddle.http3.kwik;

import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.spi.Trust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Which certificates are accepted for a host: trust, dates and host name in one place. Immutable,
 * any thread.
 */
final class Acceptance {
  private final Trust trust;
  private final HostName host;
  private final X509TrustManager authorities; // null where none are asked

  /** Why a certificate is refused: the words go on from "the certificate". */
  record Refusal(Reason reason, String words, CertificateException cause) {}

  private Acceptance(Trust trust, HostName host, X509TrustManager authorities) {
    this.trust = trust;
    this.host = host;
    this.authorities = authorities;
  }

  /**
   * Reads the authorities, if there are any to ask.
   *
   * @throws IOException if they cannot be used
   */
  static Acceptance of(Trust trust, HostName host) throws IOException {
    try {
      X509TrustManager authorities =
          switch (trust) {
            case Trust.SystemAuthorities() -> asked((KeyStore) null); // those of the Java runtime
            case Trust.Authorities(List<X509Certificate> list) -> asked(store(list));
            case Trust.Pinned pinned -> null;
            case Trust.EveryServer every -> null;
          };
      return new Acceptance(trust, host, authorities);
    } catch (GeneralSecurityException e) {
      throw new IOException("the trusted authorities cannot be used: " + e.getMessage(), e);
    }
  }

  /** Looks at a server's chain, its own certificate first; empty if it is accepted. */
  Optional<Refusal> refusal(X509Certificate[] chain) {
    return switch (trust) {
      case Trust.SystemAuthorities system -> byAuthorities(chain);
      case Trust.Authorities own -> byAuthorities(chain);
      case Trust.Pinned(String sha256) -> byHash(chain[0], sha256);
      case Trust.EveryServer every -> Optional.empty();
    };
  }

  private Optional<Refusal> byAuthorities(X509Certificate[] chain) {
    try {
      // First, because the JDK takes a listed certificate without a look at its dates.
      chain[0].checkValidity();
      authorities.checkServerTrusted(chain, "UNKNOWN"); // as TLS 1.3 calls it in the JDK
    } catch (CertificateExpiredException e) {
      return refused(
          Reason.CERTIFICATE_EXPIRED, "expired on " + chain[0].getNotAfter().toInstant(), e);
    } catch (CertificateNotYetValidException e) {
      return refused(
          Reason.CERTIFICATE_EXPIRED,
          "is not valid before " + chain[0].getNotBefore().toInstant(),
          e);
    } catch (CertificateException e) {
      return outOfDate(e)
          ? refused(Reason.CERTIFICATE_EXPIRED, "was issued by one that has expired", e)
          : refused(
              Reason.CERTIFICATE_NOT_TRUSTED,
              "does not lead to a trusted authority (" + e.getMessage() + ")",
              e);
    }
    if (!host.matches(chain[0])) {
      return refused(
          Reason.CERTIFICATE_FOR_OTHER_HOST,
          "is not for " + host.written() + " but for " + HostName.names(chain[0]),
          new CertificateException("no subject alternative name matches " + host));
    }
    return Optional.empty();
  }

  private static Optional<Refusal> byHash(X509Certificate certificate, String sha256) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      String actual = HexFormat.of().formatHex(digest);
      if (actual.equals(sha256)) {
        return Optional.empty();
      }
      return refused(
          Reason.CERTIFICATE_NOT_TRUSTED,
          "has the SHA-256 " + actual + " and not the pinned " + sha256,
          new CertificateException("another certificate than the pinned one"));
    } catch (GeneralSecurityException e) {
      return refused(Reason.CERTIFICATE_NOT_TRUSTED, "has no SHA-256", new CertificateException(e));
    }
  }

  private static Optional<Refusal> refused(
      Reason reason, String words, CertificateException cause) {
    return Optional.of(new Refusal(reason, words, cause));
  }

  private static boolean outOfDate(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof CertPathValidatorException path
          && (path.getReason() == BasicReason.EXPIRED
              || path.getReason() == BasicReason.NOT_YET_VALID)) {
        return true;
      }
    }
    return false;
  }

  private static KeyStore store(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    return store;
  }

  private static X509TrustManager asked(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
