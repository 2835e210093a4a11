package dev.heddle.interop;

import static dev.heddle.interop.Bytes.HEADERS;
import static dev.heddle.interop.Bytes.capsule;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.connect;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.bare;
import static dev.heddle.interop.Violation.closes;
import static dev.heddle.interop.Violation.resets;
import static dev.heddle.interop.Violation.servedOn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that misuse datagrams and capsules against the sample server. Sections are RFC 9297's, or
 * those of draft-ietf-masque-h3-datagram-04 where it says so.
 */
@ExtendWith(Rig.Resolver.class)
class DatagramAbuseTest {
  static final long SETTING = 0x33;
  static final long DATAGRAM = 0x00;
  static final long REGISTER = 0xff37a1;
  static final long REGISTER_NONE = 0xff37a2;
  static final long CLOSE = 0xff37a3;
  static final byte[] NO_ERROR = varint(0xff78a0);
  static final long LARGEST = (1L << 62) - 1;

  private static final byte[] NO_FORMAT = varint(0);

  static Script decent() {
    return bare().withDatagrams().uni("control", hex("00"), settings(SETTING, 1));
  }

  /** A session on stream 0. */
  private static Script plain() {
    return decent().bidi("r", connect("/datagrams")).awaitFrame("r", HEADERS);
  }

  private static Script contexts(byte[]... capsules) {
    return decent()
        .bidi("r", connect("/datagrams/contexts"))
        .awaitFrame("r", HEADERS)
        .write("r", capsules);
  }

  static byte[] register(long contextId) {
    return capsule(REGISTER, varint(contextId), NO_FORMAT);
  }

  static byte[] close(long contextId) {
    return capsule(CLOSE, varint(contextId), NO_ERROR);
  }

  static List<Violation> ofTheConnection() {
    return List.of(
        closes("§2.1: an empty datagram", plain().datagram(), Code.H3_DATAGRAM_ERROR),
        closes(
            "§2.1: a datagram that ends inside its quarter stream id",
            plain().datagram(hex("c0 00 00 00 00 00 00")),
            Code.H3_DATAGRAM_ERROR),
        closes(
            "§2.1: the least quarter stream id that is too large",
            plain().datagram(varint(1L << 60), hex("aa")),
            Code.H3_DATAGRAM_ERROR),
        closes(
            "§2.1: the largest quarter stream id",
            plain().datagram(varint(LARGEST)),
            Code.H3_DATAGRAM_ERROR),
        closes(
            "§2.1: a stream beyond the limits",
            plain().datagram(varint((1L << 60) - 1), hex("aa")),
            Code.H3_ID_ERROR),
        closes(
            "§2.1.1: SETTINGS_H3_DATAGRAM that is 2",
            bare().withDatagrams().uni("control", hex("00"), settings(SETTING, 2)),
            Code.H3_SETTINGS_ERROR),
        closes(
            "draft-03: SETTINGS_H3_DATAGRAM without max_datagram_frame_size",
            bare().uni("control", hex("00"), settings(SETTING, 1)),
            Code.H3_SETTINGS_ERROR));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheConnection")
  void whatEndsTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> registrations() {
    return List.of(
        breaksRule("a client that registers an odd id", register(1)),
        breaksRule("an id twice", register(0), register(0)),
        breaksRule("an id that was closed", register(0), close(0), register(0)),
        breaksRule("the close of an unknown id", close(4)),
        breaksRule("the close of an unknown id beside others", register(0), close(2)),
        breaksRule("a second close", register(0), close(0), close(0)),
        breaksRule("no context after a context", register(0), capsule(REGISTER_NONE, NO_FORMAT)),
        breaksRule(
            "a context after no context",
            plain().write("r", capsule(REGISTER_NONE, NO_FORMAT), register(0))),
        breaksRule(
            "no context twice",
            plain()
                .write("r", capsule(REGISTER_NONE, NO_FORMAT), capsule(REGISTER_NONE, NO_FORMAT))),
        breaksRule(
            "a DATAGRAM capsule that ends inside its context id",
            register(0),
            capsule(DATAGRAM, hex("40"))));
  }

  private static Violation breaksRule(String sentence, byte[]... capsules) {
    return breaksRule(sentence, contexts(capsules));
  }

  private static Violation breaksRule(String sentence, Script script) {
    return resets("draft-04: " + sentence, script, Code.H3_GENERAL_PROTOCOL_ERROR);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("registrations")
  void whatBreaksTheRulesOfRegistration(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> ofTheStream() {
    return List.of(
        malformed("a capsule that ends inside its type", frame(Bytes.DATA, hex("80 ff"))),
        malformed("a capsule without a length", frame(Bytes.DATA, hex("80 ff 37 a1"))),
        malformed("a capsule that ends inside its value", frame(Bytes.DATA, hex("00 05 00 aa"))),
        malformed("an unknown capsule that ends inside", frame(Bytes.DATA, hex("17 05 00 aa"))),
        malformed("a registration without fields", capsule(REGISTER)),
        malformed("a registration without a format", capsule(REGISTER, varint(0))),
        malformed("no context without a format", capsule(REGISTER_NONE)),
        malformed("a close without a code", register(0), capsule(CLOSE, varint(0))),
        resets(
            "draft-04: a datagram that ends inside its context id",
            contexts(register(0)).datagram(hex("00 00 aa")).awaitDatagrams(1).datagram(hex("00")),
            Code.H3_GENERAL_PROTOCOL_ERROR),
        resets(
            "§2: a datagram for a request that has none",
            decent().bidi("r", get("/slow?ms=30000")).pause(50).datagram(hex("00 aa")),
            Code.H3_DATAGRAM_ERROR));
  }

  private static Violation malformed(String sentence, byte[]... capsules) {
    Script script = contexts().writeWithEnd("r", capsules);
    return resets("§3.3: " + sentence, script, Code.H3_MESSAGE_ERROR);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheStream")
  void whatEndsTheStream(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> strange() {
    return List.of(
        echoes("§2: plain datagrams", plain().datagram(hex("00 aa")), "00aa"),
        echoes("§2: an empty payload", plain().datagram(hex("00")), "00"),
        echoes(
            "§2.1: a quarter stream id longer than it needs to be",
            plain().datagram(hex("c0 00 00 00 00 00 00 00 aa")),
            "00aa"),
        echoes(
            "draft-04: plain datagrams, registered",
            plain().write("r", capsule(REGISTER_NONE, NO_FORMAT)).datagram(hex("00 aa")),
            "00aa"),
        echoes("draft-04: a context", contexts(register(0)).datagram(hex("00 00 aa")), "0000aa"),
        echoes(
            "draft-04: a datagram before its registration",
            contexts().datagram(hex("00 02 aa")).pause(20).write("r", register(2)),
            "0002aa"),
        echoes(
            "draft-04: one for a closed context, then one for another",
            contexts(register(0), register(2), close(0))
                .pause(50)
                .datagram(hex("00 00 aa"))
                .datagram(hex("00 02 bb")),
            "0002bb"),
        echoes(
            "§2.1: one for another stream that the limits allow",
            plain().datagram(hex("05 aa")).datagram(hex("00 bb")),
            "00bb"),
        echoes(
            "§3.2: unknown capsules",
            plain()
                .write("r", capsule(0x17, hex("aa")), capsule(0x4242), capsule(LARGEST, hex("00")))
                .datagram(hex("00 aa")),
            "00aa"));
  }

  private static Violation echoes(String sentence, Script script, String... datagrams) {
    return new Violation(
        sentence,
        script.awaitDatagrams(datagrams.length).writeWithEnd("r").awaitEnd("r").thenGet("after"),
        seen -> {
          assertThat(seen.datagrams()).containsExactly(datagrams);
          servedOn(seen, "r", "200");
          servedOn(seen, "after", "200");
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strange")
  void whatIsStrangeButLegalIsTolerated(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> endless() {
    return List.of(
        claims("§3.2: an unknown capsule", 0x17),
        claims("§3.5: a DATAGRAM capsule", DATAGRAM),
        claims("draft-04: a registration", REGISTER),
        claims("draft-04: a close", CLOSE));
  }

  /** Skipped or refused, but never waited for in memory. */
  private static Violation claims(String sentence, long type) {
    byte[] piece = frame(Bytes.DATA, new byte[16_384]);
    return new Violation(
        sentence + " of 2^62-1 bytes",
        contexts()
            .write("r", frame(Bytes.DATA, claim(type, LARGEST)))
            .writeTimes(1_000, "r", piece)
            .reset("r", Code.H3_REQUEST_CANCELLED)
            .thenGet("after"),
        seen -> servedOn(seen, "after", "200"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endless")
  void aLengthIsAClaimAndNoMore(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> floods() {
    byte[][] registrations = new byte[10_000][];
    for (int i = 0; i < registrations.length; i++) {
      registrations[i] = register(2L * i);
    }
    return List.of(
        new Violation(
            "draft-04: 10,000 registrations, refused beyond the limit",
            contexts(registrations)
                .datagram(hex("00 00 aa"))
                .awaitDatagrams(1)
                .writeWithEnd("r")
                .awaitEnd("r")
                .thenGet("after"),
            seen -> {
              assertThat(seen.stream("r").hex()).as("RESOURCE_LIMIT").contains("80ff78a3");
              servedOn(seen, "after", "200");
            }),
        new Violation(
            "§2.1: 50,000 datagrams for streams and contexts that do not come",
            contexts(register(0))
                .datagramTimes(25_000, hex("05 aa"))
                .datagramTimes(25_000, hex("00 04 aa"))
                .datagram(hex("00 00 aa"))
                .awaitDatagrams(1)
                .writeWithEnd("r")
                .awaitEnd("r")
                .thenGet("after"),
            seen -> {
              assertThat(seen.datagrams()).containsExactly("0000aa");
              servedOn(seen, "after", "200");
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodHurtsNobodyElse(Violation violation, Rig rig) {
    violation.check(rig);
  }
}
