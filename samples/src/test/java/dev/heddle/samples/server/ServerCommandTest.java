package dev.heddle.samples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.samples.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCommandTest {

  @Test
  void withoutOptionsItListensOnLoopbackWithADevelopmentCertificate() throws Exception {
    ServerCommand command = ServerCommand.parse();
    assertThat(command.host()).isEqualTo("127.0.0.1");
    assertThat(command.port()).isEqualTo(4433);
    assertThat(command.load().chain().getFirst().getSubjectAlternativeNames().toString())
        .contains("localhost", "127.0.0.1");
  }

  @Test
  void everyOptionIsTaken() throws Exception {
    ServerCommand command =
        ServerCommand.parse("--host", "::1", "--port", "0", "--cert", "c.pem", "--key", "k.pem");
    assertThat(command.host()).isEqualTo("::1");
    assertThat(command.port()).isZero();
    assertThat(command.certificate())
        .contains(new ServerCommand.PemPair(Path.of("c.pem"), Path.of("k.pem")));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertRefused("--key", "--cert", "c.pem");
    assertRefused("--cert", "--key", "k.pem");
    assertRefused("--port", "--port", "65536");
    assertRefused("--port", "--port", "-1");
    assertRefused("--port", "--port", "http");
    assertRefused("--port needs a value", "--port");
    assertRefused("no option --verbose", "--verbose");
  }

  @Test
  void aFileThatIsNoCertificateIsNamed(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("c.pem"), "not a certificate");
    ServerCommand command =
        ServerCommand.parse("--cert", file.toString(), "--key", file.toString());
    assertThatThrownBy(command::load).isInstanceOf(IOException.class).hasMessageContaining("c.pem");
  }

  private static void assertRefused(String said, String... words) {
    assertThatThrownBy(() -> ServerCommand.parse(words))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(said);
  }
}
