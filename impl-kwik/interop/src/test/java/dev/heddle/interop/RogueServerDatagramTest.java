package dev.heddle.interop;

import static dev.heddle.interop.Bytes.capsule;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.DatagramAbuseTest.CLOSE;
import static dev.heddle.interop.DatagramAbuseTest.DATAGRAM;
import static dev.heddle.interop.DatagramAbuseTest.LARGEST;
import static dev.heddle.interop.DatagramAbuseTest.NO_ERROR;
import static dev.heddle.interop.DatagramAbuseTest.REGISTER;
import static dev.heddle.interop.DatagramAbuseTest.REGISTER_NONE;
import static dev.heddle.interop.DatagramAbuseTest.SETTING;
import static dev.heddle.interop.DatagramAbuseTest.close;
import static dev.heddle.interop.DatagramAbuseTest.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that misuse datagrams and capsules against our client. Sections are RFC 9297's, or those
 * of draft-ietf-masque-h3-datagram-04 where it says so.
 */
@ExtendWith(Rig.Resolver.class)
@Timeout(60)
class RogueServerDatagramTest {
  private static final byte[] OK = headers(":status", "200", "capsule-protocol", "?1");

  /** What a server does behind its response, and the code that the client answers with. */
  record Row(String sentence, boolean contexts, Script script, long code) {
    @Override
    public String toString() {
      return sentence;
    }
  }

  /** What a program does with its datagrams until they end. */
  @FunctionalInterface
  interface Use {
    void of(Session session, DatagramContext datagrams) throws Exception;
  }

  private static Script accepted() {
    return Script.bare()
        .withDatagrams()
        .uni("control", hex("00"), settings(0x08, 1, SETTING, 1))
        .accept("r")
        .write("r", OK);
  }

  static List<Row> ofTheConnection() {
    return List.of(
        row("§2.1: an empty datagram", accepted().datagram(), Code.H3_DATAGRAM_ERROR),
        row(
            "§2.1: a datagram that ends inside its quarter stream id",
            accepted().datagram(hex("80 00 00")),
            Code.H3_DATAGRAM_ERROR),
        row(
            "§2.1: a quarter stream id that is too large",
            accepted().datagram(varint(1L << 60), hex("aa")),
            Code.H3_DATAGRAM_ERROR));
  }

  private static Row row(String sentence, Script script, long code) {
    return new Row(sentence, false, script.awaitClose(), code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheConnection")
  void whatEndsTheConnection(Row row, Rig rig) throws Exception {
    Lure lure = Lure.of(row, rig);
    // Whichever call the client is in at that moment: all of them tell the same.
    assertThatThrownBy(
            () -> {
              try (SessionConnection connection = lure.connect()) {
                lure.use(connection, row, (session, datagrams) -> datagrams.readDatagram());
              }
            })
        .isInstanceOfSatisfying(
            ConnectionClosedException.class,
            e -> assertThat(code(e.code().orElseThrow())).isEqualTo(row.code));
    Violation.closedWith(lure.report(), row.code);
  }

  private static long code(ErrorCode code) {
    return code.value();
  }

  static List<Row> ofTheStream() {
    long general = Code.H3_GENERAL_PROTOCOL_ERROR;
    return List.of(
        stream(
            "draft-04: a server that registers no context",
            false,
            general,
            capsule(REGISTER_NONE, varint(0))),
        stream("draft-04: a server that registers first", false, general, register(1)),
        stream("draft-04: a server that registers an even id", true, general, register(2)),
        stream("draft-04: an id of ours again", true, general, register(0)),
        stream("draft-04: an id twice", true, general, register(1), register(1)),
        stream(
            "draft-04: an id that was closed", true, general, register(1), close(1), register(1)),
        stream("draft-04: the close of an unknown id", true, general, close(7)),
        stream("draft-04: a second close", true, general, close(0), close(0)),
        stream(
            "§3.3: a registration without a format",
            true,
            Code.H3_MESSAGE_ERROR,
            capsule(REGISTER, varint(1))),
        stream(
            "§3.3: a close without a code",
            true,
            Code.H3_MESSAGE_ERROR,
            capsule(CLOSE, varint(0))));
  }

  private static Row stream(String sentence, boolean contexts, long code, byte[]... capsules) {
    // A context is registered before the server goes on: its capsule is what comes behind the
    // request.
    Script script = accepted();
    if (contexts) {
      script.awaitFrame("r", Bytes.DATA);
    }
    // The end of the script ends the connection, which must not overtake the end of the stream.
    return new Row(sentence, contexts, script.write("r", capsules).awaitStop("r").pause(200), code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheStream")
  void whatEndsTheStream(Row row, Rig rig) throws Exception {
    Seen seen =
        play(
            row,
            rig,
            (session, datagrams) ->
                assertThatThrownBy(() -> readToTheEnd(session, datagrams))
                    .isInstanceOfSatisfying(
                        StreamResetException.class,
                        e -> {
                          assertThat(e.fromPeer()).isFalse();
                          assertThat(code(e.code())).isEqualTo(row.code);
                        }));
    assertThat(seen.stream("r").stopCode()).as("%s", seen).hasValue(row.code);
    assertThat(seen.open()).as("connection stays open: %s", seen).isTrue();
  }

  /** A context that the peer closed has ended by itself: then the session says how it ended. */
  private static void readToTheEnd(Session session, DatagramContext datagrams) throws Exception {
    try {
      datagrams.readDatagram();
    } catch (DatagramContextClosedException e) {
      while (true) {
        session.acceptDatagramContext();
      }
    }
  }

  @Test
  void aTruncatedCapsuleMakesTheResponseMalformed(Rig rig) throws Exception {
    Script script =
        accepted().writeWithEnd("r", frame(Bytes.DATA, hex("00 09 00 aa"))).awaitEnd("r");
    Row row = new Row("§3.3: a capsule that ends inside", false, script, Code.H3_MESSAGE_ERROR);
    play(
        row,
        rig,
        (session, datagrams) ->
            assertThatThrownBy(datagrams::readDatagram)
                .isInstanceOfSatisfying(
                    StreamResetException.class,
                    e -> assertThat(code(e.code())).isEqualTo(row.code)));
  }

  @Test
  void unknownCapsulesAndEndlessOnesDoNotHoldUpDatagrams(Rig rig) throws Exception {
    Script script =
        accepted()
            .write("r", capsule(0x17, hex("aa")), capsule(DATAGRAM, hex("bb")))
            .write("r", frame(Bytes.DATA, claim(0x4242, LARGEST)))
            .writeTimes(100, "r", frame(Bytes.DATA, new byte[16_384]))
            .datagram(hex("00 cc"))
            .awaitEnd("r");
    play(
        new Row("§3.2: unknown capsules", false, script, 0),
        rig,
        (session, datagrams) -> {
          // Which of the two comes first is open: they do not go the same way.
          List<byte[]> both = List.of(datagrams.readDatagram(), datagrams.readDatagram());
          assertThat(both).containsExactlyInAnyOrder(hex("bb"), hex("cc"));
        });
  }

  @Test
  void theCodeAndWordsOfACloseReachTheProgram(Rig rig) throws Exception {
    Script script =
        accepted()
            .awaitFrame("r", Bytes.DATA)
            .write("r", capsule(CLOSE, varint(0), NO_ERROR, Bytes.utf8("enough")))
            .awaitEnd("r");
    play(
        new Row("draft-04: a close", true, script, 0),
        rig,
        (session, datagrams) ->
            assertThatThrownBy(datagrams::readDatagram)
                .isInstanceOfSatisfying(
                    DatagramContextClosedException.class,
                    e -> {
                      assertThat(e.fromPeer()).isTrue();
                      assertThat(e.code().value()).isEqualTo(0xff78a0);
                      assertThat(e.details()).isEqualTo("enough");
                    }));
  }

  private static Seen play(Row row, Rig rig, Use use) throws Exception {
    Lure lure = Lure.of(row, rig);
    try (SessionConnection connection = lure.connect()) {
      lure.use(connection, row, use);
      return lure.report(); // before the connection ends, as it must not have by then
    }
  }

  /** A server that plays a row's script to the first connection. */
  private record Lure(Peer raw, Reply reply, Target target) {
    static Lure of(Row row, Rig rig) {
      Reply reply = rig.raw().ask("listen", row.script.arguments());
      Target target = new Target("https://" + reply.text("address"), reply.text("sha256"));
      return new Lure(rig.raw(), reply, target);
    }

    SessionConnection connect() throws Exception {
      return GoServerTest.connect(target);
    }

    void use(SessionConnection connection, Row row, Use use) throws Exception {
      URI uri = URI.create(target.origin() + "/x");
      Headers request = Headers.connect(uri, "datagram-echo").withCapsuleProtocol();
      try (Session session = connection.open(request)) {
        assertThat(session.headers().status()).hasValue(200);
        DatagramContext datagrams =
            row.contexts ? session.registerDatagramContext() : session.datagramNoContext();
        use.of(session, datagrams);
      }
    }

    Seen report() {
      Seen seen = new Seen(raw.ask("report", Map.of("of", reply.text("id"))));
      assertThat(seen.notes()).as("what came too late: %s", seen).isEmpty();
      return seen;
    }
  }
}
