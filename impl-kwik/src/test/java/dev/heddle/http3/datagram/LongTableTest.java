package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LongTableTest {
  @Test
  void behavesLikeAMap() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      LongTable<String> table = new LongTable<>();
      Map<Long, String> model = new HashMap<>();
      int range = 1 << random.nextInt(12);
      for (int i = 0; i < 5_000; i++) {
        long key = random.nextInt(range) * (random.nextBoolean() ? 1L : 1L << 40);
        switch (random.nextInt(3)) {
          case 0 -> {
            table.put(key, "v" + i);
            model.put(key, "v" + i);
          }
          case 1 -> assertThat(table.remove(key)).isEqualTo(model.remove(key) != null);
          default -> assertThat(table.get(key)).isEqualTo(model.get(key));
        }
        assertThat(table.size()).isEqualTo(model.size());
      }
      Set<String> values = new HashSet<>();
      table.forEach(values::add);
      assertThat(values).isEqualTo(new HashSet<>(model.values()));
    }
  }

  @Test
  void keysAreNotNegative() {
    LongTable<String> table = new LongTable<>();
    assertThatThrownBy(() -> table.put(-1, "x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(table.get((1L << 62) - 1)).isNull();
  }

  /** Many ids come and go on a long connection; only those in use take room. */
  @Test
  void keysThatWereRemovedLeaveNoRoomBehind() {
    LongTable<byte[]> table = new LongTable<>();
    for (long id = 0; id < 2_000_000; id++) {
      table.put(id, new byte[0]);
      if (id >= 10) {
        assertThat(table.remove(id - 10)).isTrue();
      }
    }
    assertThat(table.size()).isEqualTo(10);
    assertThat(table.length()).isLessThanOrEqualTo(128);
  }

  @Test
  void aReaderSeesEveryEntryThatStaysWhileOthersComeAndGo() throws Exception {
    LongTable<Long> table = new LongTable<>();
    for (long key = 0; key < 100; key++) {
      table.put(key * 1_000, key);
    }
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Long> reader =
        CompletableFuture.supplyAsync(() -> {
          long looks = 0;
          while (!done.get()) {
            long key = looks++ % 100;
            assertThat(table.get(key * 1_000)).isEqualTo(key);
            Long other = table.get(looks % 5_000 * 1_000 + 1);
            assertThat(other == null || other == looks % 5_000).isTrue();
          }
          return looks;
        });
    for (long i = 0; i < 300_000; i++) {
      table.put(i % 5_000 * 1_000 + 1, i % 5_000);
      table.remove((i + 2_500) % 5_000 * 1_000 + 1);
    }
    done.set(true);
    assertThat(reader.get(10, TimeUnit.SECONDS)).isPositive();
  }
}
