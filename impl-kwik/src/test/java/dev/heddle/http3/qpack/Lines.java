package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Field lines in tests, as "name: value", with " (never)" behind those never to be indexed. */
final class Lines {
  private static final FieldSectionDecoder DECODER = new FieldSectionDecoder(1 << 16, 100);

  private Lines() {}

  static List<String> decode(String section) throws IOException {
    return decode(DECODER, Bytes.hex(section));
  }

  static List<String> decode(FieldSectionDecoder decoder, byte[] section) throws IOException {
    List<String> lines = new ArrayList<>();
    decoder.decode(
        section,
        (name, value, never) -> lines.add(name + ": " + value + (never ? " (never)" : "")));
    return lines;
  }
}
