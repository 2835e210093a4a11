package dev.heddle.http3.connection;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import java.util.List;

/**
 * What fields make a request, a response or trailers (RFC 9114 §4.2 to §4.4). Each check says what
 * is wrong, or null; whoever received the message calls it malformed, whoever is to send it refuses
 * it. Stateless.
 */
final class MessageRules {
  private MessageRules() {}

  static String faultInRequest(Headers request) {
    String method = null;
    String scheme = null;
    String path = null;
    String authority = null;
    String protocol = null;
    List<HeaderField> fields = request.fields();
    for (int i = 0; i < fields.size() && fields.get(i).pseudo(); i++) {
      HeaderField field = fields.get(i);
      switch (field.name()) {
        case ":method" -> method = field.value();
        case ":scheme" -> scheme = field.value();
        case ":path" -> path = field.value();
        case ":authority" -> authority = field.value();
        case ":protocol" -> protocol = field.value();
        // RFC 9114 §4.3: a pseudo-field of responses has no place in a request
        case ":status" -> {
          return ":status in a request";
        }
        default -> {}
      }
    }
    // RFC 9114 §4.3.1: a request has exactly one :method
    if (method == null) {
      return "a request without :method";
    }
    if (!RequestTarget.token(method)) {
      return ":method is not a token";
    }
    String fault =
        method.equals("CONNECT") && protocol == null
            ? faultInConnect(scheme, path, authority)
            : faultInTarget(request, method, scheme, path, authority, protocol);
    return fault != null ? fault : faultInRegularFields(request, true);
  }

  // RFC 9114 §4.4: CONNECT has :authority, a host with a port, and neither :scheme nor :path
  private static String faultInConnect(String scheme, String path, String authority) {
    if (scheme != null || path != null) {
      return "CONNECT with :scheme or :path";
    }
    return authority == null || !RequestTarget.hostAndPort(authority)
        ? "CONNECT without host and port in :authority"
        : null;
  }

  private static String faultInTarget(
      Headers request,
      String method,
      String scheme,
      String path,
      String authority,
      String protocol) {
    // RFC 9220 §3: :protocol belongs to Extended CONNECT only
    if (protocol != null && !method.equals("CONNECT")) {
      return ":protocol in a request that is not CONNECT";
    }
    if (protocol != null && !RequestTarget.token(protocol)) {
      return ":protocol is not a token";
    }
    // RFC 9220 §3: Extended CONNECT has :scheme, :path and :authority
    if (protocol != null && authority == null) {
      return "Extended CONNECT without :authority";
    }
    // RFC 9114 §4.3.1: a request has exactly one :scheme and :path
    if (scheme == null || path == null) {
      return "a request without :scheme or :path";
    }
    if (!RequestTarget.scheme(scheme)) {
      return ":scheme is not a scheme";
    }
    boolean web = scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http");
    // RFC 9114 §4.3.1: :path is not empty for http and https, and starts with a slash, or is *
    if (web && !RequestTarget.path(path, method)) {
      return ":path is neither a path nor the * of OPTIONS";
    }
    return web ? faultInAuthority(request, authority) : null;
  }

  private static String faultInAuthority(Headers request, String authority) {
    String host = null;
    List<HeaderField> fields = request.fields();
    for (int i = 0; i < fields.size(); i++) {
      HeaderField field = fields.get(i);
      if (field.name().equals("host")) {
        // RFC 9110 §7.2: host is no list, so it comes once
        if (host != null) {
          return "two host fields";
        }
        host = field.value();
      }
    }
    // RFC 9114 §4.3.1: :authority or host is there, not empty, and both are the same
    if (authority == null && host == null) {
      return "neither :authority nor host";
    }
    if (authority != null && !RequestTarget.authority(authority)
        || host != null && !RequestTarget.authority(host)) {
      // RFC 9114 §4.3.1: :authority has no user information
      return ":authority or host is empty or not an authority";
    }
    return authority != null && host != null && !authority.equalsIgnoreCase(host)
        ? ":authority and host differ"
        : null;
  }

  static String faultInResponse(Headers response) {
    String status = null;
    List<HeaderField> fields = response.fields();
    for (int i = 0; i < fields.size() && fields.get(i).pseudo(); i++) {
      HeaderField field = fields.get(i);
      if (field.name().equals(":status")) {
        status = field.value();
      } else {
        // RFC 9114 §4.3: a pseudo-field of requests has no place in a response
        return field.name() + " in a response";
      }
    }
    // RFC 9114 §4.3.2: a response has exactly one :status
    if (status == null) {
      return "a response without :status";
    }
    if (status.length() != 3 || !RequestTarget.number(status) || status.charAt(0) < '1') {
      return ":status is not a status code";
    }
    // RFC 9114 §4.5: HTTP/3 has no 101
    if (status.equals("101")) {
      return "status 101, which HTTP/3 does not have";
    }
    return faultInRegularFields(response, false);
  }

  static String faultInTrailers(Headers trailers) {
    for (HeaderField field : trailers.fields()) {
      // RFC 9114 §4.3: trailers have no pseudo-fields
      if (field.pseudo()) {
        return field.name() + " in trailers";
      }
    }
    return faultInRegularFields(trailers, false);
  }

  private static String faultInRegularFields(Headers message, boolean ofRequest) {
    String length = null;
    List<HeaderField> fields = message.fields();
    for (int i = 0; i < fields.size(); i++) {
      HeaderField field = fields.get(i);
      switch (field.name()) {
        // RFC 9114 §4.2: fields that speak of the connection make a message malformed
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> {
          return "the field " + field.name() + ", which is specific to a connection";
        }
        // RFC 9114 §4.2: te belongs in the header section of a request, and says nothing but
        // trailers
        case "te" -> {
          if (!(ofRequest && field.value().equalsIgnoreCase("trailers"))) {
            return "te outside a request, or with another value than trailers";
          }
        }
        case "content-length" -> {
          if (!RequestTarget.number(field.value())) {
            return "content-length is not a number";
          }
          if (length != null && !length.equals(field.value())) {
            return "two different content-length fields";
          }
          length = field.value();
        }
        default -> {}
      }
    }
    return null;
  }

  /** Whether a response with this status never has a body (RFC 9110 §6.4.1). */
  static boolean bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
  }
}
