package dev.heddle.http3.qpack;

import dev.heddle.HeaderField;

/** The static table of RFC 9204, Appendix A. */
final class StaticTable {
  /** One entry per line, from index 0: the name, and after a space the value where it has one. */
  private static final String ENTRIES =
      """
      :authority
      :path /
      age 0
      content-disposition
      content-length 0
      cookie
      date
      etag
      if-modified-since
      if-none-match
      last-modified
      link
      location
      referer
      set-cookie
      :method CONNECT
      :method DELETE
      :method GET
      :method HEAD
      :method OPTIONS
      :method POST
      :method PUT
      :scheme http
      :scheme https
      :status 103
      :status 200
      :status 304
      :status 404
      :status 503
      accept */*
      accept application/dns-message
      accept-encoding gzip, deflate, br
      accept-ranges bytes
      access-control-allow-headers cache-control
      access-control-allow-headers content-type
      access-control-allow-origin *
      cache-control max-age=0
      cache-control max-age=2592000
      cache-control max-age=604800
      cache-control no-cache
      cache-control no-store
      cache-control public, max-age=31536000
      content-encoding br
      content-encoding gzip
      content-type application/dns-message
      content-type application/javascript
      content-type application/json
      content-type application/x-www-form-urlencoded
      content-type image/gif
      content-type image/jpeg
      content-type image/png
      content-type text/css
      content-type text/html; charset=utf-8
      content-type text/plain
      content-type text/plain;charset=utf-8
      range bytes=0-
      strict-transport-security max-age=31536000
      strict-transport-security max-age=31536000; includesubdomains
      strict-transport-security max-age=31536000; includesubdomains; preload
      vary accept-encoding
      vary origin
      x-content-type-options nosniff
      x-xss-protection 1; mode=block
      :status 100
      :status 204
      :status 206
      :status 302
      :status 400
      :status 403
      :status 421
      :status 425
      :status 500
      accept-language
      access-control-allow-credentials FALSE
      access-control-allow-credentials TRUE
      access-control-allow-headers *
      access-control-allow-methods get
      access-control-allow-methods get, post, options
      access-control-allow-methods options
      access-control-expose-headers content-length
      access-control-request-headers content-type
      access-control-request-method get
      access-control-request-method post
      alt-svc clear
      authorization
      content-security-policy script-src 'none'; object-src 'none'; base-uri 'none'
      early-data 1
      expect-ct
      forwarded
      if-range
      origin
      purpose prefetch
      server
      timing-allow-origin *
      upgrade-insecure-requests 1
      user-agent
      x-forwarded-for
      x-frame-options deny
      x-frame-options sameorigin
      """;

  /** Entries in the table; the first has the index 0. */
  static final int SIZE = 99;

  private static final String[] NAMES = new String[SIZE];
  private static final String[] VALUES = new String[SIZE];
  private static final HeaderField[] FIELDS = new HeaderField[SIZE];

  static {
    String[] lines = ENTRIES.split("\n");
    for (int i = 0; i < SIZE; i++) {
      int space = lines[i].indexOf(' ');
      NAMES[i] = (space < 0 ? lines[i] : lines[i].substring(0, space)).intern();
      VALUES[i] = space < 0 ? "" : lines[i].substring(space + 1).intern();
      FIELDS[i] = new HeaderField(NAMES[i], VALUES[i]);
    }
  }

  private StaticTable() {}

  static HeaderField field(int index) {
    return FIELDS[index];
  }

  static String name(int index) {
    return NAMES[index];
  }

  static String value(int index) {
    return VALUES[index];
  }
}
