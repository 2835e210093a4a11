package dev.heddle;

import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The fields of a header or trailer section, in order, pseudo-fields first. Immutable, so any
 * number of threads may share one.
 *
 * <p>Each field is legal by itself (see {@link HeaderField}). Whether the fields together make a
 * request, a response or trailers is checked where they are sent: {@link
 * SessionConnection#open(Headers)}, {@link Session#respond(Headers)} and {@link
 * Session#finish(Headers)}.
 *
 * {@snippet file="HeadersSnippet.java" region="headers"}
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.2 RFC 9114 section 4.2
 */
public final class Headers implements Iterable<HeaderField> {
  private static final Headers EMPTY = new Headers();

  private static final int NO_STATUS = -1;
  private static final long NO_LENGTH = -1;

  private final FieldList fields;

  // What is asked for most, found once; null where it is not there.
  private final String method;
  private final String scheme;
  private final String authority;
  private final String path;
  private final String protocol;
  private final int status; // NO_STATUS where there is none
  private final long contentLength; // NO_LENGTH where there is none

  /** Takes the array over. */
  private Headers(HeaderField... fields) {
    this.fields = new FieldList(fields);
    String foundMethod = null;
    String foundScheme = null;
    String foundAuthority = null;
    String foundPath = null;
    String foundProtocol = null;
    String foundStatus = null;
    int pseudoFields = pseudoCount(fields);
    for (int i = 0; i < pseudoFields; i++) {
      String value = fields[i].value();
      switch (fields[i].name()) {
        case ":method" -> foundMethod = once(":method", foundMethod, value);
        case ":scheme" -> foundScheme = once(":scheme", foundScheme, value);
        case ":authority" -> foundAuthority = once(":authority", foundAuthority, value);
        case ":path" -> foundPath = once(":path", foundPath, value);
        case ":protocol" -> foundProtocol = once(":protocol", foundProtocol, value);
        case ":status" -> foundStatus = once(":status", foundStatus, value);
        default -> throw new IllegalArgumentException("no pseudo-field: " + fields[i].name());
      }
    }
    method = foundMethod;
    scheme = foundScheme;
    authority = foundAuthority;
    path = foundPath;
    protocol = foundProtocol;
    status =
        foundStatus != null && foundStatus.length() == 3 && digits(foundStatus)
            ? Integer.parseInt(foundStatus)
            : NO_STATUS;
    contentLength = lengthIn(pseudoFields, fields);
  }

  private static long lengthIn(int from, HeaderField... fields) {
    for (int i = from; i < fields.length; i++) {
      if (fields[i].name().equals("content-length")) {
        return number(fields[i].value());
      }
    }
    return NO_LENGTH;
  }

  /** NO_LENGTH for what is no number, the largest long for what is larger than that. */
  private static long number(String text) {
    if (text.isEmpty() || !digits(text)) {
      return NO_LENGTH;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (number > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  private static String once(String name, String before, String value) {
    if (before != null) {
      throw new IllegalArgumentException("the pseudo-field " + name + " comes twice");
    }
    return value;
  }

  /** How many pseudo-fields there are; refuses one behind a regular field. */
  private static int pseudoCount(HeaderField... fields) {
    int count = 0;
    while (count < fields.length && fields[count].pseudo()) {
      count++;
    }
    for (int i = count; i < fields.length; i++) {
      if (fields[i].pseudo()) {
        throw new IllegalArgumentException(
            "put the pseudo-field " + fields[i].name() + " before the regular fields");
      }
    }
    return count;
  }

  /**
   * No fields at all: the trailers of a message that has none.
   *
   * @return the empty headers, the same object at every call
   */
  public static Headers empty() {
    return EMPTY;
  }

  /**
   * Headers of the given fields, in this order.
   *
   * @param fields the fields; copied
   * @return the headers
   * @throws IllegalArgumentException if a pseudo-field follows a regular field, or comes twice
   */
  public static Headers of(List<HeaderField> fields) {
    if (fields.isEmpty()) {
      return EMPTY;
    }
    HeaderField[] array = fields.toArray(new HeaderField[0]);
    for (HeaderField field : array) {
      Objects.requireNonNull(field, "field");
    }
    return new Headers(array);
  }

  /**
   * Headers of the given names and values.
   *
   * @param namesAndValues a name, its value, the next name, its value, and so on
   * @return the headers
   * @throws IllegalArgumentException if the count is odd, a field is not legal, or a pseudo-field
   *     follows a regular field or comes twice
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "names and values come in pairs; the last name has no value");
    }
    if (namesAndValues.length == 0) {
      return EMPTY;
    }
    HeaderField[] fields = new HeaderField[namesAndValues.length / 2];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new HeaderField(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
    }
    return new Headers(fields);
  }

  /**
   * A GET request for a URI.
   *
   * @param uri an absolute {@code https} URI; a missing path becomes {@code /}, a fragment is left
   *     out
   * @return the request's pseudo-fields
   * @throws IllegalArgumentException if the URI is not absolute, not {@code https}, or has user
   *     information
   */
  public static Headers get(URI uri) {
    return request("GET", uri);
  }

  /**
   * A request with any method but {@code CONNECT}.
   *
   * @param method the method, case-sensitive, for example {@code POST}
   * @param uri an absolute {@code https} URI; a missing path becomes {@code /}, a fragment is left
   *     out
   * @return the request's pseudo-fields
   * @throws IllegalArgumentException if the method is not a token or is {@code CONNECT}, or the URI
   *     is not absolute, not {@code https}, or has user information
   */
  public static Headers request(String method, URI uri) {
    if (method.equals("CONNECT")) {
      throw new IllegalArgumentException("use Headers.connect for the method CONNECT");
    }
    return of(
        ":method", method, ":scheme", "https", ":authority", authority(uri), ":path", path(uri));
  }

  /**
   * An Extended CONNECT request.
   *
   * @param uri an absolute {@code https} URI
   * @param protocol what the session is to carry, for example {@code webtransport}
   * @return the request's pseudo-fields
   * @throws IllegalArgumentException if the URI is not absolute, not {@code https}, or has user
   *     information, or the protocol is not a legal field value
   * @spec https://www.rfc-editor.org/rfc/rfc9220 RFC 9220
   */
  public static Headers connect(URI uri, String protocol) {
    return of(
        List.of(
            new HeaderField(":method", "CONNECT"),
            new HeaderField(":protocol", protocol),
            new HeaderField(":scheme", "https"),
            new HeaderField(":authority", authority(uri)),
            new HeaderField(":path", path(uri))));
  }

  /**
   * These headers with {@code capsule-protocol: ?1}, which tells everyone on the way that the data
   * stream of this Extended CONNECT carries capsules. A server's response of 2xx gets the field by
   * itself where the request has it.
   *
   * @return the longer headers; this object stays as it is
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3.4 RFC 9297 section 3.4
   */
  public Headers withCapsuleProtocol() {
    return with(CapsuleProtocol.FIELD, "?1");
  }

  /**
   * Tells whether these headers say that the data stream carries capsules.
   *
   * @return true if there is one {@code capsule-protocol} field and its value is the Boolean true;
   *     anything else counts as no such field
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3.4 RFC 9297 section 3.4
   */
  public boolean capsuleProtocol() {
    return CapsuleProtocol.in(all(CapsuleProtocol.FIELD));
  }

  /**
   * A plain CONNECT request, which asks a proxy for a tunnel.
   *
   * @param hostAndPort the target, for example {@code example.org:443}
   * @return the request's pseudo-fields
   * @throws IllegalArgumentException if the target is not a legal field value
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.4 RFC 9114 section 4.4
   */
  public static Headers connect(String hostAndPort) {
    return of(":method", "CONNECT", ":authority", hostAndPort);
  }

  /**
   * A response with a status code and nothing else yet.
   *
   * @param code 100 to 999, except 101, which HTTP/3 does not have
   * @return the response's pseudo-field
   * @throws IllegalArgumentException if the code is out of range or 101
   */
  public static Headers status(int code) {
    if (code < 100 || code > 999 || code == 101) {
      throw new IllegalArgumentException("a status code is 100 to 999 but not 101: " + code);
    }
    return of(":status", Integer.toString(code));
  }

  /**
   * These headers and one field more, at the end of the pseudo-fields if it is one of them, else at
   * the very end. A field of that name that is there already stays.
   *
   * @param name the field name, in lower case
   * @param value the field value
   * @return the longer headers; this object stays as it is
   * @throws IllegalArgumentException if the field is not legal, or a pseudo-field that is there
   *     already
   */
  public Headers with(String name, String value) {
    return with(new HeaderField(name, value));
  }

  /**
   * These headers and one field more, as {@link #with(String, String)} places it.
   *
   * @param field the field
   * @return the longer headers; this object stays as it is
   * @throws IllegalArgumentException if it is a pseudo-field that is there already
   */
  public Headers with(HeaderField field) {
    HeaderField[] before = fields.array;
    int place = field.pseudo() ? pseudoCount(before) : before.length;
    HeaderField[] longer = Arrays.copyOf(before, before.length + 1);
    System.arraycopy(before, place, longer, place + 1, before.length - place);
    longer[place] = field;
    return new Headers(longer);
  }

  /**
   * These headers less every field of one name.
   *
   * @param name the field name
   * @return the headers without it; this object if there is none
   */
  public Headers without(String name) {
    List<HeaderField> kept = fields.stream().filter(field -> !field.name().equals(name)).toList();
    return kept.size() == fields.size() ? this : of(kept);
  }

  /**
   * The fields, in order.
   *
   * @return an unmodifiable list
   */
  public List<HeaderField> fields() {
    return fields;
  }

  /**
   * The value of the first field of one name. Of {@code cookie}, which HTTP/3 allows to be split
   * over several fields, it is the whole value: all of them, joined by {@code "; "}.
   *
   * @param name the field name, in lower case
   * @return the value, or empty if there is no such field
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.2.1 RFC 9114 section 4.2.1
   */
  public Optional<String> first(String name) {
    if (name.equals("cookie")) {
      // RFC 9114 §4.2.1: cookie field lines are concatenated for whoever is not HTTP/3
      return all(name).stream().reduce((one, next) -> one + "; " + next);
    }
    return Optional.ofNullable(firstOrNull(name));
  }

  private String firstOrNull(String name) {
    for (HeaderField field : fields.array) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }

  /**
   * The values of all fields of one name, in order.
   *
   * @param name the field name, in lower case
   * @return an unmodifiable list, empty if there is no such field
   */
  public List<String> all(String name) {
    if (firstOrNull(name) == null) {
      return List.of();
    }
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .map(HeaderField::value)
        .toList();
  }

  /**
   * The request method.
   *
   * @return {@code :method}, empty outside a request
   */
  public Optional<String> method() {
    return Optional.ofNullable(method);
  }

  /**
   * The request's scheme.
   *
   * @return {@code :scheme}, empty outside a request and in a plain CONNECT
   */
  public Optional<String> scheme() {
    return Optional.ofNullable(scheme);
  }

  /**
   * The request's authority: host, and port unless it is the default one.
   *
   * @return {@code :authority}, else the {@code host} field, else empty
   */
  public Optional<String> authority() {
    return Optional.ofNullable(authority != null ? authority : firstOrNull("host"));
  }

  /**
   * The request's path with its query.
   *
   * @return {@code :path}, empty outside a request and in a plain CONNECT
   */
  public Optional<String> path() {
    return Optional.ofNullable(path);
  }

  /**
   * The protocol that an Extended CONNECT asks for.
   *
   * @return {@code :protocol}, empty in every other message
   * @spec https://www.rfc-editor.org/rfc/rfc9220 RFC 9220
   */
  public Optional<String> protocol() {
    return Optional.ofNullable(protocol);
  }

  /**
   * The response's status code.
   *
   * @return {@code :status} as a number, empty outside a response or if it is not three digits
   */
  public OptionalInt status() {
    return status == NO_STATUS ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /**
   * The announced length of the body.
   *
   * @return the value of {@code content-length} in bytes, empty if there is no such field or it is
   *     not a number; {@link Long#MAX_VALUE} also for what is larger than that
   */
  public OptionalLong contentLength() {
    return contentLength == NO_LENGTH ? OptionalLong.empty() : OptionalLong.of(contentLength);
  }

  /**
   * Tells whether there are no fields.
   *
   * @return true for no fields
   */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  @Override
  public Iterator<HeaderField> iterator() {
    return fields.iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** The fields as text, one a line; values of sensitive fields are left out. */
  @Override
  public String toString() {
    return String.join("\n", fields.stream().map(HeaderField::toString).toList());
  }

  private static String authority(URI uri) {
    if (!"https".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("HTTP/3 needs an absolute https URI: " + uri);
    }
    if (uri.getRawAuthority() == null || uri.getRawAuthority().isEmpty()) {
      throw new IllegalArgumentException("the URI names no host: " + uri);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "an https URI carries no user information; send an authorization field instead");
    }
    return uri.getRawAuthority();
  }

  private static String path(URI uri) {
    String path = Objects.requireNonNullElse(uri.getRawPath(), "");
    return (path.isEmpty() ? "/" : path)
        + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private static boolean digits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
