package dev.heddle.samples.client;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * One request as the command line describes it.
 *
 * @param method the method
 * @param uri the target
 * @param fields the regular fields
 * @param body what it carries
 * @param trailers what follows the body
 */
record Request(String method, URI uri, List<HeaderField> fields, Body body, Headers trailers) {

  /**
   * The fields to send: pseudo-fields, those of the command line, and the length if it is known.
   */
  Headers headers() throws IOException {
    Headers headers =
        method.equals("CONNECT")
            ? Headers.connect(uri.getHost() + ":" + (uri.getPort() < 0 ? 443 : uri.getPort()))
            : Headers.request(method, uri);
    for (HeaderField field : fields) {
      headers = headers.with(field);
    }
    if (headers.first("content-length").isEmpty() && body.length().isPresent()) {
      headers = headers.with("content-length", Long.toString(body.length().getAsLong()));
    }
    return headers;
  }

  /** Whether headers are all there is to send. */
  boolean headersOnly() {
    return body instanceof Body.None && trailers.isEmpty();
  }
}
