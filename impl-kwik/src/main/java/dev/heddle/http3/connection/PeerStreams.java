package dev.heddle.http3.connection;

import dev.heddle.ConnectionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.qpack.DecoderStreamReader;
import dev.heddle.http3.qpack.EncoderStreamReader;
import dev.heddle.http3.qpack.InstructionLimit;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.TruncatedException;
import dev.heddle.http3.wire.UniStreamType;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The peer's unidirectional streams (RFC 9114 §6.2). Each is read on a virtual thread of its own.
 */
final class PeerStreams {
  private final Http3Connection connection;
  private final boolean client;
  private final Set<UniStreamType> seen = EnumSet.noneOf(UniStreamType.class); // guarded by itself

  PeerStreams(Http3Connection connection, boolean client) {
    this.connection = connection;
    this.client = client;
  }

  /** Starts to read a new stream. Returns at once. */
  void accept(QuicStream stream) {
    Thread.ofVirtual().name("heddle-uni").start(() -> run(stream));
  }

  private void run(QuicStream stream) {
    try {
      read(stream);
    } catch (ProtocolException e) {
      connection.fail(e);
    } catch (ConnectionClosedException e) {
      // Whoever registered for the connection's end learns of it.
    } catch (Throwable e) {
      connection.failInternally(e);
    }
  }

  private void read(QuicStream stream) throws IOException {
    BufferedByteSource in = new BufferedByteSource(stream::read);
    UniStreamType type;
    try {
      long code = in.varint();
      if (code == BufferedByteSource.END) {
        connection.rules().resets().count();
        return;
      }
      type = UniStreamType.of(code);
    } catch (StreamResetException | TruncatedException e) {
      // RFC 9114 §6.2: a stream may end or be reset before its type has arrived
      connection.rules().resets().count();
      return;
    }
    // RFC 9114 §10.5: endless instructions are no better than endless frames
    InstructionLimit instructions = connection.rules().frames()::count;
    switch (type) {
      case CONTROL -> critical(type, () -> new PeerControl(connection, client, in).run());
      case QPACK_ENCODER -> critical(type, () -> new EncoderStreamReader(in, instructions).run());
      case QPACK_DECODER -> critical(type, () -> new DecoderStreamReader(in, instructions).run());
      case PUSH -> throw pushed();
      case UNKNOWN -> {
        // RFC 9114 §6.2: a stream of unknown type is aborted or discarded, and is no error
        stream.stopSending(H3Error.H3_STREAM_CREATION_ERROR.code());
        connection.rules().resets().count();
      }
    }
  }

  private interface Reader {
    void run() throws IOException;
  }

  private void critical(UniStreamType type, Reader reader) throws IOException {
    synchronized (seen) {
      if (!seen.add(type)) {
        // RFC 9114 §6.2.1: a second control stream is H3_STREAM_CREATION_ERROR
        // RFC 9204 §4.2: and so is a second encoder or decoder stream
        throw ProtocolException.connection(
            H3Error.H3_STREAM_CREATION_ERROR, "a second " + type + " stream");
      }
    }
    try {
      reader.run();
    } catch (StreamResetException e) {
      // RFC 9114 §6.2.1: a control stream that is closed is H3_CLOSED_CRITICAL_STREAM
      // RFC 9204 §4.2: and so is an encoder or decoder stream
      throw ProtocolException.connection(
          H3Error.H3_CLOSED_CRITICAL_STREAM, "the " + type + " stream was reset");
    }
  }

  private ProtocolException pushed() {
    // RFC 9114 §6.2.2: a push stream from a client is H3_STREAM_CREATION_ERROR
    // RFC 9114 §4.6: one from a server that was sent no MAX_PUSH_ID is H3_ID_ERROR
    return ProtocolException.connection(
        client ? H3Error.H3_ID_ERROR : H3Error.H3_STREAM_CREATION_ERROR,
        "a push stream where no push was allowed");
  }
}
