package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectFailedException;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.spi.Http3Provider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(30)
class KwikProviderTest {
  @Test
  void itIsFoundOnTheClassPath() {
    assertThat(Http3Provider.find()).isInstanceOf(KwikProvider.class);
  }

  @Test
  void nothingIsPrintedWhateverHappens() throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream caught = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(caught);
    System.setErr(caught);
    try {
      try (Http3Server server = Loopback.echoServer();
          SessionConnection unchecked =
              Http3Client.builder()
                  .insecurelyTrustEveryServer()
                  .connect(Loopback.uri(server, "localhost"))) {
        Loopback.echoed(unchecked, Loopback.uri(server, "localhost"), "x");
        assertThat(
                catchThrowable(() -> Http3Client.builder().connect(Loopback.uri(server)).close()))
            .isInstanceOf(ConnectFailedException.class);
      }
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
