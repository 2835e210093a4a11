/**
 * Mounts handlers that were written for flupke on a Heddle server. Only who has such handlers needs
 * this module, and flupke with it.
 */
module dev.heddle.flupke {
  requires transitive dev.heddle;
  requires transitive java.net.http;
  requires transitive tech.kwik.flupke;

  exports dev.heddle.flupke;
}
