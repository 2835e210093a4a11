package dev.heddle.interop;

import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Script.bare;
import static dev.heddle.interop.Script.decent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tools themselves, tried on quic-go's server: what it does is what they must report. */
@ExtendWith(Rig.Resolver.class)
class HarnessTest {
  private Target target;
  private Peer raw;

  @BeforeEach
  void findPeers(Rig rig) {
    target = Target.of(rig.goServer().greeting);
    raw = rig.raw();
  }

  @Test
  void rawConnectionsReportResponsesFieldByField() {
    Seen seen = target.attack(raw, decent().thenGet("r"));
    Violation.servedOn(seen, "r", "200");
    assertThat(seen.stream("r").frames(Bytes.DATA)).hasSize(1);
    assertThat(seen.stream("peer-0").frames(Bytes.SETTINGS)).hasSize(1);
  }

  @Test
  void rawConnectionsReportTheCodeOfAConnectionClose() {
    Seen seen = target.attack(raw, decent().bidiWithEnd("r", data("x"), get("/")).awaitClose());
    Violation.closedWith(seen, Code.H3_FRAME_UNEXPECTED);
    assertThat(seen.closeReason()).isNotEmpty();
  }

  @Test
  void rawConnectionsReportTheCodesOfResetAndStop() {
    Seen seen =
        target.attack(
            raw,
            decent().bidi("r", get("/", "Upper", "1")).awaitEnd("r").awaitStop("r").thenGet("s"));
    Violation.resetWith(seen.stream("r"), Code.H3_MESSAGE_ERROR);
    assertThat(seen.stream("r").stopCode()).hasValue(Code.H3_MESSAGE_ERROR);
    Violation.servedOn(seen, "s", "200");
  }

  @Test
  void rawConnectionsReportWhatTheyAwaitedInVain() {
    Seen seen =
        target.attack(
            raw, bare().option("awaitMillis", 200).bidi("r", frame(GREASE)).awaitEnd("r"));
    assertThat(seen.open()).isTrue();
    assertThat(seen.notes()).hasSize(1);
  }

  @Test
  void rawConnectionsSendAndSeeDatagrams(Rig rig) {
    Script script =
        bare()
            .withDatagrams()
            .uni("control", hex("00"), Bytes.settings(0x33, 1))
            .bidi("r", Bytes.connect("/datagrams"))
            .awaitFrame("r", Bytes.HEADERS)
            .datagram(hex("00 01"))
            .awaitDatagrams(1)
            .datagramTimes(2, hex("00 02"))
            .awaitDatagrams(3);
    Seen seen = Target.of(rig.goServer().greeting).attack(raw, script);
    assertThat(seen.notes()).isEmpty();
    assertThat(seen.datagrams()).containsExactly("0001", "0002", "0002");
  }

  @Test
  void rawListenersPlayTheirScriptToTheFirstConnection() {
    Reply lure =
        raw.ask(
            "listen",
            bare()
                .uni("control", hex("00"), Bytes.settings())
                .accept("r")
                .awaitEnd("r")
                .writeWithEnd("r", Bytes.headers(":status", "204"))
                .awaitClose()
                .arguments());
    try (Peer client = Peer.client()) {
      Reply answer =
          client.ask(
              "request",
              Map.of(
                  "url",
                  "https://" + lure.text("address") + "/x",
                  "method",
                  "GET",
                  "sha256",
                  lure.text("sha256")));
      assertThat(answer.number("status")).isEqualTo(204);
      client.ask("close", Map.of());
    }
    Seen seen = new Seen(raw.ask("report", Map.of("of", lure.text("id"))));
    assertThat(seen.stream("r").ended()).isTrue();
    assertThat(seen.closeCode()).as("quic-go's client closes with 0").hasValue(0);
  }
}
