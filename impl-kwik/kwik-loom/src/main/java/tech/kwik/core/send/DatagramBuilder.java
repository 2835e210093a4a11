package tech.kwik.core.send;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tech.kwik.core.ack.AckGenerator;
import tech.kwik.core.ack.OutgoingAck;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.crypto.MissingKeysException;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.packet.HandshakePacket;
import tech.kwik.core.packet.InitialPacket;
import tech.kwik.core.packet.OutgoingShortPacket;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.packet.ZeroRttPacket;

/**
 * Makes the next UDP datagram of a connection from what waits: one packet per level that has
 * something to say (RFC 9000 section 12.2). Belongs to who has the turn.
 */
final class DatagramBuilder {

  /** RFC 9000 §14.1, §8.2.1: what datagrams with Initial packets or path frames are padded to. */
  static final int MINIMUM_SIZE = 1_200;

  /** Less space than this is not worth a packet. */
  static final int MINIMUM_SPACE = 64;

  private static final int RESERVED_BYTES = 3 * MINIMUM_SIZE;

  private static final EncryptionLevel[] LEVELS = EncryptionLevel.values();
  private static final List<QuicFrame> NO_FRAMES = List.of();

  /** A packet and whom to tell if it is lost. */
  record Sent(QuicPacket packet, Consumer<QuicPacket> lost) {}

  private final VersionHolder version;
  private final QuicConnectionImpl connection;
  private final Levels levels;
  private ConnectionSecrets secrets;
  private volatile byte[] initialToken;

  private final List<Sent> built = new ArrayList<>(3);
  private final List<Aead> keys = new ArrayList<>(3);
  private boolean initial;

  // Frames for the path in use, which share its datagrams.
  private final PathFrames pathFrames;
  private Path path;
  private List<PathFrames.Waiting> forPath = List.of();

  DatagramBuilder(
      VersionHolder version, QuicConnectionImpl connection, Levels levels, PathFrames pathFrames) {
    this.pathFrames = pathFrames;
    this.version = version;
    this.connection = connection;
    this.levels = levels;
  }

  void start(ConnectionSecrets connectionSecrets) {
    secrets = connectionSecrets;
  }

  void setInitialToken(byte[] token) {
    initialToken = token;
  }

  /** What {@link #assemble} has made. */
  List<Sent> packets() {
    return built;
  }

  /**
   * Collects the frames of the next datagram of at most so many bytes.
   *
   * @param to the path that it takes
   * @param window what congestion control allows; acknowledgements and probes need none
   * @return whether there is anything to send
   */
  boolean assemble(Path to, int most, long window, long now) {
    built.clear();
    keys.clear();
    initial = false;
    path = pathFrames.isWaitingFor(to) ? to : null;
    forPath = List.of();
    if (levels.onlyApp()) {
      assemble(EncryptionLevel.App, most, window, now);
    } else {
      int left = most;
      for (EncryptionLevel level : LEVELS) {
        if (left >= MINIMUM_SPACE && levels.isEnabled(level)) {
          left -= assemble(level, left, window, now);
        }
      }
    }
    if (!built.isEmpty() && (initial || !forPath.isEmpty())) {
      pad(most);
      if (most >= MINIMUM_SIZE) {
        PathFrames.noteExpanded(forPath);
      }
    }
    return !built.isEmpty();
  }

  /** A packet of exactly this size, to find out whether the path takes it. */
  void assembleProbe(PathMtu mtu, int size) {
    built.clear();
    keys.clear();
    Aead aead = keysOf(EncryptionLevel.App);
    if (aead == null) {
      return;
    }
    var packet = (OutgoingShortPacket) create(EncryptionLevel.App);
    PathMtu.Probe probe = mtu.sent(size);
    packet.addFrame(probe);
    packet.addFrame(new Padding(size - packet.estimateLength(0)));
    packet.markMtuProbe();
    levels.takeNumber(EncryptionLevel.App);
    built.add(new Sent(packet, lost -> mtu.lost(probe)));
    keys.add(aead);
  }

  /**
   * A packet of frames for a path that is not in use, with nothing but these and padding: RFC 9000
   * §9, servers send only probing packets where none but such have come from.
   *
   * @param id the peer's connection id for this path
   */
  boolean assemble(List<PathFrames.Waiting> frames, byte[] id) {
    built.clear();
    keys.clear();
    Aead aead = keysOf(EncryptionLevel.App);
    if (aead == null) {
      return false;
    }
    var packet =
        new OutgoingShortPacket(version.getVersion(), id, levels.nextNumber(EncryptionLevel.App));
    SentFrames sent = PathFrames.addTo(packet, frames);
    // RFC 9000 §8.2.1, §8.2.2: at least 1200 bytes, unless the limit does not permit it.
    if (frames.getFirst().path().room(MINIMUM_SIZE) == MINIMUM_SIZE) {
      packet.addFrame(new Padding(MINIMUM_SIZE - packet.estimateLength(0)));
      PathFrames.noteExpanded(frames);
    }
    packet.markOtherPath();
    levels.takeNumber(EncryptionLevel.App);
    built.add(new Sent(packet, sent));
    keys.add(aead);
    return true;
  }

  private void pad(int most) {
    int size = 0;
    for (Sent each : built) {
      size += each.packet.estimateLength(0);
    }
    int missing = Math.min(MINIMUM_SIZE, most) - size;
    if (missing > 0) {
      built.getFirst().packet.addFrame(new Padding(missing));
    }
  }

  /** Writes and protects the packets that were assembled. */
  void write(ByteBuffer out) {
    for (int i = 0; i < built.size(); i++) {
      QuicPacket packet = built.get(i).packet;
      if (packet instanceof OutgoingShortPacket ours) {
        ours.write(out, keys.get(i));
      } else {
        out.put(packet.generatePacketBytes(keys.get(i)));
      }
    }
  }

  /** Returns the bytes of the packet that it has made for this level, 0 for none. */
  private int assemble(EncryptionLevel level, int most, long window, long now) {
    RequestQueue queue = levels.queue(level);
    AckGenerator acks = levels.acks(level);
    // RFC 9000 §17.2.3: ACK frames cannot be sent in 0-RTT packets.
    boolean mayAck = level != EncryptionLevel.ZeroRTT;
    boolean ackDue = mayAck && acks.due(now) <= now;
    // RFC 9000 §14.1: what asks for an acknowledgement leaves in a padded datagram or not at all.
    boolean roomToPad = level != EncryptionLevel.Initial || most >= MINIMUM_SIZE;
    boolean probe = roomToPad && queue.hasProbe();
    // What early data leaves free is for the handshake, before which nothing acknowledges it.
    boolean data = roomToPad && window > (mayAck ? 0 : RESERVED_BYTES) && hasRequests(level, queue);
    if (!ackDue && !probe && !data) {
      return 0;
    }
    Aead aead = keysOf(level);
    if (aead == null) {
      return 0;
    }
    QuicPacket packet = create(level);
    int space = most - packet.estimateLength(0);
    OutgoingAck ack = ackDue || mayAck && acks.hasNew() ? acks.take(now) : null;
    if (ack != null) {
      ack.fit(space);
      packet.addFrame(ack);
      space -= ack.getFrameLength();
    }
    SentFrames sent = null;
    if (probe) {
      space -= addProbe(packet, queue.takeProbe(), space);
    } else if (data) {
      sent = addRequests(packet, queue, space);
    }
    if (ack != null && packet.getFrames().size() == 1 && acks.wantsPing()) {
      packet.addFrame(new PingFrame());
    }
    if (packet.getFrames().isEmpty()) {
      return 0;
    }
    packet.setPacketNumber(levels.takeNumber(level));
    built.add(new Sent(packet, SentFrames.orNobody(sent)));
    keys.add(aead);
    initial |= level == EncryptionLevel.Initial;
    return packet.estimateLength(0);
  }

  private boolean hasRequests(EncryptionLevel level, RequestQueue queue) {
    return queue.hasRequests() || path != null && level == EncryptionLevel.App;
  }

  private Aead keysOf(EncryptionLevel level) {
    try {
      return secrets.getOwnAead(level);
    } catch (MissingKeysException e) {
      // Not there yet, or not any more: what waits goes on waiting until it is discarded.
      return null;
    }
  }

  private int addProbe(QuicPacket packet, List<QuicFrame> repeated, int space) {
    int used = 0;
    for (QuicFrame frame : repeated == null ? NO_FRAMES : repeated) {
      if (used + frame.getFrameLength() <= space) {
        packet.addFrame(frame);
        used += frame.getFrameLength();
      }
    }
    if (used == 0) {
      packet.addFrame(new PingFrame());
      used = 1;
    }
    return used;
  }

  private SentFrames addRequests(QuicPacket packet, RequestQueue queue, int space) {
    if (levels.onlyApp() && packet.getFrames().isEmpty()) {
      queue.dropUrgentAbove(space);
    }
    SentFrames sent = null;
    int left = space;
    if (path != null && packet instanceof OutgoingShortPacket && left >= PathFrames.LONGEST) {
      forPath = pathFrames.take(path);
      sent = PathFrames.addTo(packet, forPath);
      left -= PathFrames.LONGEST;
    }
    RequestQueue.Request request;
    while ((request = queue.take(left)) != null) {
      QuicFrame frame = request.frame(left);
      if (frame == null) {
        continue;
      }
      packet.addFrame(frame);
      left -= frame.getFrameLength();
      sent = new SentFrames(frame, request.lost(), sent);
    }
    return sent;
  }

  /** An empty packet; its number is set when it has got something. */
  private QuicPacket create(EncryptionLevel level) {
    Version current = version.getVersion();
    byte[] destination = connection.getDestinationConnectionId();
    if (level == EncryptionLevel.App) {
      return new OutgoingShortPacket(current, destination, levels.nextNumber(level));
    }
    byte[] source = connection.getSourceConnectionId();
    QuicPacket packet =
        switch (level) {
          case Initial ->
              new InitialPacket(current, source, destination, initialToken, (QuicFrame) null);
          case Handshake -> new HandshakePacket(current, source, destination, null);
          case ZeroRTT -> new ZeroRttPacket(current, source, destination, (QuicFrame) null);
          case App -> throw new IllegalStateException();
        };
    packet.setPacketNumber(levels.nextNumber(level));
    return packet;
  }
}
