// checkstyle allow FileLength: stock kwik asks all of this of one class
package tech.kwik.core.send;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.ack.AckGenerator;
import tech.kwik.core.ack.GlobalAckGenerator;
import tech.kwik.core.cc.CongestionControlEventListener;
import tech.kwik.core.cc.CongestionController;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.StreamFrame;
import tech.kwik.core.impl.IdleTimer;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;
import tech.kwik.core.log.QLog;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.OutgoingShortPacket;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.packet.RetryPacket;
import tech.kwik.core.recovery.RecoveryManager;
import tech.kwik.core.recovery.RttEstimator;
import tech.kwik.core.udp.BufferPool;
import tech.kwik.core.udp.UdpSocket;

/**
 * Sends what waits, on the thread that made it sendable: see {@link Turn}. Any thread calls.
 *
 * <p>The thread that processes a batch of received datagrams sends once, when the batch is done;
 * what it makes sendable before is only noted. The alarm sends delayed acknowledgements, and what
 * the system had no room for.
 */
public class SenderImpl implements Sender, CongestionControlEventListener {

  private static final BufferPool BUFFERS = new BufferPool(PathMtu.LARGEST, 16);
  private static final int ROOM_BESIDE_PROBE = 2; // packets, which are acknowledged at once
  private static final int APPLICATION_CLOSE = 0x1d;
  private static final long STUCK_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long ROOM_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final QuicConnectionImpl connection;
  private final VersionHolder version;
  private final Logger log;
  private final QLog qlog;
  private final RttEstimator rtt;
  private final LossBasedController congestion;
  private final RecoveryManager recovery;
  private final IdleTimer idleTimer;
  private final GlobalAckGenerator acks = new GlobalAckGenerator();
  private final Levels levels = new Levels(acks);
  private final PathFrames pathFrames = new PathFrames();
  private final DatagramBuilder builder;
  private final Turn turn = new Turn(this::sendAll);
  private final Alarm alarm = new Alarm(this::flush);
  private final Deputy deputy = new Deputy(turn);

  private volatile UdpSocket socket;
  private volatile Path path;
  private volatile boolean started;
  private volatile boolean stopped;
  private final PathMtu mtu;
  private volatile int peerMaxAckDelay;

  /** The thread that processes a batch; it sends at the batch's end. */
  private volatile Thread receiving;

  private volatile Runnable shutdownHook;
  private final AtomicBoolean shutDown = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  // Belong to who has the turn. The buffer is kept between turns only while it is unsent.
  private ByteBuffer out;
  private Path outPath;
  private Path pathInUse;
  private boolean unsent;
  private final Pacer pacer = new Pacer();
  private long pacedUntil = AckGenerator.NEVER;

  // Written by who has the turn.
  private volatile int datagramsSent;
  private volatile long packetsSent;
  private volatile long bytesSent;
  private volatile long dataSent;
  private volatile Instant lastAckEliciting = Instant.now();

  public SenderImpl(
      VersionHolder version,
      int maxPacketSize,
      DatagramSocket socket,
      InetSocketAddress peer,
      QuicConnectionImpl connection,
      String id,
      Integer initialRtt,
      Logger log) {
    this.connection = connection;
    this.version = version;
    this.path = Path.first(peer);
    this.log = log;
    this.qlog = log.getQLog();
    this.mtu = new PathMtu(maxPacketSize);
    this.builder = new DatagramBuilder(version, connection, levels, pathFrames);
    this.rtt = initialRtt == null ? new RttEstimator(log) : new RttEstimator(log, initialRtt);
    this.congestion = LossBasedController.create(log, this);
    this.recovery =
        new RecoveryManager(
            connection.getRole(), rtt, congestion, this, () -> !isAtAmplificationLimit(), log);
    connection.addHandshakeStateListener(recovery);
    connection.addAckFrameReceivedListener(recovery);
    this.idleTimer = connection.getIdleTimer();
    changeAddress(socket);
  }

  public void start(ConnectionSecrets secrets) {
    builder.start(secrets);
    started = true;
    flush();
  }

  // What is to be sent.

  @Override
  public void send(QuicFrame frame, EncryptionLevel level) {
    send(frame, level, NO_RETRANSMIT);
  }

  @Override
  public void send(QuicFrame frame, EncryptionLevel level, Consumer<QuicFrame> lost) {
    if (frame instanceof ConnectionCloseFrame close) {
      sendClose(close, level);
    } else {
      levels.queue(level).add(frame, lost);
    }
  }

  /**
   * RFC 9000 §10.2.3: as long as the handshake is not confirmed the peer may be unable to read
   * 1-RTT packets, so it is told at the level before too, where applications say nothing.
   */
  private void sendClose(ConnectionCloseFrame close, EncryptionLevel level) {
    boolean application = close.getFrameType() == APPLICATION_CLOSE;
    ConnectionCloseFrame early = application ? withoutReason() : close;
    if (level != EncryptionLevel.App) {
      levels.queue(level).add(early, NO_RETRANSMIT);
      return;
    }
    if (levels.isEnabled(EncryptionLevel.Handshake)) {
      levels.queue(EncryptionLevel.Handshake).add(early, NO_RETRANSMIT);
    }
    levels.queue(level).add(close, NO_RETRANSMIT);
  }

  private ConnectionCloseFrame withoutReason() {
    long code = TransportErrorCode.APPLICATION_ERROR.value;
    return new ConnectionCloseFrame(version.getVersion(), code, "");
  }

  @Override
  public void send(
      Function<Integer, QuicFrame> supplier,
      int minimum,
      EncryptionLevel level,
      Consumer<QuicFrame> lost) {
    levels.queue(level).add(supplier, minimum, lost);
  }

  public void sendWithPriority(QuicFrame frame, EncryptionLevel level, Consumer<QuicFrame> lost) {
    levels.queue(level).addUrgent(frame, lost);
    flush();
  }

  /** A Retry packet is not encrypted, counts nowhere and leaves at once. */
  public void send(RetryPacket packet) {
    try {
      socket.send(ByteBuffer.wrap(packet.generatePacketBytes(null)), peer());
    } catch (IOException e) {
      log.error("Sending packet failed: " + e);
    }
  }

  /**
   * Sends a PATH_CHALLENGE or PATH_RESPONSE frame along its path, when there is room. What it asks
   * to be sent leaves with the next turn.
   */
  public void sendOn(Path target, QuicFrame frame, Consumer<QuicFrame> lost) {
    pathFrames.add(target, frame, lost);
  }

  @Override
  public void setInitialToken(byte[] token) {
    builder.setInitialToken(token);
  }

  /** The generators decide themselves. */
  @Override
  public void sendAck(PnSpace space, int maxDelayMillis) {
    flush();
  }

  @Override
  public void sendProbe(EncryptionLevel level) {
    sendProbe(List.of(), level);
  }

  @Override
  public void sendProbe(List<QuicFrame> frames, EncryptionLevel level) {
    if (levels.isEnabled(level)) {
      levels.queue(level).addProbe(frames);
      flush();
    }
  }

  // When it is sent.

  /** Sends what may leave now; on the thread that processes a batch, when that is done. */
  @Override
  public void flush() {
    if (Thread.currentThread() != receiving) {
      turn.take();
    }
  }

  /**
   * Sends what may leave now, for a thread that has just made something sendable and holds no lock.
   * Where that comes thick and fast another virtual thread sends, behind those that are about to
   * run, and what they write until then shares packets.
   */
  public void flushSoon() {
    if (Thread.currentThread() != receiving) {
      deputy.sendSoon();
    }
  }

  /** The calling thread begins to process received datagrams, and will call {@link #batchEnds}. */
  public void batchBegins() {
    receiving = Thread.currentThread();
  }

  /**
   * A batch is done: sends what it has made sendable, acknowledgements among that, unless a thread
   * is on its way to do so.
   */
  public void batchEnds() {
    receiving = null;
    if (!deputy.isOnItsWay()) {
      turn.take();
    }
  }

  /** Nothing to do before the batch ends. */
  @Override
  public void packetProcessed(boolean moreInDatagram) {}

  /** Nothing to do before the batch ends. */
  @Override
  public void datagramProcessed(boolean more) {}

  /** Nothing to do: who takes an acknowledgement in, sends afterwards. */
  @Override
  public void bytesInFlightIncreased(long bytesInFlight) {}

  /** Nothing to do: who takes an acknowledgement in, sends afterwards. */
  @Override
  public void bytesInFlightDecreased(long bytesInFlight) {}

  /** The work of a turn. */
  private void sendAll() {
    if (!started || shutDown.get()) {
      return;
    }
    try {
      boolean more = true;
      while (more) {
        more = sendNext();
      }
      awaken();
    } catch (IOException | RuntimeException | Error e) {
      failed(e);
    }
    if (out != null && !unsent) {
      BUFFERS.give(out);
      out = null;
    }
    Runnable hook = shutdownHook;
    if (hook != null && shutDown.compareAndSet(false, true)) {
      alarm.off();
      deputy.end();
      Thread.ofVirtual().name("kwik-terminate").start(hook);
    }
  }

  /** Sends one datagram; false if there was nothing to send, or it has to wait. */
  private boolean sendNext() throws IOException {
    if (unsent) {
      return handOver();
    }
    long now = System.nanoTime();
    Path to = pathInUse();
    if (pathFrames.isWaiting() && assembleBeside(to)) {
      return write(outPath);
    }
    int most = to.room(mtu.current());
    long window = pacedWindow(most, now);
    // What an unconfirmed address may get is not for finding out how much it can take.
    int probe = stopped || !to.isConfirmed() ? 0 : mtu.wanted(now);
    // Nor may it take the room away that data needs, as long as its acknowledgement takes.
    if (probe > 0 && window - probe >= ROOM_BESIDE_PROBE * mtu.current()) {
      builder.assembleProbe(mtu, probe);
      if (builder.packets().isEmpty()) {
        return false;
      }
    } else if (most < DatagramBuilder.MINIMUM_SPACE || !builder.assemble(to, most, window, now)) {
      return false;
    }
    return write(to);
  }

  /** Where packets go from now on, with the connection id that belongs there. */
  private Path pathInUse() {
    Path wanted = path;
    if (wanted != pathInUse) {
      pathInUse = wanted;
      // RFC 9000 §9.5: no id of the peer is for more than one address; by who has the turn, so that
      // no packet gets one without the other.
      LoomHooks.useConnectionId(connection, wanted.connectionId());
    }
    return wanted;
  }

  /** Makes a datagram of what waits for a path that is not in use. */
  private boolean assembleBeside(Path inUse) {
    boolean may = !stopped && congestion.remainingCwnd() > 0;
    if (!may || !levels.isEnabled(EncryptionLevel.App)) {
      return false;
    }
    List<PathFrames.Waiting> frames = pathFrames.takeBeside(inUse);
    while (!frames.isEmpty()) {
      outPath = frames.getFirst().path();
      byte[] id = outPath.connectionId();
      // What the peer's id was retired for meanwhile is not asked for any more.
      if (LoomHooks.isPeerConnectionId(connection, id) && builder.assemble(frames, id)) {
        return true;
      }
      frames = pathFrames.takeBeside(inUse);
    }
    return false;
  }

  private boolean write(Path to) throws IOException {
    if (out == null) {
      out = BUFFERS.take();
    }
    builder.write(out.clear());
    out.flip();
    outPath = to;
    register(Instant.now());
    unsent = true;
    return handOver();
  }

  /** What congestion control allows, or nothing as long as pacing does not. */
  private long pacedWindow(int size, long now) {
    pacedUntil = AckGenerator.NEVER;
    if (stopped) {
      return Long.MAX_VALUE; // a farewell counts nowhere and waits for nothing
    }
    long window = congestion.remainingCwnd();
    if (window <= 0) {
      return 0;
    }
    long rtt0 = rtt.latestNanos() == 0 ? 0 : rtt.smoothedNanos();
    long next = pacer.next(size, congestion.getWindowSize(), congestion.inSlowStart(), rtt0, now);
    if (next - now <= 0) {
      return window;
    }
    if (levels.hasRequests() || pathFrames.isWaiting()) {
      pacedUntil = next;
      congestion.paced(now);
    }
    return 0;
  }

  /** Notes the packets before they leave: an acknowledgement may come sooner than this returns. */
  private void register(Instant now) {
    List<DatagramBuilder.Sent> packets = builder.packets();
    datagramsSent++;
    packetsSent += packets.size();
    bytesSent += out.remaining();
    outPath.sent(out.remaining());
    for (int i = 0; i < packets.size(); i++) {
      QuicPacket packet = packets.get(i).packet();
      recovery.packetSent(packet, now, packets.get(i).lost());
      if (!packet.isAckOnly()) {
        pacer.sent(packet.getSize());
      }
      idleTimer.packetSent(packet, now);
      if (packet.isAckEliciting()) {
        lastAckEliciting = now;
      }
      dataSent += dataBytes(packet);
      log.sent(now, packet);
      qlog.emitPacketSentEvent(packet, now);
    }
  }

  private static int dataBytes(QuicPacket packet) {
    int sum = 0;
    List<QuicFrame> frames = packet.getFrames();
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) instanceof StreamFrame data) {
        sum += data.getLength();
      }
    }
    return sum;
  }

  private boolean handOver() throws IOException {
    unsent = !socket.send(out, outPath.address());
    return !unsent;
  }

  /** Sets the alarm for what has to wait. */
  private void awaken() {
    long now = System.nanoTime();
    long due = levels.ackDue(now);
    if (unsent) {
      due = now + ROOM_RETRY_NANOS;
    }
    if (pacedUntil != AckGenerator.NEVER && (due == AckGenerator.NEVER || pacedUntil - due < 0)) {
      due = pacedUntil;
    }
    if (due != AckGenerator.NEVER) {
      // What is due and has not left cannot leave now: there is no room, or no permission.
      alarm.at(due - now > 0 ? due : now + STUCK_RETRY_NANOS);
    }
  }

  private void failed(Throwable error) {
    unsent = false;
    if (shutDown.get() || shutdownHook != null || !failure.compareAndSet(null, error)) {
      return;
    }
    // On a thread of its own: it takes locks that the caller may hold.
    Thread.ofVirtual().name("kwik-abort").start(() -> connection.abortConnection(error));
  }

  // The ends of things.

  public void discard(PnSpace space, String reason) {
    if (levels.disable(space)) {
      recovery.stopRecovery(space);
      if (levels.onlyApp() && socket.neverFragments()) {
        mtu.start();
      }
      log.recovery("Discarding pn space " + space + " because " + reason);
    }
  }

  /** Forgets what waits, and what was sent: from now on only a farewell is to be sent. */
  public void stop() {
    levels.clear();
    pathFrames.clear();
    recovery.stopRecovery();
    stopped = true;
  }

  /** Sends what waits, then calls the hook on another thread, and nothing leaves any more. */
  public void shutdown(Runnable hook) {
    shutdownHook = hook;
    started = true;
    turn.take();
  }

  // Settings and figures.

  public final void changeAddress(DatagramSocket newSocket) {
    try {
      socket = UdpSocket.of(newSocket);
    } catch (IOException e) {
      throw new IllegalStateException("the socket cannot be used", e);
    }
  }

  public void setAntiAmplificationLimit(int bytes) {
    changeLimit(to -> to.limit(bytes));
  }

  private void changeLimit(Consumer<Path> change) {
    Path to = path;
    boolean limited = !to.isConfirmed();
    change.accept(to);
    if (limited) {
      recovery.mayProbeAgain();
    }
  }

  /** Whether the peer has shown that it receives what is sent to its address (RFC 9000 §8.1). */
  public boolean isPeerValidated() {
    return path.isConfirmed();
  }

  /** Whether nothing may leave before more has come (RFC 9000 §8.1). */
  private boolean isAtAmplificationLimit() {
    return !path.hasRoom();
  }

  /** Whether the peer acknowledges a packet that was never sent. */
  public boolean isUnsent(AckFrame ack, PnSpace space) {
    return recovery.isUnsent(ack, space);
  }

  /** Where packets go. */
  public InetSocketAddress peer() {
    return path.address();
  }

  public Path path() {
    return path;
  }

  /** Packets go there from now on. */
  public void changePath(Path to) {
    Path from = path;
    // RFC 9000 §9.4: what was learnt about another path than the same host's is not to be used.
    if (!to.address().getAddress().equals(from.address().getAddress())) {
      recovery.newPath();
      mtu.newPath();
    }
    path = to;
    if (!from.isConfirmed()) {
      recovery.mayProbeAgain();
    }
  }

  public void allowMore(int bytes) {
    changeLimit(to -> to.allowMore(bytes));
  }

  public void unsetAntiAmplificationLimit() {
    changeLimit(Path::confirm);
  }

  public void enableAllLevels() {
    levels.enableApp();
  }

  public void enableAppLevel() {
    levels.enableApp();
  }

  public void registerMaxUdpPayloadSize(int bytes) {
    mtu.peerTakes(bytes);
  }

  /** The bytes of frames that the largest packet to the peer can hold now, if it is a 1-RTT one. */
  public int maxFrameBytes() {
    return mtu.current() - OutgoingShortPacket.overhead(connection.getDestinationConnectionId());
  }

  /** Nothing has come in return for so many probe time-outs. */
  public void timedOut(int times) {
    if (mtu.timedOut(times)) {
      log.recovery("Packets are small again: the path does not take the large ones any more");
    }
  }

  public void resetRecovery(PnSpace space) {
    recovery.reset(space);
  }

  public void setReceiverMaxAckDelay(int millis) {
    peerMaxAckDelay = millis;
    recovery.setReceiverMaxAckDelay(millis);
  }

  @Override
  public Instant lastAckElicitingSent() {
    return lastAckEliciting;
  }

  /** The probe time-out, in milliseconds. */
  public int getPto() {
    return rtt.getSmoothedRtt() + 4 * rtt.getRttVar() + peerMaxAckDelay;
  }

  public CongestionController getCongestionController() {
    return congestion;
  }

  public GlobalAckGenerator getGlobalAckGenerator() {
    return acks;
  }

  public SendStatistics getStatistics() {
    return new SendStatistics(
        datagramsSent,
        packetsSent,
        bytesSent,
        dataSent,
        recovery.getLost(),
        rtt.getSmoothedRtt(),
        rtt.getRttVar(),
        rtt.getLatestRtt());
  }
}
