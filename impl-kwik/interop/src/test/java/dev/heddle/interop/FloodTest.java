package dev.heddle.interop;

import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.MAX_PUSH_ID;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.post;
import static dev.heddle.interop.Bytes.times;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.bare;
import static dev.heddle.interop.Script.decent;
import static dev.heddle.interop.Violation.answered;
import static dev.heddle.interop.Violation.closes;
import static dev.heddle.interop.Violation.tolerated;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Too much of everything (RFC 9114 section 10.5), with the default limits of {@code
 * dev.heddle.Limits} as the measure. The server has 192 MiB of heap and ends when they are used up.
 */
@ExtendWith(Rig.Resolver.class)
class FloodTest {

  static List<Violation> large() {
    return List.of(
        answered(
            "§4.2.2: a field section of 70,000 bytes gets 431",
            decent().bidiWithEnd("r", get("/", "x", "a".repeat(70_000))),
            "431"),
        answered(
            "§4.2.2: a field section of 1 MiB gets 431",
            decent().bidiWithEnd("r", get("/", "x", "a".repeat(1 << 20))),
            "431"),
        answered(
            "§4.2.2: 300 fields get 431", decent().bidiWithEnd("r", get("/", many(300))), "431"),
        answered(
            "§4.2.2: 60,000 fields of one byte each get 431",
            decent()
                .bidiWithEnd(
                    "r",
                    frame(
                        Bytes.HEADERS,
                        Bytes.section(Bytes.request("GET", "/")),
                        times(60_000, hex("d1")))),
            "431"),
        new Violation(
            "§4.2.2: HEADERS that claim a gigabyte are not waited for",
            decent().bidi("r", claim(Bytes.HEADERS, 1 << 30), hex("00 00")).awaitEnd("r"),
            refusedAsTooLarge()),
        new Violation(
            "§4.2.2: trailers of 1 MiB end in an error",
            decent()
                .bidiWithEnd("r", post("/sink"), Bytes.headers("x", "a".repeat(1 << 20)))
                .awaitEnd("r"),
            seen -> {
              assertThat(seen.stream("r").statuses()).doesNotContain("200");
              refusedAsTooLarge().accept(seen);
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("large")
  void headersThatAreTooLargeAreRefused(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> floods() {
    return List.of(
        closes(
            "requests that are reset as soon as they are made",
            decent().repeat(4_000, bare().bidi("x", get("/bytes?n=10")).reset("x", 0x10c)),
            Code.H3_EXCESSIVE_LOAD),
        closes(
            "requests that are reset before their headers are whole",
            decent().repeat(4_000, bare().bidi("x", claim(1, 40)).reset("x", 0x10c)),
            Code.H3_EXCESSIVE_LOAD),
        closes(
            "unknown frames on the control stream",
            decent().write("control", times(20_000, frame(GREASE))),
            Code.H3_EXCESSIVE_LOAD),
        closes(
            "MAX_PUSH_ID on the control stream",
            decent().write("control", times(20_000, frame(MAX_PUSH_ID, varint(5)))),
            Code.H3_EXCESSIVE_LOAD),
        closes(
            "unidirectional streams of unknown types",
            decent().repeat(20_000, bare().uniWithEnd("x", varint(GREASE), hex("00"))),
            Code.H3_EXCESSIVE_LOAD));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void floodsCloseTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> busy() {
    return List.of(
        tolerated(
            "§7.2.8: a megabyte of unknown frames before a request",
            decent()
                .bidi("r")
                .writeTimes(100, "r", frame(GREASE, new byte[10_000]))
                .writeWithEnd("r", get("/"))),
        tolerated(
            "§7.2.8: an unknown frame of a hundred megabytes",
            decent()
                .bidi("r", claim(GREASE, 100_000_000))
                .writeTimes(1_000, "r", new byte[100_000])
                .writeWithEnd("r", get("/"))),
        new Violation(
            "RFC 9000 §4.1: a client that never reads holds up nobody",
            decent()
                .option("streamWindow", 1_024)
                .bidi("a", get("/forever"))
                .bidi("b", get("/bytes?n=1000000"))
                .bidi("c", get("/forever"))
                .thenGet("r"),
            seen -> Violation.servedOn(seen, "r", "200")),
        new Violation(
            "§4.1.1: STOP_SENDING ends an endless response with a reset",
            decent()
                .bidiWithEnd("r", get("/forever"))
                .awaitBytes("r", 100_000)
                .stop("r", Code.H3_REQUEST_CANCELLED)
                .thenGet("after"),
            seen -> Violation.servedOn(seen, "after", "200")),
        new Violation(
            "§4.1: a 404 comes before the body's end and asks to stop with H3_NO_ERROR",
            decent()
                .bidi("r", post("/no-such-thing"), data("first of many"))
                .awaitEnd("r")
                .awaitStop("r")
                .thenGet("after"),
            seen -> {
              Violation.servedOn(seen, "r", "404");
              assertThat(seen.stream("r").stopCode()).hasValue(Code.H3_NO_ERROR);
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("busy")
  void whatIsOnlyALotIsPutUpWith(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> halfOpen() {
    return List.of(
        new Violation(
            "requests whose headers never come, as many as credit allows, are given up after 10 s",
            decent()
                .option("awaitMillis", 15_000)
                .repeat(255, bare().bidi("", claim(Bytes.HEADERS, 100)))
                .bidi("r", claim(Bytes.HEADERS, 100), hex("00"))
                .awaitEnd("r")
                .thenGet("after"),
            seen -> {
              Violation.resetWith(seen.stream("r"), Code.H3_REQUEST_REJECTED);
              Violation.servedOn(seen, "after", "200");
            }),
        closes(
            "RFC 9114 §6.2.1: SETTINGS that never come are given up after 10 s",
            bare().option("awaitMillis", 15_000).bidiWithEnd("r", get("/")),
            Code.H3_MISSING_SETTINGS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("halfOpen")
  void whatNeverComesIsGivenUp(Violation violation, Rig rig) {
    violation.check(rig);
  }

  /** 431, a reset, or the end of the connection; but an answer, and at once. */
  private static Consumer<Seen> refusedAsTooLarge() {
    return seen -> {
      if (seen.open()) {
        assertThat(
                seen.stream("r").statuses().contains("431")
                    || seen.stream("r").resetCode().isPresent())
            .as("refused: %s", seen)
            .isTrue();
      } else {
        Violation.closedWith(seen, Code.H3_EXCESSIVE_LOAD, Code.QPACK_DECOMPRESSION_FAILED);
      }
    };
  }

  private static String[] many(int count) {
    String[] fields = new String[2 * count];
    for (int i = 0; i < fields.length; i += 2) {
      fields[i] = "x-" + i;
      fields[i + 1] = "";
    }
    return fields;
  }
}
