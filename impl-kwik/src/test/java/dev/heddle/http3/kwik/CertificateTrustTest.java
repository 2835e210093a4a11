package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.SessionConnection;
import dev.heddle.TestAuthority;
import dev.heddle.TestAuthority.Order;
import dev.heddle.http3.testing.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@Timeout(30)
class CertificateTrustTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final Instant NOW = Instant.now();

  @TempDir Path directory;

  @Test
  void aCertificateOfATrustedAuthorityIsAccepted() throws Exception {
    accepted(AUTHORITY.issue(Order.forHosts("localhost")), "localhost", AUTHORITY.certificate());
  }

  @Test
  void aChainThroughAnIntermediateIsAccepted() throws Exception {
    TestAuthority below =
        AUTHORITY.intermediate(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)));
    accepted(below.issue(Order.forHosts("localhost")), "localhost", AUTHORITY.certificate());
  }

  @Test
  void aListedCertificateThatSignsItselfIsAccepted() throws Exception {
    ServerCertificate own = ServerCertificate.development("localhost");
    accepted(own, "localhost", own.chain().getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1", "RSA2048", "RSA3072", "RSA4096"})
  void keysOfEveryUsualKindWork(String kind) throws Exception {
    accepted(
        AUTHORITY.issue(Order.forHosts("localhost").keyKind(kind)),
        "localhost",
        AUTHORITY.certificate());
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,127.0.0.1", "LOCALHOST,localhost", "localhost,LocalHost"})
  void aHostIsMatchedAsAnAddressOrWithoutCase(String host, String name) throws Exception {
    accepted(AUTHORITY.issue(Order.forHosts(name)), host, AUTHORITY.certificate());
  }

  @Test
  void aCommonNameDoesNotMakeUpForAName() throws Exception {
    Order order = Order.forHosts("other.example").subject("localhost");
    ConnectFailedException refused = refused(AUTHORITY.issue(order), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_FOR_OTHER_HOST);
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    ConnectFailedException refused =
        refused(
            AUTHORITY.issue(Order.forHosts("other.example", "10.0.0.1")), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_FOR_OTHER_HOST);
    assertThat(refused).hasMessageContainingAll("localhost:", "other.example", "10.0.0.1");
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
    ConnectFailedException refused =
        refused(TestAuthority.create().issue(Order.forHosts("localhost")), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
    assertThat(refused).hasMessageContaining("does not lead to a trusted authority");
  }

  @Test
  void theSystemsAuthoritiesAreTheDefaultAndDoNotKnowATestsOne() throws Exception {
    ConnectFailedException refused =
        refused(AUTHORITY.issue(Order.forHosts("localhost")), Http3Client.builder());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
  }

  @Test
  void anExpiredCertificateIsRefusedAsSuch() throws Exception {
    Order order =
        Order.forHosts("localhost")
            .from(NOW.minus(Duration.ofDays(9)))
            .to(Instant.parse("2026-01-02T03:04:05Z"));
    ConnectFailedException refused = refused(AUTHORITY.issue(order), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_EXPIRED);
    assertThat(refused).hasMessageContaining("expired on 2026-01-02T03:04:05Z");
  }

  @Test
  void aCertificateOfTheFutureIsRefusedAsSuch() throws Exception {
    Order order = Order.forHosts("localhost").from(NOW.plus(Duration.ofHours(1)));
    ConnectFailedException refused = refused(AUTHORITY.issue(order), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_EXPIRED);
    assertThat(refused).hasMessageContaining("is not valid before");
  }

  @Test
  void aListedCertificateIsRefusedOnceItHasExpired() throws Exception {
    Order order = Order.forHosts("localhost").subject("self").to(NOW.minus(Duration.ofMinutes(1)));
    ServerCertificate own = TestAuthority.selfSigned(order);
    ConnectFailedException refused = refused(own, own.chain().getFirst());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_EXPIRED);
  }

  @Test
  void anExpiredIntermediateIsRefusedAsExpired() throws Exception {
    TestAuthority below =
        AUTHORITY.intermediate(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)));
    ConnectFailedException refused =
        refused(below.issue(Order.forHosts("localhost")), AUTHORITY.certificate());
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_EXPIRED);
  }

  @Test
  void aPinIsEnoughWhateverNameAndDaysSay() throws Exception {
    Order order = Order.forHosts("other.example").to(NOW.minus(Duration.ofDays(1)));
    ServerCertificate expired = AUTHORITY.issue(order.from(NOW.minus(Duration.ofDays(2))));
    try (Http3Server server = echo(expired);
        SessionConnection connection =
            Http3Client.builder()
                .trustSha256(expired.sha256())
                .connect(Loopback.uri(server, "localhost"))) {
      assertThat(Loopback.echoed(connection, Loopback.uri(server, "localhost"), "x"))
          .isEqualTo("x");
    }
  }

  @Test
  void anotherCertificateThanThePinnedOneIsRefused() throws Exception {
    ConnectFailedException refused =
        refused(
            ServerCertificate.development("localhost"),
            Http3Client.builder().trustSha256(Loopback.CERTIFICATE.sha256()));
    assertThat(refused.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
    assertThat(refused).hasMessageContaining(Loopback.CERTIFICATE.sha256());
  }

  @Test
  void whoInsistsOnNoCheckGetsNone() throws Exception {
    Order order = Order.forHosts("other.example").subject("nobody");
    try (Http3Server server = echo(TestAuthority.selfSigned(order));
        SessionConnection connection =
            Http3Client.builder()
                .insecurelyTrustEveryServer()
                .connect(Loopback.uri(server, "localhost"))) {
      assertThat(connection.isOpen()).isTrue();
    }
  }

  private void accepted(ServerCertificate certificate, String host, X509Certificate authority)
      throws Exception {
    try (Http3Server server = echo(certificate);
        SessionConnection connection = trusting(authority).connect(Loopback.uri(server, host))) {
      assertThat(Loopback.echoed(connection, Loopback.uri(server, host), "hello"))
          .isEqualTo("hello");
    }
  }

  private ConnectFailedException refused(ServerCertificate certificate, X509Certificate authority)
      throws Exception {
    return refused(certificate, trusting(authority));
  }

  private ConnectFailedException refused(ServerCertificate certificate, Http3Client.Builder client)
      throws Exception {
    try (Http3Server server = echo(certificate)) {
      ConnectFailedException refused =
          catchThrowableOfType(
              ConnectFailedException.class,
              () -> client.connect(Loopback.uri(server, "localhost")).close());
      assertThat(refused).hasMessageContaining("localhost:" + server.localAddress().getPort());
      return refused;
    }
  }

  private static Http3Server echo(ServerCertificate certificate) throws IOException {
    return Http3Server.builder().certificate(certificate).handler(Loopback::echo).start();
  }

  private Http3Client.Builder trusting(X509Certificate authority) throws Exception {
    Path pem = directory.resolve("authorities.pem");
    Files.writeString(pem, TestAuthority.pem("CERTIFICATE", authority.getEncoded()));
    return Http3Client.builder().trustAuthorities(pem);
  }
}
