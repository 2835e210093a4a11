package dev.heddle.samples.server;

import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.SessionHandler;
import dev.heddle.samples.cli.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The sample server's program. It ends on SIGTERM and SIGINT, in good order. */
public final class SampleServer {
  private static final Duration DRAIN = Duration.ofMillis(4_500);
  private static final Duration AT_MOST = Duration.ofSeconds(5);

  private SampleServer() {}

  /**
   * Runs the server until a signal ends it.
   *
   * @param words the command line, see {@link ServerCommand#USAGE}
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] words) throws InterruptedException {
    try {
      ServerCommand command = ServerCommand.parse(words);
      ServerCertificate certificate = command.load();
      Violations.reportTo(new Faults(System.err));
      Http3Server server = start(command, certificate, endpoints(System.err));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> endProcess(server)));
      System.out.println(listeningLine(server.localAddress(), certificate));
      System.out.flush();
      new CountDownLatch(1).await(); // a signal ends the process
    } catch (UsageException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(ServerCommand.USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("the server cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * All endpoints behind one handler.
   *
   * @param faults where to report what clients do wrong, a line each
   * @return the handler
   */
  public static SessionHandler endpoints(PrintStream faults) {
    return new Routes(new Faults(faults));
  }

  static Http3Server start(
      ServerCommand command, ServerCertificate certificate, SessionHandler handler)
      throws IOException {
    try {
      return Http3Server.builder()
          .address(command.host(), command.port())
          .certificate(certificate)
          .handler(handler)
          .start();
    } catch (BindException e) {
      throw new IOException(
          command.host() + " port " + command.port() + " cannot be used: " + e.getMessage(), e);
    }
  }

  static String listeningLine(InetSocketAddress address, ServerCertificate certificate) {
    String host = address.getAddress().getHostAddress();
    if (address.getAddress() instanceof Inet6Address) {
      host = "[" + host.split("%", 2)[0] + "]";
    }
    return "listening on https://"
        + host
        + ":"
        + address.getPort()
        + " certificate-sha256 "
        + certificate.sha256();
  }

  /**
   * Ends the process with status 0. After a signal the virtual machine would take 128 and the
   * signal's number; and it would wait for its hooks without end, so the time is measured here.
   */
  private static void endProcess(Http3Server server) {
    try {
      Thread.ofVirtual().start(() -> server.shutdown(DRAIN)).join(AT_MOST);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; ending at once would be the right answer.
    }
    System.err.flush();
    Runtime.getRuntime().halt(0);
  }
}
