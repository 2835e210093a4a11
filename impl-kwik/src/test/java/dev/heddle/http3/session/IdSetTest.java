package dev.heddle.http3.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSetTest {
  @Test
  void numbersInOrderTakeOneRange() {
    IdSet set = new IdSet();
    for (long i = 0; i < 100_000; i++) {
      assertThat(set.add(i)).isTrue();
    }
    assertThat(set.ranges()).isEqualTo(1);
    assertThat(set.contains(99_999)).isTrue();
    assertThat(set.contains(100_000)).isFalse();
    assertThat(set.add(5)).isFalse();
  }

  @Test
  void itKnowsWhatASetKnows() {
    Random random = new Random(7);
    IdSet set = new IdSet();
    Set<Long> model = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      long id = random.nextInt(2_000);
      assertThat(set.contains(id)).isEqualTo(model.contains(id));
      assertThat(set.add(id)).isEqualTo(model.add(id));
    }
    int ranges = 0;
    for (long id = 0; id < 2_000; id++) {
      if (model.contains(id) && !model.contains(id - 1)) {
        ranges++;
      }
    }
    assertThat(set.ranges()).isEqualTo(ranges);
  }

  @Test
  void theLowestRangeCanBeForgotten() {
    IdSet set = new IdSet();
    set.add(1);
    set.add(2);
    set.add(9);
    set.forgetLowest();
    assertThat(set.contains(2)).isFalse();
    assertThat(set.contains(9)).isTrue();
    assertThat(set.ranges()).isEqualTo(1);
  }
}
