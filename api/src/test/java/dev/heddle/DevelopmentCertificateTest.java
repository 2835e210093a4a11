package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentCertificateTest {
  private static final ServerCertificate MADE = ServerCertificate.development();

  @Test
  void aDevelopmentCertificateIsWhatBrowsersAcceptByHash() throws Exception {
    X509Certificate certificate = MADE.chain().getFirst();
    certificate.verify(certificate.getPublicKey());
    assertThat(MADE.chain()).hasSize(1);
    assertThat(MADE.privateKey()).isInstanceOf(ECPrivateKey.class);
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    Duration validity =
        Duration.between(
            certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    assertThat(validity).isLessThan(Duration.ofDays(14));
    assertThat(certificate.getNotBefore().toInstant()).isBefore(Instant.now());
    assertThat(certificate.getNotAfter().toInstant())
        .isAfter(Instant.now().plus(Duration.ofDays(9)));
  }

  @Test
  void aDevelopmentCertificateIsForTheHostsThatWereAskedFor() throws Exception {
    X509Certificate certificate =
        ServerCertificate.development("a.example", "10.1.2.3", "fe80::1").chain().getFirst();
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(entry -> entry.get(1).toString())
        .containsExactly("a.example", "10.1.2.3", "fe80:0:0:0:0:0:0:1");
  }

  @Test
  void everyDevelopmentCertificateHasItsOwnKeyAndNumber() {
    ServerCertificate other = ServerCertificate.development();
    assertThat(other.sha256()).isNotEqualTo(MADE.sha256());
    assertThat(other.chain().getFirst().getSerialNumber())
        .isNotEqualTo(MADE.chain().getFirst().getSerialNumber());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a..b", "ex ample.org", "host/path", "1.2.3", "::g", "ö.example"})
  void aDevelopmentCertificateRefusesWhatIsNoHost(String host) {
    assertThatIllegalArgumentException().isThrownBy(() -> ServerCertificate.development(host));
  }

  @Test
  void aDevelopmentCertificateNeedsAHost() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerCertificate.development(new String[0]));
  }

  @Test
  void theHashIsThatOfTheFirstCertificate() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(MADE.chain().getFirst().getEncoded());
    assertThat(MADE.sha256()).isEqualTo(HexFormat.of().formatHex(digest));
  }
}
