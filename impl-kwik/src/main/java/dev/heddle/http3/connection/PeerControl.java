package dev.heddle.http3.connection;

import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;

/** Reads the peer's control stream, behind its type. Belongs to that stream's thread. */
final class PeerControl {
  private final Http3Connection connection;
  private final boolean client;
  private final FrameReader frames;
  private long maxPushId = -1;
  private long goAwayId = Long.MAX_VALUE;

  PeerControl(Http3Connection connection, boolean client, BufferedByteSource in) {
    this.connection = connection;
    this.client = client;
    this.frames = new FrameReader(in);
  }

  /** Reads frames until the connection ends. Never returns. */
  void run() throws IOException {
    FrameType first = frames.next();
    if (first == FrameType.END) {
      throw closed();
    }
    // RFC 9114 §6.2.1: any other first frame than SETTINGS is H3_MISSING_SETTINGS
    if (first != FrameType.SETTINGS) {
      throw ProtocolException.connection(
          H3Error.H3_MISSING_SETTINGS, "the first control frame is no SETTINGS");
    }
    connection.settled(frames.settings(connection.rules().limits().maxSettingsBytes()));
    while (true) {
      FrameType type = frames.next();
      connection.rules().frames().count();
      frame(type);
    }
  }

  private void frame(FrameType type) throws IOException {
    switch (type) {
      case GOAWAY -> goAway(frames.id());
      case MAX_PUSH_ID -> maxPushId();
      case CANCEL_PUSH -> cancelPush(frames.id());
      case PRIORITY_UPDATE_REQUEST, PRIORITY_UPDATE_PUSH -> priorityUpdate(type);
      // RFC 9114 §7.2.4: a second SETTINGS is H3_FRAME_UNEXPECTED
      // RFC 9114 §7.2.1, §7.2.2, §7.2.5: and so are DATA, HEADERS and PUSH_PROMISE here
      case SETTINGS, DATA, HEADERS, PUSH_PROMISE ->
          throw ProtocolException.connection(
              H3Error.H3_FRAME_UNEXPECTED, type + " on the control stream");
      case END -> throw closed();
      // RFC 9114 §9: unknown frames are ignored
      case UNKNOWN -> {}
    }
  }

  private void goAway(long id) throws ProtocolException {
    // RFC 9114 §7.2.6: a GOAWAY from a server names a request stream of the client
    if (client && id % 4 != 0) {
      throw idError("GOAWAY with " + id + ", which is no request stream");
    }
    // RFC 9114 §5.2: the id of a later GOAWAY is not larger
    if (id > goAwayId) {
      throw idError("GOAWAY with " + id + " after one with " + goAwayId);
    }
    goAwayId = id;
    connection.peerGoesAway(id);
  }

  private void maxPushId() throws IOException {
    if (client) {
      // RFC 9114 §7.2.7: a server sends no MAX_PUSH_ID
      throw ProtocolException.connection(H3Error.H3_FRAME_UNEXPECTED, "MAX_PUSH_ID from a server");
    }
    long id = frames.id();
    // RFC 9114 §7.2.7: the maximum is never made smaller
    if (id < maxPushId) {
      throw idError("MAX_PUSH_ID " + id + " after " + maxPushId);
    }
    maxPushId = id;
  }

  private void cancelPush(long id) throws ProtocolException {
    // RFC 9114 §7.2.3: a push id that was not promised, or not allowed, is H3_ID_ERROR. Heddle
    // neither promises pushes nor allows them.
    throw idError("CANCEL_PUSH of " + id + ", which no side has promised");
  }

  /** Priorities change nothing here yet, but who sends them wrongly is told so. */
  private void priorityUpdate(FrameType type) throws IOException {
    if (client) {
      // RFC 9218 §7.2: a server sends no PRIORITY_UPDATE
      throw ProtocolException.connection(H3Error.H3_FRAME_UNEXPECTED, type + " from a server");
    }
    long id = frames.leadingId();
    // RFC 9218 §7.2: what is no request stream, or beyond the limits, or a push that was not
    // promised, is H3_ID_ERROR
    if (type == FrameType.PRIORITY_UPDATE_PUSH
        || id % 4 != 0
        || !connection.datagrams().mayOpen(id)) {
      throw idError(type + " for " + id);
    }
  }

  private static ProtocolException idError(String message) {
    return ProtocolException.connection(H3Error.H3_ID_ERROR, message);
  }

  private static ProtocolException closed() {
    // RFC 9114 §6.2.1: a control stream that is closed is H3_CLOSED_CRITICAL_STREAM
    return ProtocolException.connection(
        H3Error.H3_CLOSED_CRITICAL_STREAM, "the control stream ended");
  }
}
