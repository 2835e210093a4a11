package dev.heddle.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A request that quic-go's client is to make. For one thread. */
final class Ask {
  private final Map<String, Object> arguments = new LinkedHashMap<>();
  private final Target target;

  private Ask(Target target, String method, String path) {
    this.target = target;
    arguments.put("url", target.origin() + path);
    arguments.put("sha256", target.sha256());
    arguments.put("connection", target.origin());
    arguments.put("method", method);
  }

  static Ask of(Target target, String method, String path) {
    return new Ask(target, method, path);
  }

  /** Another connection than the one that requests to a server share. */
  Ask on(String connection) {
    return with("connection", target.origin() + connection);
  }

  Ask with(String name, Object value) {
    arguments.put(name, value);
    return this;
  }

  Ask header(String name, String value) {
    return field("headers", name, value);
  }

  Ask trailer(String name, String value) {
    return field("trailers", name, value);
  }

  @SuppressWarnings("unchecked")
  private Ask field(String where, String name, String value) {
    ((List<Object>) arguments.computeIfAbsent(where, w -> new ArrayList<>()))
        .add(List.of(name, value));
    return this;
  }

  /** Tells when the request's headers have been written. */
  Ask tell(Peer.Told told) {
    return with("tell", told.id());
  }

  Reply send(Peer client) {
    return client.ask("request", arguments);
  }

  CompletableFuture<Reply> begin(Peer client) {
    return client.begin("request", arguments);
  }

  /** Makes the request so often, so many at a time; the reply counts. */
  Reply sendMany(Peer client, int count, int concurrency) {
    with("count", count).with("concurrency", concurrency);
    return client.ask("many", arguments);
  }
}
