package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldTest {
  // RFC 9114 §4.2: names are in lower case
  @Test
  void anUpperCaseNameIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> new HeaderField("Content-Type", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"Content-Type\"")
        .hasMessageContaining("lower case");
  }

  // RFC 9110 §5.6.2: every character of a token, and no other
  @Test
  void aNameIsAToken() {
    String allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
    for (char c = 0; c < 0x180; c++) {
      String name = "x" + c;
      if (allowed.indexOf(c) >= 0) {
        assertThat(new HeaderField(name, "").name()).isEqualTo(name);
      } else {
        assertThatThrownBy(() -> new HeaderField(name, ""))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThatThrownBy(() -> new HeaderField("", "x")).isInstanceOf(IllegalArgumentException.class);
  }

  // RFC 9110 §5.5: no control character but the tab, one octet each
  @Test
  void aValueHasNoControlCharacters() {
    for (char c = 0; c < 0x180; c++) {
      String value = "a" + c + "b";
      if (c == '\t' || c >= 0x20 && c <= 0xff && c != 0x7f) {
        assertThat(new HeaderField("x", value).value()).isEqualTo(value);
      } else {
        assertThatThrownBy(() -> new HeaderField("x", value))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  // RFC 9110 §5.5: a value has no white space at its ends
  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "\ta", "a\t", " "})
  void aValueHasNoWhiteSpaceAtItsEnds(String value) {
    assertThatThrownBy(() -> new HeaderField("x", value)).hasMessageContaining("white space");
  }

  @Test
  void aFaultyValueIsNamedWithoutItsControlCharacters() {
    assertThatThrownBy(() -> new HeaderField("x", "a\r\nSet-Cookie: b"))
        .hasMessageContaining("0x0d")
        .hasMessageContaining("index 1")
        .message()
        .doesNotContain("\r")
        .doesNotContain("\n");
    assertThatThrownBy(() -> new HeaderField("x", "y".repeat(1000) + "\0"))
        .message()
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {":method", ":scheme", ":authority", ":path", ":protocol", ":status"})
  void thePseudoFieldsAreKnown(String name) {
    assertThat(new HeaderField(name, "x").pseudo()).isTrue();
    assertThat(new HeaderField(name.substring(1), "x").pseudo()).isFalse();
  }

  // RFC 9114 §4.3: no other pseudo-fields are generated
  @ParameterizedTest
  @ValueSource(strings = {":", ":x", ":Method", "::path"})
  void noOtherPseudoFieldExists(String name) {
    assertThatThrownBy(() -> new HeaderField(name, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"false, x: y", "true, x: (sensitive)"})
  void theTextHidesWhatIsSensitive(boolean sensitive, String text) {
    assertThat(new HeaderField("x", "y", sensitive)).hasToString(text);
  }

  @Test
  void nullIsRefused() {
    assertThatThrownBy(() -> new HeaderField(null, "x")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> new HeaderField("x", null)).isInstanceOf(NullPointerException.class);
  }
}
