package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoLeaks;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class ServerAcceptTest {
  @Test
  void aProgramCanAcceptConnectionsAndSessionsItself() throws Exception {
    try (Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
        SessionConnection client = Loopback.connect(server);
        SessionConnection accepted = server.accept()) {
      Loopback.Caller handling =
          Loopback.call(() -> {
            try (Session session = accepted.accept()) {
              Loopback.echo(session);
              session.finish(Headers.empty());
            }
          });
      assertThat(Loopback.echoed(client, Loopback.uri(server), "by hand")).isEqualTo("by hand");
      assertThat(handling.end()).isNull();
    }
  }

  @Test
  void whoeverWaitsForAConnectionHearsThatTheServerWasClosed() throws Exception {
    Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
    Loopback.Caller waiting = Loopback.call(server::accept).untilItWaits();
    server.close();
    assertThat(waiting.end())
        .isInstanceOf(ConnectionClosedException.class)
        .hasMessageContaining("the server was closed");
    assertThat(catchThrowable(server::accept)).isInstanceOf(ConnectionClosedException.class);
  }

  @Test
  void waitingForAConnectionEndsAtAnInterrupt() throws Exception {
    try (Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start()) {
      Loopback.Caller waiting = Loopback.call(server::accept).untilItWaits();
      waiting.thread().interrupt();
      assertThat(waiting.end()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aServerWithAHandlerHasNothingToAccept() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      assertThatIllegalStateException().isThrownBy(server::accept);
    }
  }

  @Test
  void oneConnectionTooManyIsClosedForExcessiveLoad() throws Exception {
    Limits limits = Limits.builder().maxConnections(2).build();
    try (Http3Server server = listening("127.0.0.1", 0).limits(limits).start();
        SessionConnection first = Loopback.connect(server);
        SessionConnection second = Loopback.connect(server)) {
      URI uri = Loopback.uri(server);
      assertThat(Loopback.echoed(first, uri, "1")).isEqualTo("1");
      assertThat(Loopback.echoed(second, uri, "2")).isEqualTo("2");
      // The close may overtake the last flight of the handshake: then connect() reports it.
      Throwable refusal =
          catchThrowable(() -> {
            try (SessionConnection third = Loopback.connect(server)) {
              Loopback.echoed(third, uri, "3");
            }
          });
      assertThat(refusal)
          .isInstanceOfAny(ConnectionClosedException.class, ConnectFailedException.class)
          .hasMessageContaining(ErrorCode.H3_EXCESSIVE_LOAD.toString());
      assertThat(Loopback.echoed(first, uri, "still")).isEqualTo("still");
    }
  }

  @Test
  void aHundredConnectionsComeAndGo() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      List<SessionConnection> open = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        SessionConnection connection = Loopback.connect(server);
        open.add(connection);
        assertThat(Loopback.echoed(connection, Loopback.uri(server), "n" + i)).isEqualTo("n" + i);
        if (open.size() == 10) {
          open.forEach(SessionConnection::close);
          open.clear();
        }
      }
    }
  }

  private static Http3Server.Builder listening(String host, int port) {
    return Http3Server.builder()
        .address(host, port)
        .certificate(Loopback.CERTIFICATE)
        .handler(Loopback::echo);
  }
}
