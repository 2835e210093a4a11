/** HTTP/3 sessions over kwik. Exports nothing; found through {@link java.util.ServiceLoader}. */
module dev.heddle.kwik {
  requires dev.heddle;
  requires jdk.jfr;
  requires tech.kwik.core;

  provides dev.heddle.spi.Http3Provider with
      dev.heddle.http3.kwik.KwikProvider;
}
