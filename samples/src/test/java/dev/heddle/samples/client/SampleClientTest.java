package dev.heddle.samples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.samples.server.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client program against the sample server, over UDP on loopback. */
@Timeout(30)
class SampleClientTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theBodyAndNothingElseGoesToStandardOutput() throws Exception {
    assertThat(run("/bytes?n=100000")).isEqualTo(SampleClient.OK);
    byte[] expected = new byte[100_000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (i % 251);
    }
    assertThat(out.toByteArray()).isEqualTo(expected);
    assertThat(err.size()).isZero();
  }

  @Test
  void aStatusFrom400IsExitStatus22AndTheBodyIsStillShown() throws Exception {
    assertThat(run("/nothing")).isEqualTo(SampleClient.STATUS_400_OR_ABOVE);
    assertThat(out.toString(UTF_8)).contains("no such path");
    assertThat(run("/status?code=399")).isEqualTo(SampleClient.OK);
    assertThat(err.toString(UTF_8).lines()).containsExactly("the server answered 404");
    assertThat(run("/status?code=400")).isEqualTo(SampleClient.STATUS_400_OR_ABOVE);
    assertThat(err.toString(UTF_8).lines()).last().isEqualTo("the server answered 400");
  }

  @Test
  void aClosedPortIsExitStatus7() throws Exception {
    int port;
    try (DatagramSocket free = new DatagramSocket(0)) {
      port = free.getLocalPort();
    }
    assertThat(client("--insecure", "https://127.0.0.1:" + port + "/"))
        .isEqualTo(SampleClient.NO_CONNECTION);
    assertThat(err.toString(UTF_8)).contains("" + port);
  }

  @Test
  void anUnknownHostIsExitStatus7() throws Exception {
    assertThat(client("https://host.invalid/")).isEqualTo(SampleClient.NO_CONNECTION);
    assertThat(err.toString(UTF_8)).contains("host.invalid");
  }

  @Test
  void aCertificateThatIsNotTrustedIsExitStatus60() throws Exception {
    String uri = server.uri("/").toString();
    assertThat(client("--sha256", "00".repeat(32), uri))
        .isEqualTo(SampleClient.CERTIFICATE_REFUSED);
    assertThat(client(uri)).isEqualTo(SampleClient.CERTIFICATE_REFUSED);
  }

  @Test
  void theServersCertificateAsAuthorityIsTrustedForItsHost() throws Exception {
    byte[] der = server.certificate().chain().getFirst().getEncoded();
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    Path pem = directory.resolve("ca.pem");
    Files.writeString(
        pem, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    assertThat(client("--ca", "" + pem, server.uri("/hints").toString())).isZero();
    assertThat(client("--insecure", server.uri("/hints").toString())).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("ok\nok\n");
  }

  @Test
  void aResetIsExitStatus56WithTheCodeAndTheBytesBeforeIt() throws Exception {
    assertThat(run("/reset?code=268")).isEqualTo(SampleClient.ENDED_BY_PEER);
    assertThat(out.toString(UTF_8)).isEqualTo(".");
    assertThat(err.toString(UTF_8)).contains("H3_REQUEST_CANCELLED (0x10c)");
  }

  @Test
  void wrongArgumentsAreExitStatus2WithTheUsage() throws Exception {
    assertThat(client("--nonsense")).isEqualTo(SampleClient.WRONG_ARGUMENTS);
    assertThat(err.toString(UTF_8)).contains("--nonsense", "usage: samples/run client");
    assertThat(run("/", "-H", "host: example.org")).isEqualTo(SampleClient.WRONG_ARGUMENTS);
    assertThat(run("/", "-H", "connection: close")).isEqualTo(SampleClient.WRONG_ARGUMENTS);
  }

  @Test
  void everySectionIsShownWhenAskedFor() throws Exception {
    assertThat(run("/echo", "-v", "-H", "X-A: 1", "-d", "abc", "-t", "x-t: 2")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("abc");
    assertThat(err.toString(UTF_8).lines())
        .contains("> :method: POST", "> x-a: 1", "> content-length: 3")
        .contains(">> x-t: 2", "< :status: 200", "<< x-t: 2")
        .last()
        .asString()
        .matches("time: [0-9.]+ ms");
  }

  @Test
  void interimResponsesAreShownBeforeTheFinalOne() throws Exception {
    assertThat(run("/hints", "-v")).isZero();
    assertThat(err.toString(UTF_8).lines().filter(line -> line.startsWith("< ")).limit(5))
        .containsExactly(
            "< :status: 103",
            "< link: </style.css>; rel=preload",
            "< :status: 103",
            "< link: </app.js>; rel=preload",
            "< :status: 200");
  }

  @Test
  void aFileGoesThereAndBackThroughFiles() throws Exception {
    byte[] content = new byte[5_000_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 >> 3);
    }
    Path file = Files.write(directory.resolve("in"), content);
    Path back = directory.resolve("back");
    assertThat(run("/echo", "--data-file", "" + file, "-o", "" + back)).isZero();
    assertThat(back).hasBinaryContent(content);
    assertThat(out.size()).isZero();
  }

  @Test
  void anEarlyRefusalCountsThoughTheBodyWasNotRead() throws Exception {
    Path file = Files.write(directory.resolve("large"), new byte[8_000_000]);
    assertThat(run("/nothing", "--data-file", "" + file))
        .isEqualTo(SampleClient.STATUS_400_OR_ABOVE);
    assertThat(out.toString(UTF_8)).contains("no such path");
  }

  @Test
  void aFileThatCannotBeWrittenIsExitStatus1AndNamed() throws Exception {
    Path file = directory.resolve("none").resolve("file");
    assertThat(run("/", "-o", "" + file)).isEqualTo(SampleClient.LOCAL_FAULT);
    assertThat(err.toString(UTF_8)).startsWith(file + ": there is no such directory");
  }

  @Test
  void aFullDiskIsExitStatus1AndTheFileIsNamed() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "only Linux has a disk that is always full");
    assertThat(run("/bytes?n=100000", "-o", "" + full)).isEqualTo(SampleClient.LOCAL_FAULT);
    assertThat(err.toString(UTF_8)).startsWith("/dev/full cannot be written: ");
  }

  @Test
  void aUrlWithoutItsSchemeIsExplained() throws Exception {
    assertThat(client("localhost:4433/")).isEqualTo(SampleClient.WRONG_ARGUMENTS);
    assertThat(err.toString(UTF_8))
        .startsWith("a URL begins with https://, as in https://localhost:4433/");
  }

  @Test
  void aReaderThatGoesAwayEndsTheTransfer() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    SampleClient client = new SampleClient(closed, new PrintStream(err, true, UTF_8));
    assertThat(client.run("--sha256", server.sha256(), server.uri("/forever").toString()))
        .isEqualTo(SampleClient.LOCAL_FAULT);
    assertThat(err.toString(UTF_8)).startsWith("standard output cannot be written: Broken pipe");
  }

  @Test
  void manyRequestsGiveASummaryInPlaceOfBodies() throws Exception {
    assertThat(run("/bytes?n=10", "-n", "500", "-c", "20")).isZero();
    assertThat(out.toString(UTF_8).lines().limit(2))
        .containsExactly("requests         500", "errors           0");
    assertThat(out.toString(UTF_8)).contains("per second", "median", "99th percentile");
  }

  @Test
  void errorsAmongManyRequestsAreCountedAndSetTheExitStatus() throws Exception {
    assertThat(run("/nothing", "-n", "10", "-c", "3")).isEqualTo(SampleClient.STATUS_400_OR_ABOVE);
    assertThat(out.toString(UTF_8)).contains("errors           10");
    assertThat(run("/reset?code=1", "-n", "4", "-c", "4")).isEqualTo(SampleClient.ENDED_BY_PEER);
    assertThat(out.toString(UTF_8)).contains("errors           4");
  }

  private int run(String path, String... options) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("--sha256", server.sha256()));
    words.addAll(List.of(options));
    words.add(server.uri(path).toString());
    return client(words.toArray(String[]::new));
  }

  private int client(String... words) throws InterruptedException {
    return new SampleClient(out, new PrintStream(err, true, UTF_8)).run(words);
  }
}
