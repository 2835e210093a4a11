package dev.heddle.flupke;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.kwik.flupke.server.HttpServerRequest;

/** A session's request as flupke shows it. Any thread; the body has one reader at a time. */
final class FlupkeRequest implements HttpServerRequest {
  private final Session session;
  private final Headers request;
  private final HttpHeaders headers;
  private final Instant time = Instant.now();

  FlupkeRequest(Session session, Headers request) {
    this.session = session;
    this.request = request;
    this.headers = regular(request);
  }

  private static HttpHeaders regular(Headers request) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (HeaderField field : request.fields()) {
      if (!field.pseudo()) {
        values.computeIfAbsent(field.name(), unused -> new ArrayList<>()).add(field.value());
      }
    }
    return HttpHeaders.of(values, (name, value) -> true);
  }

  @Override
  public String method() {
    return request.method().orElseThrow();
  }

  @Override
  public String path() {
    return request.path().orElseThrow();
  }

  @Override
  public String authority() {
    return request.authority().orElse(null);
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public InputStream body() {
    return session.bodyReader();
  }

  @Override
  public InetAddress clientAddress() {
    return remoteAddress().getAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return session.connection().remoteAddress();
  }

  @Override
  public Instant time() {
    return time;
  }
}
