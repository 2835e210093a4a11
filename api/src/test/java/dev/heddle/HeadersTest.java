package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  @ParameterizedTest
  @CsvSource({
    "https://a,            a,      /",
    "https://a:8443/x/y,   a:8443, /x/y",
    "HTTPS://a/x?q=1#frag, a,      /x?q=1",
    "https://[::1]:1/%20,  [::1]:1, /%20",
    "https://a?q,          a,      /?q",
  })
  void aRequestTakesItsPartsFromTheUri(String uri, String authority, String path) {
    assertThat(Headers.get(URI.create(uri)))
        .isEqualTo(
            Headers.of(
                ":method", "GET", ":scheme", "https", ":authority", authority, ":path", path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a/", "/x", "https:///x", "https://user@a/", "mailto:a@b"})
  void aUriThatNamesNoHttpsServerIsRefused(String uri) {
    assertThatThrownBy(() -> Headers.get(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".+");
  }

  @Test
  void connectHasFormsOfItsOwn() {
    assertThat(Headers.connect("a:443"))
        .isEqualTo(Headers.of(":method", "CONNECT", ":authority", "a:443"));
    Headers extended = Headers.connect(URI.create("https://a/x"), "webtransport");
    assertThat(extended.protocol()).contains("webtransport");
    assertThat(extended.method()).contains("CONNECT");
    assertThat(extended.scheme()).contains("https");
    assertThat(extended.path()).contains("/x");
    assertThatThrownBy(() -> Headers.request("CONNECT", URI.create("https://a/")))
        .hasMessageContaining("Headers.connect");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 101, 1000})
  void aStatusThatIsNoneIsRefused(int code) {
    assertThatThrownBy(() -> Headers.status(code)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theListOfFieldsCannotBeChanged() {
    List<HeaderField> fields = Headers.of(":status", "200", "a", "1").fields();
    assertThatThrownBy(() -> fields.set(0, fields.get(1)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.iterator().remove())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Headers.of(Arrays.asList(fields.get(0), null)))
        .isInstanceOf(NullPointerException.class);
    Object[] copy = fields.toArray();
    copy[0] = null;
    assertThat(fields).containsExactly(fields.get(0), new HeaderField("a", "1"));
  }

  @Test
  void headersDoNotChangeWithTheListTheyWereMadeOf() {
    List<HeaderField> list = new ArrayList<>(List.of(new HeaderField("a", "1")));
    Headers headers = Headers.of(list);
    list.clear();
    assertThat(headers).isEqualTo(Headers.of("a", "1"));
  }

  // RFC 9114 §4.3: pseudo-fields come first, and none of them twice
  @Test
  void pseudoFieldsComeFirstAndOnce() {
    assertThatThrownBy(() -> Headers.of("x", "y", ":status", "200"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before");
    assertThatThrownBy(() -> Headers.of(":status", "200", ":status", "200"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> Headers.status(200).with(":status", "200"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Headers.of("x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withPutsAFieldWhereItBelongs() {
    Headers one = Headers.of(":method", "GET", "a", "1");
    Headers more = one.with("a", "2").with(":path", "/");
    assertThat(more).isEqualTo(Headers.of(":method", "GET", ":path", "/", "a", "1", "a", "2"));
    assertThat(one).isEqualTo(Headers.of(":method", "GET", "a", "1"));
    assertThat(more.without("a")).isEqualTo(Headers.of(":method", "GET", ":path", "/"));
    assertThat(more.without("b")).isSameAs(more);
    assertThat(Headers.of("a", "1").without("a")).isSameAs(Headers.empty());
  }

  @Test
  void fieldsKeepTheirOrder() {
    Headers headers = Headers.of("b", "1", "a", "2", "b", "3");
    assertThat(headers.all("b")).containsExactly("1", "3");
    assertThat(headers.first("b")).contains("1");
    assertThat(headers.first("c")).isEmpty();
    assertThat(headers).extracting(HeaderField::name).containsExactly("b", "a", "b");
    assertThat(headers.hashCode()).isEqualTo(Headers.of("b", "1", "a", "2", "b", "3").hashCode());
    assertThatThrownBy(() -> headers.fields().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(Headers.of(List.of())).isSameAs(Headers.empty());
    assertThat(Headers.empty().isEmpty()).isTrue();
  }

  // RFC 9114 §4.2.1: cookie field lines are concatenated with "; "
  @Test
  void cookiesAreJoined() {
    Headers headers = Headers.of("cookie", "a=b", "x", "y", "cookie", "c=d");
    assertThat(headers.first("cookie")).contains("a=b; c=d");
    assertThat(headers.all("cookie")).containsExactly("a=b", "c=d");
  }

  @Test
  void authorityFallsBackToHost() {
    assertThat(Headers.of("host", "h").authority()).contains("h");
    assertThat(Headers.of(":authority", "a", "host", "h").authority()).contains("a");
    assertThat(Headers.empty().authority()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "42, 42",
    "0000000000000000000000007, 7",
    "9223372036854775806, 9223372036854775806",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775807",
    "18446744073709551617, 9223372036854775807"
  })
  void aContentLengthIsANumber(String value, long length) {
    assertThat(Headers.of("content-length", value).contentLength()).hasValue(length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "+1", "1 2", "\u0661"})
  void aContentLengthThatIsNoneIsAbsent(String value) {
    if (value.chars().allMatch(c -> c <= 0xff)) {
      assertThat(Headers.of("content-length", value).contentLength()).isEmpty();
    }
    assertThat(Headers.empty().contentLength()).isEmpty();
  }

  @Test
  void aStatusIsThreeDigits() {
    assertThat(Headers.status(204).status()).hasValue(204);
    assertThat(Headers.of(":status", "20").status()).isEmpty();
    assertThat(Headers.of(":status", "2x4").status()).isEmpty();
    assertThat(Headers.empty().status()).isEmpty();
  }

  @Test
  void secretsStayOutOfTheText() {
    Headers headers = Headers.status(200).with(new HeaderField("authorization", "pssst", true));
    assertThat(headers.toString()).contains(":status: 200").doesNotContain("pssst");
  }
}
