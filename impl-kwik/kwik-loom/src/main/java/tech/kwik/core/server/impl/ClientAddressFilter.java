package tech.kwik.core.server.impl;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.BaseDatagramFilter;
import tech.kwik.core.packet.DatagramFilter;
import tech.kwik.core.packet.PacketMetaData;

/**
 * Lets a handshake come from one address only (RFC 9000 §9), and 1-RTT packets from any: whether
 * those are the client's is seen when they are decrypted.
 */
public class ClientAddressFilter extends BaseDatagramFilter {

  private static final int LONG_HEADER = 0x80;

  private final InetSocketAddress client;

  public ClientAddressFilter(InetSocketAddress client, Logger log, DatagramFilter next) {
    super(next, log);
    this.client = client;
  }

  @Override
  public void processDatagram(ByteBuffer data, PacketMetaData metaData) throws TransportError {
    boolean handshake = (data.get(data.position()) & LONG_HEADER) != 0;
    if (handshake && !client.equals(metaData.sourceAddress())) {
      discard(data, metaData, "long header from another address than the client's");
    } else {
      next(data, metaData);
    }
  }
}
