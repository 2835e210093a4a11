package dev.heddle.bench.peer;

import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.TransferLoad;

/** A server and a client that is connected to it. One load at a time. */
public interface Harness extends AutoCloseable {
  /** Requests at once that every peer is set up for. */
  int MAX_REQUESTS = 256;

  /** Requests with a small body, each answered with the same body. */
  Measured echo(EchoLoad load) throws Exception;

  /** One request with a large body, which the server counts. */
  Measured upload(TransferLoad load) throws Exception;

  /** One response with a large body. */
  Measured download(TransferLoad load) throws Exception;

  /** Datagrams that come back; only peers of a row that has them are asked. */
  default Measured datagrams(DatagramLoad load) throws Exception {
    throw new UnsupportedOperationException("no datagrams");
  }

  /** New connections, each with one small request; only peers of a row that has them are asked. */
  default Measured connects(EchoLoad load) throws Exception {
    throw new UnsupportedOperationException("no connections of its own");
  }

  /** Ends the connection and frees the port. */
  @Override
  void close();
}
