package dev.heddle.samples.docs;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import java.net.URI;

final class HeadersSnippet {
  private HeadersSnippet() {}

  static void headers(String token) {
    // @start region=headers
    Headers request =
        Headers.request("POST", URI.create("https://example.org/notes?tag=a"))
            .with("content-type", "text/plain")
            .with(new HeaderField("authorization", "Bearer " + token, true));

    String target = request.path().orElseThrow(); // /notes?tag=a
    for (HeaderField field : request) {
      System.out.println(field); // in order; a sensitive value is left out
    }
    Headers notFound = Headers.status(404).with("content-type", "text/plain");
    // @end
    System.out.println(target + notFound);
  }
}
