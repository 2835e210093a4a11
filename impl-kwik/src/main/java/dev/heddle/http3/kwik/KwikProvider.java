package dev.heddle.http3.kwik;

import dev.heddle.Http3Server;
import dev.heddle.SessionConnection;
import dev.heddle.spi.ClientOptions;
import dev.heddle.spi.Http3Provider;
import dev.heddle.spi.ServerOptions;
import java.io.IOException;

/** HTTP/3 over kwik. Any thread may call it. */
public final class KwikProvider implements Http3Provider {
  /** For {@link java.util.ServiceLoader}. */
  public KwikProvider() {}

  @Override
  public Http3Server start(ServerOptions options) throws IOException {
    return KwikServer.start(options);
  }

  @Override
  public SessionConnection connect(ClientOptions options) throws IOException, InterruptedException {
    return new Dialer(options).connect();
  }
}
