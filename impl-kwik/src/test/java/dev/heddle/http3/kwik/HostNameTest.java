package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.TestAuthority;
import dev.heddle.TestAuthority.Order;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();

  @ParameterizedTest
  @CsvSource({
    "example.org,     example.org",
    "example.org.,    example.org",
    "EXAMPLE.org,     example.ORG",
    "www.example.org, *.example.org",
    "127.0.0.1,       127.0.0.1",
    "[::1],           ::1",
    "[0:0:0:0:0:0:0:1], ::1",
    "[fe80::1%25eth0], fe80::1",
  })
  void matches(String host, String presented) {
    assertThat(HostName.of(host).matches(certificate(presented))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "example.org,       www.example.org",
    "www.example.org,   example.org",
    "example.org,       *.example.org",
    "a.b.example.org,   *.example.org",
    "evilexample.org,   *.example.org",
    "www.example.org,   w*.example.org",
    "www.example.org,   www.*.org",
    "127.0.0.1,         127.0.0.2",
    "[::1],             127.0.0.1",
    "127.0.0.1,         localhost",
    "localhost,         127.0.0.1",
  })
  void doesNotMatch(String host, String presented) {
    assertThat(HostName.of(host).matches(certificate(presented))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Example.org, example.org, false",
    "127.0.0.1,   127.0.0.1,   true",
    "[::1],       [::1],       true",
    "::1,         [::1],       true",
  })
  void anIpv6AddressIsWrittenInBrackets(String host, String written, boolean address) {
    assertThat(HostName.of(host).written()).isEqualTo(written);
    assertThat(HostName.of(host).isAddress()).isEqualTo(address);
  }

  @Test
  void oneOfSeveralNamesIsEnough() {
    X509Certificate certificate =
        AUTHORITY.issue(Order.forHosts("a.example", "10.0.0.1", "b.example")).chain().getFirst();
    assertThat(HostName.of("b.example").matches(certificate)).isTrue();
    assertThat(HostName.names(certificate)).containsExactly("a.example", "10.0.0.1", "b.example");
  }

  @Test
  void aCertificateWithoutNamesIsForNoHost() {
    X509Certificate certificate =
        AUTHORITY.issue(Order.forHosts().subject("example.org")).chain().getFirst();
    assertThat(HostName.of("example.org").matches(certificate)).isFalse();
  }

  private static X509Certificate certificate(String presented) {
    return AUTHORITY.issue(Order.forHosts(presented)).chain().getFirst();
  }
}
