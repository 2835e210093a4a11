package dev.heddle.samples.datagrams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramFormat;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Telemetry and chat on one stream. */
@Timeout(30)
class StationTest {

  @Test
  void theProgramSaysEveryLineAndTheStationHasReadings() throws Exception {
    PrintStream standard = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      TelemetryAndChat.main(new String[] {"one", "two"});
    } finally {
      System.setOut(standard);
    }
    assertThat(out.toString(UTF_8))
        .contains("telemetry on context 0, chat on context 2", "said: one", "said: two")
        .containsPattern("the station has [1-9][0-9]* readings");
  }

  @Test
  void anUnknownFormatIsRefusedAndTheOthersGoOn() throws Exception {
    ServerCertificate certificate = ServerCertificate.development();
    Station station = new Station();
    try (Http3Server server =
        Http3Server.builder().certificate(certificate).handler(station).start()) {
      URI uri = URI.create("https://127.0.0.1:" + server.localAddress().getPort() + "/station");
      try (SessionConnection connection =
              Http3Client.builder().trustSha256(certificate.sha256()).connect(uri);
          Session session = connection.open(Headers.connect(uri, "telemetry-and-chat"));
          DatagramContext chat = session.registerDatagramContext(Formats.CHAT);
          DatagramContext other =
              session.registerDatagramContext(new DatagramFormat(0x1234, new byte[0]))) {
        assertThatThrownBy(other::readDatagram)
            .isInstanceOfSatisfying(
                DatagramContextClosedException.class,
                e -> assertThat(e.code()).isEqualTo(DatagramCloseCode.UNKNOWN_FORMAT));
        assertThat(answer(chat, "7 hello")).isEqualTo("7 read");
      }
    }
  }

  private static String answer(DatagramContext chat, String line)
      throws IOException, InterruptedException {
    for (int i = 0; i < 20; i++) {
      chat.writeDatagram(line.getBytes(UTF_8));
      Optional<byte[]> answer = chat.readDatagram(Duration.ofMillis(500));
      if (answer.isPresent()) {
        return new String(answer.get(), UTF_8);
      }
    }
    throw new AssertionError("nobody answers");
  }

  @Test
  void aDatagramWithoutANumberIsAFault() {
    assertThatThrownBy(() -> Station.number("hello".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
  }
}
