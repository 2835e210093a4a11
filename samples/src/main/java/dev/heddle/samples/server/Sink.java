package dev.heddle.samples.server;

import dev.heddle.Session;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Reads the whole body, then says how long it was and what its SHA-256 is. */
final class Sink implements Endpoint {
  private static final int BUFFER_BYTES = 65_536;

  @Override
  public void answer(Session session, Query query) throws IOException, GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    for (int n = session.bodyReader().read(buffer); n >= 0; n = session.bodyReader().read(buffer)) {
      sha256.update(buffer, 0, n);
      bytes += n;
    }
    Answers.text(session, 200, bytes + " " + HexFormat.of().formatHex(sha256.digest()) + "\n");
  }
}
