/**
 * Heddle: HTTP/3 sessions with blocking calls, made for virtual threads.
 *
 * <p>Programs compile against this module. At run time {@link java.util.ServiceLoader} finds the
 * transport behind it, for instance the module {@code dev.heddle.kwik}.
 */
module dev.heddle {
  exports dev.heddle;
  exports dev.heddle.spi;

  uses dev.heddle.spi.Http3Provider;
}
