package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One row of a table: what a peer does, in a sentence that names the section, and how it must be
 * answered. The expectations come from the specifications' text.
 */
record Violation(String sentence, Script script, Consumer<Seen> answer) {

  /** The connection must be closed with one of these codes. */
  static Violation closes(String sentence, Script script, Long... codes) {
    return new Violation(sentence, script.awaitClose(), seen -> closedWith(seen, codes));
  }

  static void closedWith(Seen seen, Long... codes) {
    assertThat(seen.closeCode().isPresent()).as("connection closed: %s", seen).isTrue();
    assertThat(hex(seen.closeCode().getAsLong()))
        .as("code of the connection close, reason '%s'", seen.closeReason())
        .isIn(Arrays.stream(codes).map(Violation::hex).toList());
  }

  /**
   * The stream r must be reset with one of these codes, while another request on the same
   * connection is served.
   */
  static Violation resets(String sentence, Script script, Long... codes) {
    return new Violation(
        sentence,
        script.awaitEnd("r").thenGet("after"),
        seen -> {
          assertThat(seen.open()).as("connection stays open: %s", seen).isTrue();
          resetWith(seen.stream("r"), codes);
          servedOn(seen, "after", "200");
        });
  }

  static void resetWith(Seen.Stream stream, Long... codes) {
    assertThat(stream.resetCode().isPresent()).as("stream reset: %s", stream).isTrue();
    assertThat(hex(stream.resetCode().getAsLong()))
        .as("code of the reset: %s", stream)
        .isIn(Arrays.stream(codes).map(Violation::hex).toList());
  }

  /**
   * RFC 9114 section 4.1.2: a malformed request is a stream error H3_MESSAGE_ERROR; a 4xx response
   * may come before the reset, a success never.
   */
  static Violation malformed(String sentence, byte[]... request) {
    Violation violation =
        resets(sentence, Script.decent().bidiWithEnd("r", request), Code.H3_MESSAGE_ERROR);
    return new Violation(
        violation.sentence,
        violation.script,
        seen -> {
          violation.answer.accept(seen);
          assertThat(seen.stream("r").statuses()).as("statuses").allMatch(s -> s.startsWith("4"));
        });
  }

  /** The request on stream r must be served as if nothing were strange. */
  static Violation tolerated(String sentence, Script script) {
    return answered(sentence, script, "200");
  }

  static Violation answered(String sentence, Script script, String status) {
    return new Violation(
        sentence,
        script.awaitEnd("r").thenGet("after"),
        seen -> {
          servedOn(seen, "r", status);
          servedOn(seen, "after", "200");
        });
  }

  static void servedOn(Seen seen, String stream, String status) {
    assertThat(seen.open()).as("connection stays open: %s", seen).isTrue();
    assertThat(seen.stream(stream).statuses()).as("statuses: %s", seen).containsExactly(status);
    assertThat(seen.stream(stream).ended()).as("response ended: %s", seen).isTrue();
  }

  /** Plays it, checks the answer, and that a new connection is served as if nothing had been. */
  void check(Rig rig) {
    Target target = rig.target();
    Seen seen = target.attack(rig.raw(), script);
    List<Throwable> wrong = new ArrayList<>();
    attempt(wrong, () -> answer.accept(seen));
    attempt(wrong, () -> assertThat(seen.notes()).as("what came too late").isEmpty());
    attempt(
        wrong,
        () -> {
          assertThat(rig.targetLives()).as("server lives").isTrue();
          servedOn(target.attack(rig.raw(), Script.decent().thenGet("new")), "new", "200");
        });
    if (!wrong.isEmpty()) {
      AssertionError first = new AssertionError(wrong.getFirst().getMessage(), wrong.getFirst());
      wrong.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }

  private static void attempt(List<Throwable> wrong, Runnable check) {
    try {
      check.run();
    } catch (AssertionError | RuntimeException e) {
      wrong.add(e);
    }
  }

  static String hex(long code) {
    return "0x" + Long.toHexString(code);
  }

  @Override
  public String toString() {
    return sentence;
  }
}
