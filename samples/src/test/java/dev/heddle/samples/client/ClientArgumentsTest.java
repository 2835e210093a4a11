package dev.heddle.samples.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.samples.cli.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientArgumentsTest {
  private static final String URL = "https://localhost:4433/echo";

  @TempDir Path directory;

  @Test
  void aUrlAloneIsAGet() throws Exception {
    ClientCommand command = ClientArguments.parse(URL);
    assertThat(command.request().headers())
        .isEqualTo(
            Headers.of(
                ":method", "GET",
                ":scheme", "https",
                ":authority", "localhost:4433",
                ":path", "/echo"));
    assertThat(command.repeat()).isEmpty();
    assertThat(command.output()).isEmpty();
  }

  @Test
  void aBodyMakesItAPostWithALength() throws Exception {
    Headers headers = ClientArguments.parse("-d", "grün", URL).request().headers();
    assertThat(headers.method()).contains("POST");
    assertThat(headers.contentLength()).hasValue(5);
  }

  @Test
  void theLengthOfAFileIsKnownButNotThatOfADevice() throws Exception {
    Path file = Files.write(directory.resolve("body"), new byte[1234]);
    Headers ofFile = ClientArguments.parse("--data-file", "" + file, URL).request().headers();
    assertThat(ofFile.contentLength()).hasValue(1234);
    Headers ofDevice = ClientArguments.parse("--data-file", "/dev/null", URL).request().headers();
    assertThat(ofDevice.contentLength()).isEmpty();
  }

  @Test
  void theMethodAndTheLengthGivenWin() throws Exception {
    Headers headers =
        ClientArguments.parse("-X", "PUT", "-H", "content-length: 3", "-d", "abc", URL)
            .request()
            .headers();
    assertThat(headers.method()).contains("PUT");
    assertThat(headers.all("content-length")).containsExactly("3");
  }

  @Test
  void connectNamesHostAndPortOnly() throws Exception {
    assertThat(ClientArguments.parse("-X", "CONNECT", "https://localhost/x").request().headers())
        .isEqualTo(Headers.of(":method", "CONNECT", ":authority", "localhost:443"));
  }

  @Test
  void fieldsAndTrailersKeepTheirOrderAndAreSentInLowerCase() throws Exception {
    Request request =
        ClientArguments.parse("-H", "X-B: 2", "-H", "x-a:  1 ", "-t", "X-T:", URL).request();
    assertThat(request.fields())
        .containsExactly(new HeaderField("x-b", "2"), new HeaderField("x-a", "1"));
    assertThat(request.trailers()).isEqualTo(Headers.of("x-t", ""));
    assertThat(request.headersOnly()).isFalse();
  }

  @Test
  void aValueBeyondAsciiIsSentAsUtf8() throws Exception {
    assertThat(ClientArguments.parse("-H", "x-a: ü", URL).request().fields())
        .containsExactly(new HeaderField("x-a", "\u00c3\u00bc"));
  }

  @Test
  void howOftenAndHowManyAtOnceCompleteEachOther() throws Exception {
    assertThat(ClientArguments.parse("-n", "10", URL).repeat())
        .contains(new ClientCommand.Repeat(10, 1));
    assertThat(ClientArguments.parse("-c", "4", URL).repeat())
        .contains(new ClientCommand.Repeat(4, 4));
    assertThat(ClientArguments.parse("-n", "2", "-c", "4", URL).repeat())
        .contains(new ClientCommand.Repeat(2, 2));
  }

  @Test
  void whatCannotBeUnderstoodIsNamed() {
    assertRefused("URL is missing");
    assertRefused("second one", URL, URL);
    assertRefused("no option -q", "-q", URL);
    assertRefused("-X needs a value", URL, "-X");
    assertRefused("-n needs a number", "-n", "0", URL);
    assertRefused("-o does not go with -n", "-n", "2", "-o", "f", URL);
    assertRefused("one body", "-d", "a", "-d", "b", URL);
    assertRefused("--data-file", "--data-file", "" + directory.resolve("none"), URL);
    assertRefused("--data-file", "--data-file", "" + directory, URL);
  }

  @Test
  void aUrlMustBeHttps() {
    assertRefused("https", "http://localhost/");
    assertRefused("https", "localhost:4433");
    assertRefused("user information", "https://me@localhost/");
    assertRefused("", "https://localhost/a b");
  }

  @Test
  void aFieldMustBeOneThatCanBeSent() {
    assertRefused("no pseudo-field", "-H", ":path: /x", URL);
    assertRefused("no pseudo-field", "-t", ":status: 200", URL);
    assertRefused("'name: value'", "-H", "novalue", URL);
    assertRefused("-H: the field name", "-H", "two words: x", URL);
    assertRefused("control character", "-H", "x-a: 1\r\nx-b: 2", URL);
  }

  @Test
  void trustIsGivenOnceAndMakesSense() {
    assertRefused("excludes", "--insecure", "--sha256", "00", URL);
    assertRefused("once", "--insecure", "--insecure", URL);
    assertRefused("64 hexadecimal digits", "--sha256", "abc", URL);
    assertRefused("none.pem", "--ca", "none.pem", URL);
  }

  private static void assertRefused(String said, String... words) {
    assertThatThrownBy(() -> ClientArguments.parse(words))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(said);
  }
}
