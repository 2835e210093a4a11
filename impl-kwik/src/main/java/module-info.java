/** HTTP/3 sessions over kwik: the provider behind the api of {@code dev.heddle}. */
module dev.heddle.kwik {
  requires dev.heddle;
  requires tech.kwik.core;

  provides dev.heddle.spi.Http3Provider with
      dev.heddle.http3.kwik.KwikProvider;
}
