package tech.kwik.core.cid;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.NewConnectionIdFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.RetireConnectionIdFrame;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.recovery.AcknowledgedFrame;
import tech.kwik.core.send.Sender;

/** A peer that issues and retires connection ids without end. */
class ConnectionIdFloodTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final int MANY = 100_000;

  private final List<Function<Integer, QuicFrame>> suppliers = new ArrayList<>();
  private final List<QuicFrame> frames = new ArrayList<>();
  private final List<Integer> closedWith = new ArrayList<>();
  private final ConnectionIdManager ids =
      new ConnectionIdManager(
          8, 4, sender(), (code, reason) -> closedWith.add(code), new NullLogger());

  /** Notes what is to be sent; sends nothing by itself. */
  @SuppressWarnings("unchecked")
  private Sender sender() {
    return (Sender)
        Proxy.newProxyInstance(
            Sender.class.getClassLoader(),
            new Class<?>[] {Sender.class},
            (proxy, method, arguments) -> {
              if (arguments[0] instanceof Function<?, ?> supplier) {
                suppliers.add((Function<Integer, QuicFrame>) supplier);
              } else {
                assertThat(arguments[2]).isInstanceOf(Consumer.class);
                frames.add((QuicFrame) arguments[0]);
              }
              return null;
            });
  }

  private static NewConnectionIdFrame issued(int sequence, int retirePriorTo) {
    byte[] id = ByteBuffer.allocate(8).putInt(sequence).putInt(1).array();
    return new NewConnectionIdFrame(V1, sequence, retirePriorTo, id);
  }

  private void buildPackets() {
    while (!suppliers.isEmpty()) {
      QuicFrame frame = suppliers.removeFirst().apply(1_200);
      if (frame != null) {
        frames.add(frame);
      }
    }
  }

  @Test
  void whoMakesUsRetireWithoutAcknowledgingIsStopped() {
    for (int i = 1; i < MANY && closedWith.isEmpty(); i++) {
      ids.process(issued(i, i));
    }
    assertThat(closedWith).containsExactly(TransportErrorCode.CONNECTION_ID_LIMIT_ERROR.value);
    assertThat(frames).hasSizeLessThanOrEqualTo(PeerConnectionIds.MAX_RETIRING);
  }

  @Test
  void acknowledgedRetirementsAreForgotten() {
    for (int i = 1; i < MANY; i++) {
      ids.process(issued(i, i));
      frames.forEach(frame -> ((AcknowledgedFrame) frame).acknowledged());
      frames.clear();
    }
    assertThat(closedWith).isEmpty();
    assertThat(ids.getAllPeerConnectionIds()).hasSize(1);
    assertThat(ids.getCurrentPeerConnectionId()).isEqualTo(issued(MANY - 1, 0).getConnectionId());
  }

  @Test
  void aRepeatedFrameForARetiredIdIsAnsweredOnce() {
    ids.process(issued(5, 5));
    for (int i = 0; i < MANY; i++) {
      ids.process(issued(2, 0));
    }
    assertThat(closedWith).isEmpty();
    assertThat(frames).hasSize(2);
  }

  @Test
  void whoRetiresIdsThatHaveNotLeftGetsNoMoreThanHeMayHave() {
    ids.registerPeerCidLimit(100);
    ids.handshakeFinished();
    for (int i = 1; i < MANY; i++) {
      ids.process(new RetireConnectionIdFrame(V1, i), new byte[8]);
      assertThat(suppliers).hasSizeLessThanOrEqualTo(1);
      if (!closedWith.isEmpty()) {
        break;
      }
      buildPackets();
    }
    assertThat(ids.getActiveConnectionIds())
        .hasSizeLessThanOrEqualTo(ConnectionIdManager.MAX_CIDS_PER_CONNECTION);
    closedWith.clear();
    ids.process(new RetireConnectionIdFrame(V1, MANY * 2), new byte[8]);
    assertThat(closedWith).containsExactly(TransportErrorCode.PROTOCOL_VIOLATION.value);
  }

  @Test
  void aLostIdIsSentAgainUnlessItWasRetired() {
    ids.registerPeerCidLimit(3);
    ids.handshakeFinished();
    buildPackets();
    assertThat(frames).hasSize(2);
    assertThat(ids.getActiveConnectionIds()).hasSize(3);
    assertThat(ids.isActiveCid(((NewConnectionIdFrame) frames.get(1)).getConnectionId())).isTrue();
  }

  @Test
  void theCurrentIdChangesWhenItIsRetired() {
    byte[] first = ids.getCurrentPeerConnectionId();
    ids.process(issued(1, 0));
    assertThat(ids.getCurrentPeerConnectionId()).isEqualTo(first);
    ids.process(issued(2, 1));
    assertThat(ids.getCurrentPeerConnectionId()).isEqualTo(issued(1, 0).getConnectionId());
    assertThat(ids.nextPeerId()).isEqualTo(issued(2, 0).getConnectionId());
    assertThat(ids.nextPeerId()).isNull();
    ids.retireConnectionId(1);
    assertThat(frames).hasSize(2);
    // A repetition of what was retired does not bring it back.
    ids.process(issued(1, 0));
    assertThat(ids.getActivePeerConnectionIds()).hasSize(1);
    assertThat(closedWith).isEmpty();
  }
}
