/** kwik 0.10.8, modified: the stock module with the same directives and one more package. */
@SuppressWarnings("module") // tech.kwik.qlog is kwik's optional companion and not present here
module tech.kwik.core {
  requires at.favre.lib.hkdf;
  requires io.whitfin.siphash;
  requires java.management;
  requires jdk.net;
  requires tech.kwik.agent15;

  exports tech.kwik.core;
  exports tech.kwik.core.concurrent;
  exports tech.kwik.core.generic;
  exports tech.kwik.core.log;
  exports tech.kwik.core.loom;
  exports tech.kwik.core.server;
  exports tech.kwik.core.common to
      tech.kwik.qlog;
  exports tech.kwik.core.frame to
      tech.kwik.qlog;
  exports tech.kwik.core.packet to
      tech.kwik.qlog;
  exports tech.kwik.core.util to
      tech.kwik.qlog;
}
