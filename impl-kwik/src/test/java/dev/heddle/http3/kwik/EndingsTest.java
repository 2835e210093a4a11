package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kwik.core.loom.ConnectionEnd;

class EndingsTest {
  @ParameterizedTest
  @CsvSource({
    "CLOSED,           false, true,  0x100, LOCAL",
    "CLOSED,           true,  true,  0x107, PEER",
    "CLOSED,           false, false, 0xa,   LOCAL_TRANSPORT",
    "CLOSED,           true,  false, 0x0,   PEER_TRANSPORT",
    "CLOSED,           true,  true,  0x3fffffffffffffff, PEER",
    "FAILED,           false, false, 0x1,   LOCAL_TRANSPORT",
    "HANDSHAKE_FAILED, false, false, 0x1,   LOCAL_TRANSPORT",
  })
  void aCodeAndWhoseItIsAreKept(
      ConnectionEnd.Cause cause, boolean byPeer, boolean application, String code, Origin origin) {
    long value = Long.decode(code);
    ConnectionClosedException closed =
        Endings.closed(new ConnectionEnd(cause, byPeer, application, value, "why"), null);
    assertThat(closed.origin()).isEqualTo(origin);
    assertThat(closed.reason()).isEqualTo("why");
    assertThat(closed.code().orElseThrow().value()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "IDLE_TIMEOUT, IDLE_TIMEOUT",
    "LOST, IDLE_TIMEOUT",
    "STATELESS_RESET, PEER_TRANSPORT"
  })
  void whatEndsWithoutACodeHasNone(ConnectionEnd.Cause cause, Origin origin) {
    ConnectionClosedException closed =
        Endings.closed(new ConnectionEnd(cause, false, false, 0, ""), null);
    assertThat(closed.origin()).isEqualTo(origin);
    assertThat(closed.code()).isEmpty();
  }
}
