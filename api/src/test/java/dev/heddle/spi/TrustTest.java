package dev.heddle.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.Http3Client;
import dev.heddle.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {
  private static final String HASH =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

  @Test
  void aPinIsReadInEveryUsualForm() {
    String colons = HASH.replaceAll("(..)(?=.)", "$1:");
    assertThat(Trust.Pinned.of(HASH).sha256()).isEqualTo(HASH);
    assertThat(Trust.Pinned.of(HASH.toUpperCase(Locale.ROOT)).sha256()).isEqualTo(HASH);
    assertThat(Trust.Pinned.of(colons).sha256()).isEqualTo(HASH);
    assertThat(Trust.Pinned.of(colons.toUpperCase(Locale.ROOT)).sha256()).isEqualTo(HASH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00",
        " 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "０0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
      })
  void whatIsNoSha256IsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trust.Pinned.of(text))
        .withMessageContaining("64 hexadecimal digits");
    assertThatIllegalArgumentException().isThrownBy(() -> Http3Client.builder().trustSha256(text));
  }

  @Test
  void authoritiesAreCopied() {
    List<X509Certificate> list = new ArrayList<>(ServerCertificate.development().chain());
    Trust.Authorities trust = new Trust.Authorities(list);
    list.clear();
    assertThat(trust.certificates()).hasSize(1);
  }

  @Test
  void anAuthorityFileThatCannotBeUsedIsNamed(@TempDir Path directory) throws Exception {
    Path missing = directory.resolve("missing.pem");
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    for (Path file : List.of(missing, empty)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> Http3Client.builder().trustAuthorities(file))
          .withMessageContaining(file.toString());
    }
  }
}
