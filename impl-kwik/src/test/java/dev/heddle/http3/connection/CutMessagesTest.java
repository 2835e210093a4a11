package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.UNKNOWN;
import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.headers;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static dev.heddle.http3.wire.Bytes.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.RawPeer.Exchange;
import dev.heddle.http3.wire.H3Error;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every message cut at every byte: by FIN, by RESET_STREAM. The boundaries are told by the parts.
 */
@Timeout(30)
class CutMessagesTest {
  private static final List<byte[]> REQUEST =
      List.of(UNKNOWN, request("POST", "content-length", "3"), data("abc"), headers("x", "y"));
  private static final List<byte[]> RESPONSE =
      List.of(response(103), response(200, "content-length", "3"), data("abc"), headers("x", "y"));

  // RFC 9114 §7.1: a FIN inside a frame is a connection error H3_FRAME_ERROR
  // RFC 9114 §4.1: a FIN before HEADERS is H3_REQUEST_INCOMPLETE, §4.1.2: before the body's end
  // H3_MESSAGE_ERROR, both of the stream
  @Test
  void aRequestThatEndsEarly() throws Exception {
    byte[] whole = concat(REQUEST.toArray(byte[][]::new));
    for (int cut = 0; cut < whole.length; cut++) {
      try (RawPeer peer = RawPeer.client(Roles::answer)) {
        MemoryStream stream = peer.message(Arrays.copyOf(whole, cut));
        int parts = partsIn(REQUEST, cut);
        switch (parts) {
          case -1 -> assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_ERROR);
          case 0, 1 ->
              assertThat(stream.awaitReset()).isEqualTo(H3Error.H3_REQUEST_INCOMPLETE.code());
          case 2 -> assertThat(stream.awaitReset()).isEqualTo(H3Error.H3_MESSAGE_ERROR.code());
          default -> assertThat(Octets.frames(stream)).containsExactly("HEADERS :status=200");
        }
      }
    }
  }

  @Test
  void aRequestThatIsResetAnywhereReachesTheHandlerWithItsCode() throws Exception {
    byte[] whole = concat(REQUEST.toArray(byte[][]::new));
    AtomicReference<CompletableFuture<Throwable>> met = new AtomicReference<>();
    try (RawPeer peer =
        RawPeer.client(
                Limits.defaults(),
                session ->
                    met.get().complete(catchThrowable(() -> session.bodyReader().readAllBytes())))
            .settled()) {
      for (int cut = 0; cut <= whole.length; cut++) {
        met.set(new CompletableFuture<>());
        MemoryStream stream = peer.bidi(Arrays.copyOf(whole, cut));
        stream.awaitPeerReads();
        stream.reset(0x123);
        if (cut < REQUEST.get(0).length + REQUEST.get(1).length) {
          assertThat(stream.awaitReset()).isEqualTo(H3Error.H3_REQUEST_CANCELLED.code());
        } else {
          Throwable thrown = met.get().get(10, TimeUnit.SECONDS);
          assertThat(thrown).isInstanceOf(StreamResetException.class);
          assertThat(((StreamResetException) thrown).code().value()).isEqualTo(0x123);
        }
      }
      peer.requireAlive();
    }
  }

  @Test
  void aResponseThatEndsEarly() throws Exception {
    byte[] whole = concat(RESPONSE.toArray(byte[][]::new));
    for (int cut = 0; cut < whole.length; cut++) {
      try (RawPeer peer = RawPeer.server()) {
        Exchange exchange = peer.exchange(Roles.GET);
        exchange.stream().end(Arrays.copyOf(whole, cut));
        Throwable thrown = catchThrowable(() -> read(exchange.session()));
        int parts = partsIn(RESPONSE, cut);
        if (parts == -1) {
          assertThat(thrown).isInstanceOf(ConnectionClosedException.class);
          assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_ERROR);
        } else if (parts < 3) {
          assertThat(thrown).isInstanceOf(StreamResetException.class);
          assertThat(((StreamResetException) thrown).code()).isEqualTo(ErrorCode.H3_MESSAGE_ERROR);
          peer.requireAlive();
        } else {
          assertThat(thrown).isNull();
        }
      }
    }
  }

  @Test
  void aResponseThatIsResetAnywhereArrivesWithItsCode() throws Exception {
    byte[] whole = concat(RESPONSE.toArray(byte[][]::new));
    try (RawPeer peer = RawPeer.server()) {
      for (int cut = 0; cut <= whole.length; cut++) {
        Exchange exchange = peer.exchange(Roles.GET);
        exchange.stream().send(Arrays.copyOf(whole, cut));
        exchange.stream().reset(0x123);
        Throwable thrown = catchThrowable(() -> read(exchange.session()));
        assertThat(thrown).isInstanceOf(StreamResetException.class);
        assertThat(((StreamResetException) thrown).code().value()).isEqualTo(0x123);
        exchange.session().close();
      }
      peer.requireAlive();
    }
  }

  private static Headers read(Session session) throws Exception {
    session.headers();
    session.bodyReader().readAllBytes();
    return session.trailers();
  }

  /** How many whole parts a cut leaves, or -1 for one inside a part. */
  private static int partsIn(List<byte[]> parts, int cut) {
    int end = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (cut == end) {
        return i;
      }
      end += parts.get(i).length;
    }
    return cut == end ? parts.size() : -1;
  }
}
