package dev.heddle.bench.micro;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import dev.heddle.http3.wire.ByteBuilder;
import java.util.List;
import java.util.Random;

/** The field sections that are measured. */
public enum Sections {
  /** Ten fields, as a browser sends them. */
  REQUEST(
      ":method", "GET",
      ":scheme", "https",
      ":authority", "www.example.org",
      ":path", "/shop/items?page=3&order=price",
      "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "accept-encoding", "gzip, deflate, br",
      "accept-language", "en-GB,en;q=0.7,de;q=0.3",
      "referer", "https://www.example.org/shop/items?page=2&order=price",
      "user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "cookie", "session=b2xkLWZhc2hpb25lZC1sb29t"),

  /** Eight fields, as a server answers. */
  RESPONSE(
      ":status", "200",
      "content-type", "text/html; charset=utf-8",
      "content-length", "18273",
      "date", "Mon, 23 Nov 2026 09:30:00 GMT",
      "etag", "\"5f1c-63a8c1d2b7e40\"",
      "cache-control", "max-age=3600, must-revalidate",
      "vary", "accept-encoding",
      "server", "heddle"),

  /** A request with 4 KiB of cookie. */
  LARGE_COOKIE(
      ":method", "GET",
      ":scheme", "https",
      ":authority", "www.example.org",
      ":path", "/",
      "cookie", cookie(4_096));

  private final String[] namesAndValues;
  private final Headers headers;
  private final byte[] encoded;

  Sections(String... namesAndValues) {
    this.namesAndValues = namesAndValues;
    headers = Headers.of(namesAndValues);
    ByteBuilder out = new ByteBuilder();
    FieldSectionEncoder.encode(headers, out);
    encoded = out.toByteArray();
  }

  String[] namesAndValues() {
    return namesAndValues.clone();
  }

  /** The section as the api has it. */
  public Headers headers() {
    return headers;
  }

  List<HeaderField> fields() {
    return headers.fields();
  }

  byte[] encoded() {
    return encoded.clone();
  }

  private static String cookie(int length) {
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("id=");
    while (text.length() < length) {
      text.append(digits.charAt(random.nextInt(digits.length())));
    }
    return text.toString();
  }
}
