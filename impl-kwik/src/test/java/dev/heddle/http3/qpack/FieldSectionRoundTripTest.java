package dev.heddle.http3.qpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.ByteBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldSectionRoundTripTest {
  @Test
  void everyStaticEntryAndEveryNameOfOneRoundTrips() throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    for (int i = 0; i < StaticTable.SIZE; i++) {
      fields.add(new HeaderField(StaticTable.name(i), StaticTable.value(i)));
      fields.add(new HeaderField(StaticTable.name(i), "other-value-" + i));
      fields.add(new HeaderField(StaticTable.name(i), StaticTable.value(i), true));
    }
    assertRoundTrip(fields);
  }

  @Test
  void everyOctetThatMayBeInAValueRoundTrips() throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    for (char octet = 0x21; octet <= 0xff; octet++) {
      if (octet != 0x7f) {
        fields.add(new HeaderField("x-octet", String.valueOf(octet)));
        fields.add(new HeaderField(":path", "a" + octet + "b"));
        fields.add(new HeaderField("x-run", String.valueOf(octet).repeat(200), true));
      }
    }
    assertRoundTrip(fields);
  }

  @Test
  void valuesOfEveryLengthRoundTrip() throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    for (int length : new int[] {0, 1, 7, 126, 127, 128, 254, 255, 16383, 16384, 100_000}) {
      fields.add(new HeaderField("x-plain", "\u00fc".repeat(length)));
      fields.add(new HeaderField("x-huffman", "a".repeat(length)));
      fields.add(new HeaderField("n".repeat(Math.max(length, 1)), "v"));
    }
    assertRoundTrip(fields);
  }

  @Test
  void randomSectionsRoundTrip() throws IOException {
    Random random = new Random(9204);
    for (int round = 0; round < 5000; round++) {
      List<HeaderField> fields = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        fields.add(randomField(random));
      }
      assertRoundTrip(fields);
    }
  }

  private static HeaderField randomField(Random random) {
    int index = random.nextInt(StaticTable.SIZE);
    String name =
        random.nextBoolean() ? StaticTable.name(index) : randomText(random, 1, 20, 'a', 'z');
    String value =
        switch (random.nextInt(4)) {
          case 0 -> StaticTable.value(index);
          case 1 -> randomText(random, 0, 60, 0x80, 0xff);
          default -> randomText(random, 0, 60, 0x21, 0x7e);
        };
    return new HeaderField(name, value, random.nextInt(5) == 0);
  }

  private static String randomText(Random random, int minLength, int maxLength, int low, int high) {
    StringBuilder text = new StringBuilder();
    random
        .ints(random.nextInt(minLength, maxLength + 1), low, high + 1)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private static void assertRoundTrip(List<HeaderField> fields) throws IOException {
    ByteBuilder out = new ByteBuilder();
    FieldSectionEncoder.encode(fields, out);
    List<HeaderField> decoded = new ArrayList<>();
    new FieldSectionDecoder(FieldSectionEncoder.size(fields), fields.size())
        .decode(
            out.toByteArray(),
            (name, value, never) -> decoded.add(new HeaderField(name, value, never)));
    assertThat(decoded).hasSameSizeAs(fields);
    for (int i = 0; i < fields.size(); i++) {
      assertThat(decoded.get(i).name()).isEqualTo(fields.get(i).name());
      assertThat(decoded.get(i).value()).isEqualTo(fields.get(i).value());
      assertThat(decoded.get(i).sensitive() || !fields.get(i).sensitive()).isTrue();
    }
  }
}
