/**
 * HTTP/3 sessions: one {@link dev.heddle.Session} per request stream, blocking calls, any thread.
 *
 * <p>Start at {@link dev.heddle.Http3Server} and {@link dev.heddle.Http3Client}. Both lead to a
 * {@link dev.heddle.SessionConnection}, and that one to sessions.
 *
 * <p><b>Blocking.</b> Every call that waits may be made on any thread, virtual or platform. It ends
 * when the thread is interrupted, with {@link java.lang.InterruptedException}, or with {@link
 * java.io.InterruptedIOException} where the signature is that of a stream; the thread's interrupt
 * status is clear then. It ends as well when its stream, session or connection ends, with the
 * {@link dev.heddle.Http3Exception} that says why.
 *
 * <p><b>Resources.</b> What a peer can make this library hold is bounded by {@link
 * dev.heddle.Limits}. What a program opens it closes: try-with-resources fits every type that has a
 * {@code close()}.
 *
 * <p><b>Absent values</b> are empty optionals. No method takes or returns null.
 *
 * @serial exclude
 */
package dev.heddle;
