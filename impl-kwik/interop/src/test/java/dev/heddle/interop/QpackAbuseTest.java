package dev.heddle.interop;

import static dev.heddle.interop.Bytes.HEADERS;
import static dev.heddle.interop.Bytes.cat;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.post;
import static dev.heddle.interop.Bytes.prefixed;
import static dev.heddle.interop.Bytes.section;
import static dev.heddle.interop.Script.decent;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Field sections that cannot be decoded, as headers and as trailers. Sections are RFC 9204's. */
@ExtendWith(Rig.Resolver.class)
class QpackAbuseTest {

  /** A broken encoded field section; beyond a limit it may cost the stream alone (section 7.4). */
  record Broken(String sentence, byte[] section, boolean limit) {}

  private static Broken broken(String sentence, byte[]... section) {
    return new Broken(sentence, cat(section), false);
  }

  private static Broken beyond(String sentence, byte[]... section) {
    return new Broken(sentence, cat(section), true);
  }

  /** Sections that neither role can decode while its dynamic table has no capacity. */
  static List<Broken> sections() {
    byte[] start = section(Bytes.request("GET", "/"));
    return List.of(
        broken("§3.1: static index 99", start, prefixed(0xc0, 6, 99)),
        broken("§3.1: static name index 99", start, prefixed(0x50, 4, 99), hex("01 61")),
        broken("§3.1: static index 2^40", start, prefixed(0xc0, 6, 1L << 40)),
        broken("§4.5.1.1: a Required Insert Count of 1", hex("02 00"), hex("d1 d7 c1")),
        broken("§4.5.1.1: a Required Insert Count of 255", hex("ff 00 00"), hex("d1 d7 c1")),
        broken("§4.5.1.2: a negative base", hex("00 80"), hex("d1 d7 c1")),
        broken("§2.2.3: a dynamic index", start, hex("80")),
        broken("§2.2.3: a dynamic name index", start, hex("40 01 61")),
        broken("§2.2.3: a post-base index", start, hex("10")),
        broken("§2.2.3: a post-base name index", start, hex("00 01 61")),
        broken("§4.5.1: a section of no bytes"),
        broken("§4.5.1: a section of one byte", hex("00")),
        broken("§4.5.6: a name that ends early", start, hex("25 61 62")),
        broken("§4.5.6: a field without a value", start, hex("21 61")),
        broken("§4.5.6: a value that ends early", start, hex("21 61 05 61")),
        broken("§4.1.1: an index that never ends", start, hex("ff ff ff")),
        beyond(
            "§4.1.1: an index of more than 62 bits",
            start,
            hex("ff ff ff ff ff ff ff ff ff ff ff ff 7f")),
        beyond("§7.4: a value that claims 2 GiB", start, hex("21 61 7f 81 ff ff ff 07 61")),
        beyond("§7.4: a name that claims 2 GiB", start, hex("27 f9 ff ff ff 07 61")),
        beyond("§7.4: a Huffman value that claims 2 GiB", start, hex("21 61 ff 81 ff ff ff 07 61")),
        beyond(
            "§7.4: a value that claims 2^62-1",
            start,
            hex("21 61"),
            prefixed(0, 7, (1L << 62) - 1)),
        broken("§4.1.2: Huffman padding of zeros", start, hex("21 61 81 18")),
        broken("§4.1.2: Huffman padding of a whole byte", start, hex("21 61 82 1f ff")),
        broken("§4.1.2: the Huffman code for the end", start, hex("21 61 84 ff ff ff ff")));
  }

  static List<Violation> inHeaders() {
    return sections().stream()
        .map(broken ->
            violation(broken, decent().bidiWithEnd("r", frame(HEADERS, broken.section()))))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inHeaders")
  void headersThatCannotBeDecodedCloseTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> inTrailers() {
    List<Violation> all = new ArrayList<>();
    for (Broken broken : sections()) {
      byte[] request = cat(post("/sink"), Bytes.data("abc"), frame(HEADERS, broken.section()));
      all.add(violation(broken, decent().bidiWithEnd("r", request)));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inTrailers")
  void trailersThatCannotBeDecodedCloseTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> unusual() {
    return List.of(
        get("§4.5.2: a request of static entries alone", "d1 d7 c1 50 09 6c6f63616c686f7374"),
        get(
            "§4.5.4: never-indexed literals with static names",
            "7f 00 03 474554 d7 c1 70 09 6c6f63616c686f7374"),
        get("§4.1.2: Huffman coded names and values", "d1 d7 c1 50 86 a0e41d139d09"),
        get("§4.5.6: a field with an empty value", "d1 d7 c1 50 09 6c6f63616c686f7374 21 61 00"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusual")
  void fieldLinesOfEveryFormAreDecoded(Violation violation, Rig rig) {
    violation.check(rig);
  }

  private static Violation get(String sentence, String lines) {
    return Violation.tolerated(
        sentence, decent().bidiWithEnd("r", frame(HEADERS, hex("00 00"), hex(lines))));
  }

  private static Violation violation(Broken broken, Script script) {
    Long code = Code.QPACK_DECOMPRESSION_FAILED;
    if (!broken.limit()) {
      return Violation.closes(broken.sentence(), script, code);
    }
    return new Violation(
        broken.sentence(),
        script.awaitEnd("r"),
        seen -> {
          if (seen.open()) {
            Violation.resetWith(seen.stream("r"), code);
          } else {
            Violation.closedWith(seen, code);
          }
        });
  }
}
