package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Picks the endpoint for each session. Every session's own thread calls it. */
final class Routes implements SessionHandler {
  private static final String DATAGRAM_ECHO = "datagram-echo";

  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final Map<String, Route> datagramRoutes = new LinkedHashMap<>();
  private final Faults faults;

  Routes(Faults faults) {
    this.faults = faults;
    add("GET", "/", "/", "this list", (session, query) -> Answers.text(session, 200, list()));
    add("POST", "/echo", "/echo", "the body back as it comes, and the trailers", new Echo());
    add("POST", "/sink", "/sink", "length and SHA-256 of the body", new Sink());
    add("GET", "/bytes", "/bytes?n=N", "N bytes, byte i is i mod 251", new Bytes());
    add(Route.ANY, "/headers", "/headers", "the fields received", new ReceivedFields());
    add("GET", "/trailers", "/trailers", "a body and two trailers", new Trailers());
    add("GET", "/hints", "/hints", "two 103 responses, then 200", new Hints());
    add("GET", "/slow", "/slow?ms=M", "an answer after M milliseconds, at most 60000", new Slow());
    add("GET", "/status", "/status?code=N", "status N, 200 to 599", new Status());
    add("GET", "/reset", "/reset?code=C", "one byte, then a reset with code C", new Reset());
    add("GET", "/forever", "/forever", "bytes until the client stops", new Forever());
    addDatagrams("/datagrams", "each datagram back, as it came", new DatagramEcho());
    addDatagrams("/datagrams/contexts", "the same on each datagram context", new ContextEcho());
  }

  @Override
  public void handle(Session session) throws Exception {
    try {
      route(session);
    } catch (Http3Exception e) {
      faults.ended(session, e);
      throw e;
    }
  }

  private void route(Session session) throws Exception {
    Headers request = session.headers();
    String method = request.method().orElse("");
    if (method.equals("CONNECT") && request.protocol().orElse("").equals(DATAGRAM_ECHO)) {
      follow(session, datagramRoutes.get(path(request)), method);
    } else if (method.equals("CONNECT")) {
      String asked = request.protocol().map(name -> "the protocol " + name).orElse("a tunnel");
      refuse(session, Headers.status(501), asked + " is not offered here");
    } else {
      String path = path(request);
      follow(session, routes.getOrDefault(path, datagramRoutes.get(path)), method);
    }
  }

  private static String path(Headers request) {
    return request.path().orElse("").split("\\?", 2)[0];
  }

  private void follow(Session session, Route route, String method) throws Exception {
    if (route == null) {
      refuse(session, Headers.status(404), "no such path; / has the list");
    } else if (!route.accepts(method)) {
      String allow = route.allow();
      refuse(session, Headers.status(405).with("allow", allow), "use " + allow + " here");
    } else {
      try {
        route.endpoint().answer(session, Query.of(session.headers().path().orElse("")));
      } catch (BadRequestException e) {
        refuse(session, Headers.status(400), e.getMessage());
      }
    }
  }

  private void refuse(Session session, Headers response, String reason)
      throws IOException, InterruptedException {
    faults.refused(session, response, reason);
    Answers.text(session, response, reason + "\n");
  }

  private void add(String method, String path, String example, String purpose, Endpoint endpoint) {
    routes.put(path, new Route(method, path, example, purpose, endpoint));
  }

  private void addDatagrams(String path, String purpose, Endpoint endpoint) {
    String asked = purpose + "; :protocol " + DATAGRAM_ECHO;
    datagramRoutes.put(path, new Route("CONNECT", path, path, asked, endpoint));
  }

  private String list() {
    StringBuilder text = new StringBuilder();
    Stream.concat(routes.values().stream(), datagramRoutes.values().stream())
        .forEach(route -> text.append(route.line()));
    return text.toString();
  }
}
