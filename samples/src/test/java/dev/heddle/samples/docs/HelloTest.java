package dev.heddle.samples.docs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HelloTest {
  @Test
  @Timeout(20)
  void theFirstExampleOfTheReadmeRuns() throws Exception {
    Hello.main(new String[0]);
  }
}
