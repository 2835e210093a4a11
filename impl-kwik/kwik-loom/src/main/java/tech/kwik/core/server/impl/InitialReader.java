package tech.kwik.core.server.impl;

import java.nio.ByteBuffer;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.crypto.MissingKeysException;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.InitialPacket;

/** Reads the Initial packets of a client that has no connection yet. One thread at a time. */
final class InitialReader {

  /** RFC 9000 §7.2: what clients make up has at least so many bytes. */
  private static final int MIN_ID_LENGTH = 8;

  /** With the bit that is always set. */
  private static final int LONG_HEADER = 0xc0;

  private static final int FIRST_FIELDS = 5;

  private final Version version;
  private final byte[] id;
  private final Logger log;
  private ConnectionSecrets keys; // null until there is a packet to decrypt

  InitialReader(Version version, byte[] id, Logger log) {
    this.version = version;
    this.id = id;
    this.log = log;
  }

  /** Reads the packet at the buffer's start, and moves the position behind it. */
  InitialPacket parse(ByteBuffer data)
      throws InvalidPacketException, DecryptionException, TransportError {
    if (id.length < MIN_ID_LENGTH || data.remaining() < FIRST_FIELDS) {
      throw new InvalidPacketException();
    }
    int flags = data.get(0);
    boolean initial =
        (flags & LONG_HEADER) == LONG_HEADER
            && data.getInt(1) == version.getId()
            && InitialPacket.isInitialType(flags >> 4 & 0x03, version);
    if (!initial) {
      throw new InvalidPacketException();
    }
    var packet = new InitialPacket(version);
    try {
      packet.parse(data, keys().getPeerAead(EncryptionLevel.Initial), 0, log, 0);
    } catch (MissingKeysException e) {
      throw new IllegalStateException(e); // they were just made
    }
    return packet;
  }

  private ConnectionSecrets keys() {
    if (keys == null) {
      keys = new ConnectionSecrets(VersionHolder.with(version), Role.Server, null, log);
      keys.computeInitialKeys(id);
    }
    return keys;
  }
}
