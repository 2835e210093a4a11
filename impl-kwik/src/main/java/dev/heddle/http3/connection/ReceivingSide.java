package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.StreamResetException;
import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/**
 * The peer's message on a request stream, and how its reading ends. Any thread; readers take turns.
 */
final class ReceivingSide {
  private final StreamFate fate;
  private final Runnable onOver;
  private final Direction direction; // its turn guards reader and foresight
  private final MessageReader reader;
  private final Foresight foresight;
  private volatile boolean resetByPeer; // seen by a read

  /** {@code onOver} runs when the direction may be over. */
  ReceivingSide(
      QuicStream quic, StreamFate fate, ConnectionRules rules, Headers request, Runnable onOver) {
    this.fate = fate;
    this.onOver = onOver;
    // Fair, so that a capsule thread, which reads all the time, keeps nobody waiting who only wants
    // the headers that have just come.
    this.direction = new Direction(fate, "reading", true);
    PatientSource source = new PatientSource(quic);
    this.reader = new MessageReader(source, rules, request);
    this.foresight = new Foresight(source, reader);
  }

  /** The interim responses so far. Never waits. */
  List<Headers> informational() {
    return reader.informational();
  }

  /** The final headers, or null if they have not been read yet. Never waits. */
  Headers headersSoFar() {
    return reader.headersSoFar();
  }

  /** Whether nothing more will be read. Never waits. */
  boolean over() {
    return reader.done() || direction.givenUp() || resetByPeer;
  }

  /** Gives up reading; false if the message was read to its end. Never waits. */
  boolean giveUp() {
    boolean givesUp = !reader.done();
    if (givesUp) {
      direction.giveUp();
    }
    return givesUp;
  }

  Headers headers() throws IOException {
    Headers known = reader.headersSoFar();
    return known != null ? known : reading(reader::headers);
  }

  Headers trailers() throws IOException {
    return reading(reader::trailers);
  }

  int read(byte[] buffer, int offset, int length) throws IOException {
    direction.enter();
    try {
      int count = reader.read(buffer, offset, length);
      if (count < 0) {
        onOver.run();
      }
      return count;
    } catch (IOException e) {
      throw explained(e);
    } finally {
      direction.leave();
    }
  }

  void lookAhead(Duration patience) throws IOException {
    unread(() -> foresight.look(patience));
  }

  void discardRest(Duration patience, int mostBytes) throws IOException {
    unread(() -> foresight.discard(patience, mostBytes));
  }

  private interface Read {
    Headers run() throws IOException;
  }

  private Headers reading(Read read) throws IOException {
    direction.enter();
    try {
      return read.run();
    } catch (IOException e) {
      throw explained(e);
    } finally {
      direction.leave();
    }
  }

  private interface Look {
    void run() throws IOException;
  }

  /** Looks at what nobody reads, unless somebody does just now. */
  private void unread(Look look) throws IOException {
    if (fate.sealed() || over() || !direction.tryEnter()) {
      return;
    }
    try {
      look.run();
    } catch (IOException e) {
      throw explained(e);
    } finally {
      direction.leave();
    }
  }

  private IOException explained(IOException e) throws IOException {
    IOException explained = fate.explained(e, reader.headersSoFar() != null);
    if (explained == e && !(e instanceof InterruptedIOException)) {
      direction.requireUsable();
      resetByPeer |= e instanceof StreamResetException;
      onOver.run();
    }
    return explained;
  }
}
