package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicStream;
import tech.kwik.core.impl.QuicClientConnectionImpl;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.send.Path;
import tech.kwik.core.stream.StreamManager;

/** RFC 9000 §8.2 and §9: a client that has several paths to its server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PathTest {

  private static final int FULL = 1_200;
  private static final int AMPLIFICATION = 3;
  private static final String CHALLENGE = "1a0102030405060708";
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private Loopback loopback;
  private PathProxy proxy;
  private QuicClientConnectionImpl client;
  private QuicStream stream;
  private int echoed;

  private static void echo(QuicStream stream) throws Exception {
    int value;
    while ((value = stream.getInputStream().read()) >= 0) {
      stream.getOutputStream().write(value);
    }
  }

  @BeforeEach
  void connect() throws Exception {
    loopback = Loopback.serving(PathTest::echo);
    proxy = new PathProxy(loopback.address());
    URI uri = URI.create("quic://127.0.0.1:" + proxy.port());
    client = (QuicClientConnectionImpl) loopback.client().uri(uri).build();
    client.connect();
    stream = client.createStream(true);
    assertEchoed();
    client.newConnectionIds(2, 0);
    // So that an answer to a challenge of these tests is no surprise to the client.
    Path nowhere = Path.to(loopback.address(), new byte[8], 0);
    ((StreamManager) LoomConnection.from(client)).paths().challenge(nowhere, ok -> {}, () -> {});
    awaitQuiet();
  }

  @AfterEach
  void close() {
    client.close();
    loopback.close();
    proxy.close();
  }

  private void assertEchoed() throws Exception {
    echoed = (echoed + 1) % 100;
    stream.getOutputStream().write(echoed);
    assertThat(stream.getInputStream().read()).isEqualTo(echoed);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.yield();
    }
  }

  /** Acknowledgements, connection ids and probes of the MTU are on their way no more. */
  private void awaitQuiet() {
    int before = -1;
    while (proxy.passed() != before) {
      before = proxy.passed();
      LockSupport.parkNanos(QUIET_NANOS);
    }
  }

  private void probe(PathProxy.Path path, String frames, int padding) {
    awaitQuiet(); // or another packet would take this path, and move the connection
    int before = path.toServer.size();
    proxy.useOnce(path);
    client.send(RawFrame.of(frames + "00".repeat(padding)), lost -> {}, true);
    await(() -> path.toServer.size() > before);
  }

  /** A path that the client has probed with another id, whose answer does not reach it. */
  private PathProxy.Path openProbed() throws Exception {
    PathProxy.Path side = proxy.open();
    side.deaf = true;
    client.nextDestinationConnectionId();
    probe(side, CHALLENGE, FULL);
    await(() -> !side.fromServer.isEmpty());
    return side;
  }

  private static Set<Long> ids(List<PathProxy.Datagram> datagrams) {
    return datagrams.stream().map(PathProxy.Datagram::id).collect(Collectors.toSet());
  }

  private static boolean isFull(PathProxy.Datagram datagram) {
    return datagram.size() >= FULL;
  }

  // RFC 9000 §8.2.2: a PATH_RESPONSE takes the path of its PATH_CHALLENGE, in 1200 bytes
  @Test
  void aPathThatIsProbedIsAnsweredAndNothingMoves() throws Exception {
    PathProxy.Path side = openProbed();
    assertThat(side.fromServer.getFirst().size()).isEqualTo(FULL);
    // RFC 9000 §9.5: another id for another path
    Set<Long> elsewhere = ids(proxy.first.fromServer);
    int before = proxy.first.fromServer.size();
    assertEchoed();
    awaitQuiet();
    assertThat(proxy.first.fromServer.size()).isGreaterThan(before);
    assertThat(side.fromServer).hasSize(1);
    assertThat(elsewhere).doesNotContainAnyElementsOf(ids(side.fromServer));
  }

  // RFC 9000 §9: after a probe a client may move, and is then validated in turn
  @Test
  void aPathThatWasProbedCanBeMovedTo() throws Exception {
    PathProxy.Path side = openProbed();
    side.deaf = false;
    proxy.use(side);
    for (int i = 0; i < 20; i++) {
      assertEchoed();
    }
    awaitQuiet();
    int before = proxy.first.fromServer.size();
    assertEchoed();
    assertThat(proxy.first.fromServer).hasSize(before);
    assertThat(ids(side.fromServer)).hasSize(1);
  }

  // RFC 9000 §8: three times what has come at most, however many challenges it was
  @Test
  void aProbeIsNotAnsweredWithMoreThanThreeTimesItsBytes() throws Exception {
    PathProxy.Path side = proxy.open();
    side.deaf = true;
    client.nextDestinationConnectionId();
    for (int i = 0; i < 10; i++) {
      probe(side, CHALLENGE, 0);
      probe(side, CHALLENGE.repeat(20), 0);
      awaitQuiet();
      assertThat(side.bytesFromServer()).isPositive();
      assertThat(side.bytesFromServer()).isLessThanOrEqualTo(AMPLIFICATION * side.bytesToServer());
    }
    assertThat(LoomConnection.from(client).end()).isEmpty();
    assertEchoed();
  }

  // RFC 9000 §8.2.2: nobody is answered from many addresses at a time without end
  @Test
  void probesOfManyPathsLeaveTheConnectionAsItIs() throws Exception {
    for (int i = 0; i < 30; i++) {
      PathProxy.Path side = proxy.open();
      side.deaf = true;
      client.nextDestinationConnectionId();
      probe(side, CHALLENGE, FULL);
      await(() -> !side.fromServer.isEmpty());
      client.retireDestinationConnectionId(i);
      assertEchoed();
    }
    assertThat(LoomConnection.from(client).end()).isEmpty();
  }

  // RFC 9000 §9.3.3: an apparent migration has the path that was left validated
  @Test
  void thePathThatIsLeftIsChallengedAndWinsIfTheClientIsStillThere() throws Exception {
    PathProxy.Path forwarder = proxy.open();
    forwarder.deaf = true;
    int before = proxy.first.fromServer.size();
    int sentBefore = proxy.first.toServer.size();
    proxy.useOnce(forwarder);
    stream.getOutputStream().write(1);
    await(() -> proxy.first.fromServer.size() > before);
    assertThat(proxy.first.fromServer.get(before).size()).isEqualTo(FULL);
    // The answer, with an acknowledgement, is what moves the connection back.
    assertThat(stream.getInputStream().read()).isEqualTo(1);
    assertThat(proxy.first.toServer.get(sentBefore).size()).isEqualTo(FULL);
    awaitQuiet();
    int forwarded = forwarder.fromServer.size();
    assertEchoed();
    assertThat(forwarder.fromServer).hasSize(forwarded);
  }

  // RFC 9000 §8.2.1: what the limit made small is repeated when the address is confirmed
  @Test
  void aChallengeThatWasSmallIsRepeatedAtFullSize() throws Exception {
    PathProxy.Path side = proxy.open();
    proxy.use(side);
    assertEchoed();
    await(() -> side.fromServer.stream().anyMatch(PathTest::isFull));
    assertThat(isFull(side.fromServer.getFirst())).isFalse();
    assertThat(isFull(side.toServer.getFirst())).isFalse();
    awaitQuiet();
    assertThat(side.fromServer.stream().filter(PathTest::isFull)).hasSize(1);
  }

  // RFC 9000 §9.5: a client that moves with another id gets packets to another id as well
  @Test
  void whoMovesWithAnotherIdIsAddressedByAnotherId() throws Exception {
    PathProxy.Path side = proxy.open();
    byte[] left = client.getSourceConnectionId();
    client.nextDestinationConnectionId();
    proxy.use(side);
    assertEchoed();
    awaitQuiet();
    assertEchoed();
    assertThat(ids(side.fromServer)).hasSize(1);
    assertThat(ids(proxy.first.fromServer)).doesNotContainAnyElementsOf(ids(side.fromServer));
    // RFC 9000 §5.1.2: the id of the path that was left is retired
    await(() ->
        client.getSourceConnectionIds().values().stream()
            .noneMatch(id -> Arrays.equals(id.getConnectionId(), left)));
  }

  @Test
  void whoMovesWithAnotherIdMayDoSoAgainAndAgain() throws Exception {
    Set<Long> seen = ids(proxy.first.fromServer);
    for (int i = 0; i < 10; i++) {
      PathProxy.Path side = proxy.open();
      assertThat(client.nextDestinationConnectionId()).isNotNull();
      proxy.use(side);
      assertEchoed();
      awaitQuiet();
      assertThat(ids(side.fromServer)).hasSize(1).doesNotContainAnyElementsOf(seen);
      client.retireDestinationConnectionId(i);
      assertEchoed();
      awaitQuiet();
      seen.addAll(ids(side.fromServer));
    }
  }

  // RFC 9000 §9.5: after a rebinding by a NAT the id may stay
  @Test
  void aRebindingKeepsTheId() throws Exception {
    PathProxy.Path side = proxy.open();
    proxy.use(side);
    assertEchoed();
    awaitQuiet();
    assertThat(ids(proxy.first.fromServer)).containsAll(ids(side.fromServer));
  }
}
