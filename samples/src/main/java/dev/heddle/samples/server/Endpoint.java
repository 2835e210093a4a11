package dev.heddle.samples.server;

import dev.heddle.Session;

/** What the server does at one path. Any number of threads may call it at once. */
@FunctionalInterface
interface Endpoint {
  /** Answers one request; its method and path are the right ones. */
  void answer(Session session, Query query) throws Exception;
}
