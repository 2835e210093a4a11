/** HTTP/3 sessions over kwik. Exports nothing; found through {@link java.util.ServiceLoader}. */
module dev.heddle.kwik {
  requires dev.heddle;
}
