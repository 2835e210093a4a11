package dev.heddle.http3.kwik;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The name by which a user knows a server, and the check that a certificate is for it (RFC 9525):
 * subject alternative names only, never the common name. Immutable.
 */
final class HostName {
  private static final int DNS_NAME = 2; // RFC 5280 §4.2.1.6, the tags of GeneralName
  private static final int IP_ADDRESS = 7;

  private final String name;
  private final InetAddress literal; // null for a name

  private HostName(String name, InetAddress literal) {
    this.name = name;
    this.literal = literal;
  }

  /** A host as a URI has it: a name, an IPv4 address, or an IPv6 address in brackets. */
  static HostName of(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (bare.endsWith(".")) {
      bare = bare.substring(0, bare.length() - 1); // a certificate never has the root's dot
    }
    bare = bare.toLowerCase(Locale.ROOT);
    return new HostName(bare, literal(bare));
  }

  /** The name in lower case, or the address without brackets. */
  @Override
  public String toString() {
    return name;
  }

  /** The name for people: an IPv6 address in brackets, as in a URI. */
  String written() {
    return name.indexOf(':') < 0 ? name : "[" + name + "]";
  }

  /** Whether this is an address and no name. */
  boolean isAddress() {
    return literal != null;
  }

  boolean matches(X509Certificate certificate) {
    return names(certificate).stream().anyMatch(this::matches);
  }

  /** The DNS names and addresses that a certificate is for. */
  static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> entry : alternatives == null ? List.<List<?>>of() : alternatives) {
        int tag = (Integer) entry.get(0);
        if (tag == DNS_NAME || tag == IP_ADDRESS) {
          names.add((String) entry.get(1));
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // names nobody can read are for no host
    }
    return names;
  }

  private boolean matches(String presented) {
    if (literal != null) {
      return literal.equals(literal(presented));
    }
    String pattern = presented.toLowerCase(Locale.ROOT);
    if (pattern.startsWith("*.")) {
      // RFC 9525 §6.3: a wildcard is the whole left-most label and stands for exactly one label.
      int dot = name.indexOf('.');
      return dot > 0 && name.substring(dot).equals(pattern.substring(1));
    }
    return name.equals(pattern);
  }

  private static InetAddress literal(String text) {
    if (text.indexOf(':') < 0 && !text.matches("[0-9.]+")) {
      return null;
    }
    try {
      int zone = text.indexOf('%');
      return InetAddress.ofLiteral(zone < 0 ? text : text.substring(0, zone));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
