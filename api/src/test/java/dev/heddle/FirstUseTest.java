package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each class with constants works whichever is the first that a program touches. */
class FirstUseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Limits",
        "DatagramLimits",
        "DatagramOptions",
        "Headers",
        "ErrorCode",
        "DatagramFormat",
        "DatagramCloseCode"
      })
  void aClassCanBeTheFirst(String name) throws Exception {
    URL classes = Limits.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader fresh =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> first = Class.forName("dev.heddle." + name, true, fresh);
      assertThat(first.getClassLoader()).isSameAs(fresh);
    }
  }
}
