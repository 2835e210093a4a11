package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.flupke.Http3Client;

/** flupke's client, with long bodies and many requests, against the sample server. */
@ExtendWith(Rig.Resolver.class)
@Timeout(120)
class FlupkeClientTest {
  private String origin;
  private HttpClient client;

  @BeforeEach
  void connect(Rig rig) throws Exception {
    origin = rig.target().origin();
    client = Http3Client.newBuilder().disableCertificateCheck().build();
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(origin + path)).GET().build(),
        BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 65_537, 30_000_000})
  void downloadsArriveByteForByte(long size) throws Exception {
    HttpResponse<byte[]> response = get("/bytes?n=" + size);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Pattern.read(new ByteArrayInputStream(response.body())))
        .isEqualTo(size + " " + Pattern.sha256(size));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 65_537, 30_000_000})
  void uploadsArriveByteForByte(long size) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Pattern.write(body, size);
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(origin + "/sink"))
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(size + " " + Pattern.sha256(size) + "\n");
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() throws Exception {
    String expected = "1000 " + Pattern.sha256(1_000);
    assertThat(get("/").statusCode()).isEqualTo(200);
    try (ExecutorService threads = Executors.newFixedThreadPool(20, Thread.ofVirtual().factory())) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        answers.add(
            threads.submit(
                () -> Pattern.read(new ByteArrayInputStream(get("/bytes?n=1000").body()))));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void trailersThatFlupkeDoesNotKnowDoNoHarm() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertThat(new String(get("/trailers").body())).isEqualTo("hello\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304, 404, 500})
  void statusIsWhatWasAskedFor(int code) throws Exception {
    HttpResponse<byte[]> response = get("/status?code=" + code);
    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.body()).isEmpty();
  }
}
