package tech.kwik.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedBytesTest {

  private static final int SIZE = 40_000;

  private static byte[] pattern() {
    byte[] bytes = new byte[SIZE];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private record Piece(int start, int end) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 200, 1_200, 5_000})
  void piecesInAnyOrderWithOverlapsAndRepeatsGiveTheSameBytes(int maxPiece) {
    byte[] expected = pattern();
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      List<Piece> pieces = new ArrayList<>();
      for (int at = 0; at < SIZE; ) {
        int end = Math.min(SIZE, at + 1 + random.nextInt(maxPiece));
        pieces.add(new Piece(at, end));
        if (random.nextInt(3) == 0) {
          int from = Math.max(0, at - random.nextInt(maxPiece));
          pieces.add(new Piece(from, Math.min(SIZE, from + 1 + random.nextInt(2 * maxPiece))));
        }
        at = end;
      }
      Collections.shuffle(pieces, random);
      assertThat(assemble(expected, pieces, random)).isEqualTo(expected);
    }
  }

  private static byte[] assemble(byte[] source, List<Piece> pieces, Random random) {
    ReceivedBytes received = new ReceivedBytes();
    byte[] result = new byte[SIZE];
    int read = 0;
    for (Piece piece : pieces) {
      received.add(piece.start(), java.util.Arrays.copyOfRange(source, piece.start(), piece.end()));
      if (random.nextBoolean()) {
        read += received.read(result, read, Math.min(random.nextInt(3_000), SIZE - read));
      }
    }
    read += received.read(result, read, SIZE - read);
    assertThat(read).isEqualTo(SIZE);
    assertThat(received.contiguousOffset()).isEqualTo(SIZE);
    assertThat(received.available()).isZero();
    return result;
  }

  /** Two bytes of overhead per byte of window would need more than the heap that is left. */
  @Test
  void aMillionSingleBytesAheadOfAGapCostLittle() {
    ReceivedBytes received = new ReceivedBytes();
    long before = used();
    for (int i = 1; i <= 1_000_000; i++) {
      received.add(2L * i, new byte[1]);
    }
    assertThat(used() - before).isLessThan(4_000_000);
    assertThat(received.available()).isZero();
  }

  @Test
  void aMillionSingleBytesInOrderCostLittle() {
    ReceivedBytes received = new ReceivedBytes();
    long before = used();
    for (int i = 0; i < 1_000_000; i++) {
      received.add(i, new byte[1]);
    }
    assertThat(used() - before).isLessThan(4_000_000);
    assertThat(received.available()).isEqualTo(1_000_000);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
