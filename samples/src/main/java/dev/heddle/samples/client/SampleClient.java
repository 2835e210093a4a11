package dev.heddle.samples.client;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramTooLargeException;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.Http3Exception;
import dev.heddle.NotSupportedByPeerException;
import dev.heddle.RequestRejectedException;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import dev.heddle.samples.cli.UsageException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;

/** The sample client's program. */
public final class SampleClient {
  static final int OK = 0;
  static final int LOCAL_FAULT = 1;
  static final int WRONG_ARGUMENTS = 2;
  static final int NO_CONNECTION = 7;
  static final int STATUS_400_OR_ABOVE = 22;
  static final int ENDED_BY_PEER = 56;
  static final int CERTIFICATE_REFUSED = 60;

  private final OutputStream out;
  private final PrintStream err;

  SampleClient(OutputStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Makes the request and ends the process with a status that says how it went.
   *
   * @param words the command line, see {@link ClientCommand#USAGE}
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] words) throws InterruptedException {
    // Not System.out: a PrintStream would hide that nobody reads any more.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.exit(new SampleClient(out, System.err).run(words));
  }

  int run(String... words) throws InterruptedException {
    try {
      ClientCommand command = ClientArguments.parse(words);
      int status = command.repeat().isPresent() ? repeat(command) : once(command);
      if (status >= 400) {
        err.println("the server answered " + status); // which may have come without a body
      }
      return status < 400 ? OK : STATUS_400_OR_ABOVE;
    } catch (UsageException | IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(ClientCommand.USAGE);
      return WRONG_ARGUMENTS;
    } catch (Http3Exception e) {
      err.println(e.getMessage());
      return exitStatus(e);
    } catch (FileSystemException e) {
      err.println(e.getFile() + ": " + reason(e));
      return LOCAL_FAULT;
    } catch (IOException e) {
      err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      return LOCAL_FAULT;
    }
  }

  /** The message of such an exception is often the bare name of the file. */
  private static String reason(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "there is no such directory to write to";
      case AccessDeniedException e -> "permission denied";
      default -> failure.getReason() == null ? failure.toString() : failure.getReason();
    };
  }

  private int once(ClientCommand command) throws IOException, InterruptedException {
    Transcript transcript = command.verbose() ? Transcript.to(err) : Transcript.none();
    long start = System.nanoTime();
    try (SessionConnection connection = command.connector().connect(command.request().uri());
        Progress progress = progress(command)) {
      Exchange exchange = new Exchange(command.request(), transcript, progress);
      return exchange.over(connection, () -> destination(command));
    } finally {
      transcript.took(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private int repeat(ClientCommand command) throws IOException, InterruptedException {
    Transcript transcript = command.verbose() ? Transcript.to(err) : Transcript.none();
    Exchange exchange = new Exchange(command.request(), transcript, Progress.none());
    Repetition repetition = new Repetition(exchange, command.repeat().orElseThrow());
    try (SessionConnection connection = command.connector().connect(command.request().uri())) {
      out.write(repetition.over(connection).text().getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    repetition.failIfAnyFailed();
    return repetition.worstStatus();
  }

  private OutputStream destination(ClientCommand command) throws IOException {
    return command.output().isPresent()
        ? new Output(
            command.output().get().toString(), Files.newOutputStream(command.output().get()))
        : new Output("standard output", new StandardOutput(out));
  }

  /** Names itself in what it throws, such as that the disk is full. */
  private static final class Output extends FilterOutputStream {
    private final String name;

    Output(String name, OutputStream out) {
      super(out);
      this.name = name;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new IOException(name + " cannot be written: " + e.getMessage(), e);
      }
    }
  }

  private Progress progress(ClientCommand command) throws InterruptedException {
    boolean file = command.output().isPresent() || command.request().body() instanceof Body.OfFile;
    return file && Terminal.onStandardError()
        ? new Progress(err, System::nanoTime)
        : Progress.none();
  }

  private static int exitStatus(Http3Exception failure) {
    return switch (failure) {
      case ConnectFailedException e ->
          switch (e.reason()) {
            case CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_FOR_OTHER_HOST ->
                CERTIFICATE_REFUSED;
            case UNKNOWN_HOST, NO_ANSWER, NO_HTTP3, HANDSHAKE_FAILED -> NO_CONNECTION;
          };
      case StreamResetException e -> ENDED_BY_PEER;
      case ConnectionClosedException e -> ENDED_BY_PEER;
      case RequestRejectedException e -> ENDED_BY_PEER;
      case NotSupportedByPeerException e -> LOCAL_FAULT;
      case SessionClosedException e -> LOCAL_FAULT;
      case DatagramsNotNegotiatedException e -> LOCAL_FAULT;
      case DatagramTooLargeException e -> LOCAL_FAULT;
      case DatagramContextClosedException e -> LOCAL_FAULT;
    };
  }

  /** Standard output, which stays open when a body ends. */
  private static final class StandardOutput extends FilterOutputStream {
    StandardOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
