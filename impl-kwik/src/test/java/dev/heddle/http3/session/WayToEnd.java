package dev.heddle.http3.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;

/** Ways to end, as the client's side meets them. */
enum WayToEnd {
  CONTEXT_CLOSED_BY_PEER(true, DatagramContextClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      there.close(DatagramCloseCode.RESOURCE_LIMIT, "full");
    }

    @Override
    void check(Throwable thrown) {
      DatagramContextClosedException closed = (DatagramContextClosedException) thrown;
      assertThat(closed.code()).isEqualTo(DatagramCloseCode.RESOURCE_LIMIT);
      assertThat(closed.details()).isEqualTo("full");
      assertThat(closed.fromPeer()).isTrue();
    }
  },
  CONTEXT_CLOSED_HERE(true, DatagramContextClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      here.close();
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((DatagramContextClosedException) thrown).fromPeer()).isFalse();
    }
  },
  SESSION_FINISHED_BY_PEER(false, SessionClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) throws Exception {
      talk.server().finish(Headers.empty());
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((SessionClosedException) thrown).fromPeer()).isTrue();
    }
  },
  SESSION_RESET_BY_PEER(true, StreamResetException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      talk.server().reset(new ErrorCode(0x77));
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((StreamResetException) thrown).code().value()).isEqualTo(0x77);
      assertThat(((StreamResetException) thrown).fromPeer()).isTrue();
    }
  },
  SESSION_CLOSED_HERE(true, SessionClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      talk.client().close();
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((SessionClosedException) thrown).fromPeer()).isFalse();
    }
  },
  CONNECTION_CLOSED_BY_PEER(true, ConnectionClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      talk.sides().server().close();
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((ConnectionClosedException) thrown).origin())
          .isEqualTo(ConnectionClosedException.Origin.PEER);
    }
  },
  CONNECTION_IDLE(true, ConnectionClosedException.class) {
    @Override
    void end(Talk talk, DatagramContext here, DatagramContext there) {
      talk.sides().pair().idleOut();
    }

    @Override
    void check(Throwable thrown) {
      assertThat(((ConnectionClosedException) thrown).origin())
          .isEqualTo(ConnectionClosedException.Origin.IDLE_TIMEOUT);
    }
  };

  private final boolean endsWriting;
  private final Class<? extends Exception> type;

  WayToEnd(boolean endsWriting, Class<? extends Exception> type) {
    this.endsWriting = endsWriting;
    this.type = type;
  }

  /** Whether writers of the client's side are ended by it too. */
  boolean endsWriting() {
    return endsWriting;
  }

  /** What calls throw. */
  Class<? extends Exception> type() {
    return type;
  }

  abstract void end(Talk talk, DatagramContext here, DatagramContext there) throws Exception;

  abstract void check(Throwable thrown);

  void checkAll(Throwable thrown) {
    assertThat(thrown).isInstanceOf(type);
    check(thrown);
  }
}
