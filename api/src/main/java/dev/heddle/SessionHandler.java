package dev.heddle;

/**
 * What a server does with each session. Called on a virtual thread of its own for every session, so
 * it may block as long as it likes.
 *
 * {@snippet file="ServerSnippet.java" region="handler"}
 */
@FunctionalInterface
public interface SessionHandler {
  /**
   * Handles one session; its request headers have been received.
   *
   * <p>A handler that returns normally has its response finished for it: an open body is ended
   * cleanly. If it returns without a final response, the client gets status 500 and the server logs
   * it. If it throws before the final response, the client gets status 500; after it, the stream is
   * reset with {@link ErrorCode#H3_INTERNAL_ERROR}. Either is logged once, unless the exception
   * only says that the client or the connection went away, and the server lives on. What is left of
   * the request body when the handler is done is not wanted: the client is asked to stop sending
   * it.
   *
   * <p>The thread is interrupted when the server closes without waiting for its sessions.
   *
   * @param session the session; the server closes it when this method is done
   * @throws Exception whatever went wrong
   */
  void handle(Session session) throws Exception;
}
