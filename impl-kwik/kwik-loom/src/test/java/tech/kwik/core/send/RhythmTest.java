package tech.kwik.core.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RhythmTest {
  private final Rhythm rhythm = new Rhythm();
  private long now = System.nanoTime();

  private boolean after(int micros) {
    now += micros * 1_000L;
    return rhythm.isFast(now);
  }

  private boolean afterSome(int count, int micros) {
    boolean fast = false;
    for (int i = 0; i < count; i++) {
      fast = after(micros);
    }
    return fast;
  }

  @Test
  void aFewWritesAreNotFast() {
    assertThat(after(1_000_000)).isFalse();
    assertThat(afterSome(5, 1)).isFalse();
  }

  @Test
  void manyCloseOnesAre() {
    assertThat(afterSome(20, 5)).isTrue();
  }

  @Test
  void oneAtATimeIsNot() {
    assertThat(afterSome(1_000, 20)).isFalse();
  }

  @Test
  void oneGapEndsNothingAndManyDo() {
    afterSome(100, 2);
    assertThat(after(1_000)).isTrue();
    assertThat(afterSome(3, 1_000)).isFalse();
  }

  @Test
  void aTimeBeforeTheLastOneIsNoGap() {
    afterSome(100, 2);
    assertThat(after(-5)).isTrue();
  }
}
