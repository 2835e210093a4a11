package dev.heddle.http3.kwik;

import dev.heddle.http3.kwik.Acceptance.Refusal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/**
 * Asks about the certificate of one handshake and keeps the answer, because kwik passes only a text
 * on. kwik calls it on its receive thread; any thread may look at the refusal afterwards.
 */
final class CertificateCheck implements X509TrustManager {
  private final Acceptance acceptance;
  private volatile Refusal refusal;

  CertificateCheck(Acceptance acceptance) {
    this.acceptance = acceptance;
  }

  /** The refusal, once there is one. */
  Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authenticationType)
      throws CertificateException {
    Optional<Refusal> answer = acceptance.refusal(chain);
    if (answer.isPresent()) {
      refusal = answer.get();
      throw answer.get().cause();
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authenticationType)
      throws CertificateException {
    throw new CertificateException("this side is the client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
