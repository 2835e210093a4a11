package dev.heddle.samples.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TourTest {

  @Test
  void theGuideKnowsWhereItIsAndNumbersTheSteps() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Guide guide = new Guide(new PrintStream(out, true, StandardCharsets.UTF_8));
    guide.begin("first");
    guide.done("seen");
    guide.begin("second");
    assertThat(guide.current()).isEqualTo("step 2, second");
    assertThat(out.toString(StandardCharsets.UTF_8).lines().findFirst())
        .contains(" 1  first     seen");
  }

  @Test
  void aClaimThatIsNotSoFailsTheTour() {
    assertThatThrownBy(() -> Guide.check(false, "the sky is green"))
        .hasMessageContaining("the sky is green");
  }
}
