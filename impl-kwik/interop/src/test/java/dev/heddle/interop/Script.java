package dev.heddle.interop;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a raw peer does on one QUIC connection. Streams have names; the other side's unidirectional
 * streams are called after their type, so {@code peer-0} is its control stream. For one thread.
 */
final class Script {
  private final Map<String, Object> options = new LinkedHashMap<>();
  private final List<Map<String, Object>> steps = new ArrayList<>();

  private Script() {}

  /** Nothing yet, not even a control stream. */
  static Script bare() {
    return new Script();
  }

  /** A control stream with empty SETTINGS, as a decent peer begins. */
  static Script decent() {
    return bare().uni("control", Bytes.hex("00"), Bytes.settings());
  }

  Script option(String name, Object value) {
    options.put(name, value);
    return this;
  }

  Script uni(String name, byte[]... bytes) {
    return step("uni", name, "hex", digits(bytes));
  }

  Script uniWithEnd(String name, byte[]... bytes) {
    return step("uni", name, "hex", digits(bytes), "fin", true);
  }

  Script bidi(String name, byte[]... bytes) {
    return step("bidi", name, "hex", digits(bytes));
  }

  Script bidiWithEnd(String name, byte[]... bytes) {
    return step("bidi", name, "hex", digits(bytes), "fin", true);
  }

  /** The same, but only if the other side allows a bidirectional stream at this moment. */
  Script bidiIfCredit(String name, byte[]... bytes) {
    return step("bidiIfCredit", name, "hex", digits(bytes));
  }

  /** Takes the next request stream of the other side. */
  Script accept(String name) {
    return step("accept", name);
  }

  Script write(String name, byte[]... bytes) {
    return step("write", name, "hex", digits(bytes));
  }

  Script writeWithEnd(String name, byte[]... bytes) {
    return step("write", name, "hex", digits(bytes), "fin", true);
  }

  Script writeTimes(int times, String name, byte[]... bytes) {
    return step("write", name, "hex", digits(bytes), "times", times);
  }

  /** One QUIC write for each byte. */
  Script dribble(String name, byte[] bytes) {
    for (byte b : bytes) {
      write(name, new byte[] {b});
    }
    return this;
  }

  /** Announces QUIC datagrams and takes those that come. */
  Script withDatagrams() {
    return option("datagrams", true);
  }

  Script datagram(byte[]... bytes) {
    return step("datagram", "", "hex", digits(bytes));
  }

  Script datagramTimes(int times, byte[]... bytes) {
    return step("datagram", "", "hex", digits(bytes), "times", times);
  }

  Script awaitDatagrams(int count) {
    return step("await", "datagrams", "for", "datagrams", "value", count);
  }

  Script reset(String name, long code) {
    return step("reset", name, "code", code);
  }

  Script stop(String name, long code) {
    return step("stop", name, "code", code);
  }

  Script awaitEnd(String name) {
    return step("await", name, "for", "end");
  }

  Script awaitStop(String name) {
    return step("await", name, "for", "stop");
  }

  Script awaitBytes(String name, long count) {
    return step("await", name, "for", "bytes", "value", count);
  }

  Script awaitFrame(String name, long type) {
    return step("await", name, "for", "frame", "value", type);
  }

  Script awaitClose() {
    return step("await", "", "for", "close");
  }

  /** Whether the last step waits for the other side to close the connection. */
  boolean awaitsClose() {
    return !steps.isEmpty() && "close".equals(steps.getLast().get("for"));
  }

  /** Tells the test that the script has come here. */
  Script tell(Peer.Told told) {
    return step("tell", told.id());
  }

  Script pause(int millis) {
    return step("pause", "", "value", millis);
  }

  Script close(long code, String reason) {
    return step("close", "", "code", code, "reason", reason);
  }

  /** Does the other script's steps so often. */
  Script repeat(int times, Script inner) {
    return step("repeat", "", "times", times, "steps", inner.steps);
  }

  Script then(Script more) {
    steps.addAll(more.steps);
    return this;
  }

  /** A request that any server answers, to see that the connection lives. */
  Script thenGet(String name) {
    return bidiWithEnd(name, Bytes.get("/")).awaitEnd(name);
  }

  /** The arguments of the raw peer's command. */
  Map<String, Object> arguments() {
    Map<String, Object> arguments = new LinkedHashMap<>(options);
    arguments.put("steps", steps);
    return arguments;
  }

  private Script step(String op, String name, Object... namesAndValues) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("op", op);
    step.put("name", name);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      step.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    steps.add(step);
    return this;
  }

  private static String digits(byte[]... bytes) {
    return HexFormat.of().formatHex(Bytes.cat(bytes));
  }
}
