package dev.heddle.flupke;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tech.kwik.flupke.server.HttpServerResponse;

/**
 * A session's response as flupke lets one write it: status and fields go out with the first call of
 * {@link #getOutputStream}, or at the end. For the handler's thread.
 */
final class FlupkeResponse implements HttpServerResponse {
  private static final int UNSET = -1;

  private final Session session;
  private final List<HeaderField> added = new ArrayList<>();
  private HttpHeaders set = HttpHeaders.of(Map.of(), (name, value) -> true);
  private int status = UNSET;
  private Body body; // null until the header section was sent

  FlupkeResponse(Session session) {
    this.session = session;
  }

  @Override
  public void setStatus(int status) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("a status is 100 to 999, not " + status);
    }
    this.status = status;
  }

  @Override
  public boolean isStatusSet() {
    return status != UNSET;
  }

  @Override
  public int status() {
    if (!isStatusSet()) {
      throw new IllegalStateException("no status was set");
    }
    return status;
  }

  @Override
  public void addHeader(String name, String value) {
    addHeader(name, List.of(value));
  }

  @Override
  public void addHeader(String name, List<String> values) {
    requireNotSent();
    values.forEach(value -> added.add(field(name, value)));
  }

  @Override
  public void setHeaders(HttpHeaders headers) {
    requireNotSent();
    set = headers;
  }

  private void requireNotSent() {
    if (body != null) {
      throw new IllegalStateException("header fields come before getOutputStream()");
    }
  }

  /** RFC 9114 §4.2: names are lower case, which HTTP/1.1's need not be. */
  private static HeaderField field(String name, String value) {
    return new HeaderField(name.toLowerCase(Locale.ROOT), value);
  }

  /** flupke's type has no way to say that the client has gone. */
  @Override
  public OutputStream getOutputStream() {
    if (body == null) {
      try {
        session.respond(headers());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      body = new Body(session.bodyWriter());
    }
    return body;
  }

  private Headers headers() {
    List<HeaderField> fields = new ArrayList<>(Headers.status(status()).fields());
    fields.addAll(added);
    set.map().forEach((name, values) -> values.forEach(value -> fields.add(field(name, value))));
    return Headers.of(fields);
  }

  @Override
  public long size() {
    return body == null ? 0 : body.size;
  }

  /** Sends what the handler has left to be sent. */
  void end() throws IOException {
    if (!isStatusSet()) {
      setStatus(500);
    }
    if (body == null) {
      session.respond(headers(), new byte[0]);
    } else {
      body.close();
    }
  }

  private static final class Body extends FilterOutputStream {
    private long size;

    Body(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      out.write(octet);
      size++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      size += length;
    }
  }
}
