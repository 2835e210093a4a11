package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// RFC 9297 §3.4, RFC 8941 §3.3
class CapsuleProtocolTest {
  private static Headers with(String value) {
    return Headers.status(200).with("capsule-protocol", value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?1",
        "?1;a",
        "?1; a",
        "?1;  a=1;b=-2.5;c=\"x\\\"y\\\\\";d=token/x:y;e=:YWJj:;f=?0",
        "?1;*a_b-c.d*=*t",
      })
  void aTrueBooleanSaysYesWhateverItsParameters(String value) {
    assertThat(with(value).capsuleProtocol()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?0",
        "1",
        "true",
        "\"?1\"",
        "?1, ?1",
        "(?1)",
        "?11",
        "?1a",
        "?1;",
        "?1;A",
        "?1;a=",
        "?1 ;a",
        "?1;a=\"",
        "?1;a=\"\\x\"",
        "?1;a=:x",
        "?1;a=?2",
        "?1;a=-",
        "?1;a=1.",
        "?1;a=1.2345",
        "?1;a=1234567890123456",
        "?2",
        "?",
        "",
        "?1;a=\u00e4",
        "?1;a=(1)",
      })
  void everythingElseCountsAsNoFieldAtAll(String value) {
    assertThat(with(value).capsuleProtocol()).isFalse();
  }

  @Test
  void theFieldTwiceCountsAsNone() {
    assertThat(with("?1").with("capsule-protocol", "?1").capsuleProtocol()).isFalse();
    assertThat(Headers.status(200).capsuleProtocol()).isFalse();
    assertThat(Headers.status(200).withCapsuleProtocol().capsuleProtocol()).isTrue();
  }

  @Test
  void aLongValueIsReadInOnePass() {
    assertThat(with("?1;a=\"" + "x".repeat(60_000) + "\"").capsuleProtocol()).isTrue();
    assertThat(with("?1" + ";a".repeat(30_000)).capsuleProtocol()).isTrue();
  }
}
