package dev.heddle.samples.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long millis = 5_000;
  private final Progress progress =
      new Progress(new PrintStream(shown, true, StandardCharsets.UTF_8), () -> millis * 1_000_000);

  @Test
  void aShortTransferShowsNothing() {
    millis += 999;
    progress.received(1_000_000);
    progress.close();
    assertThat(shown.size()).isZero();
  }

  @Test
  void aLongOneShowsOneLineThatGoesAwayAtTheEnd() {
    millis += 1_000;
    progress.sent(500_000);
    millis += 100;
    progress.received(1_000_000);
    millis += 900;
    progress.received(1_500_000);
    progress.close();
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\r\u001b[Ksent 0.5 MB, received 0.0 MB, 0.5 MB/s"
                + "\r\u001b[Ksent 0.5 MB, received 2.5 MB, 1.5 MB/s"
                + "\r\u001b[K");
  }
}
