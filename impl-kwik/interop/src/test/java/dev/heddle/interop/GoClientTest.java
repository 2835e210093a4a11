package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** quic-go's client against the sample server: the rows of endpoints.md. */
@ExtendWith(Rig.Resolver.class)
@Timeout(120)
class GoClientTest {
  private Target server;
  private Peer client;

  @BeforeEach
  void findPeers(Rig rig) {
    server = rig.target();
    client = rig.client();
  }

  private Ask ask(String method, String path) {
    return Ask.of(server, method, path);
  }

  private static Reply ok(Reply reply) {
    assertThat(reply.has("error")).as("%s", reply).isFalse();
    assertThat(reply.number("status")).as("%s", reply).isEqualTo(200);
    return reply;
  }

  private static List<String> values(Reply reply, String where, String name) {
    return reply.object(where).texts(name);
  }

  @Test
  void theRootListsTheEndpoints() {
    Reply reply = ok(ask("GET", "/").send(client));
    assertThat(reply.text("text")).contains("/echo", "/sink", "/bytes", "/forever");
    assertThat(values(reply, "headers", "Content-Type").getFirst()).startsWith("text/plain");
  }

  @Test
  void echoSendsBodyTypeAndTrailersBack() {
    Reply reply =
        ok(
            ask("POST", "/echo")
                .header("content-type", "text/x-test")
                .with("text", "hello")
                .trailer("x-checksum", "42")
                .send(client));
    assertThat(reply.text("text")).isEqualTo("hello");
    assertThat(values(reply, "headers", "Content-Type")).containsExactly("text/x-test");
    assertThat(values(reply, "trailers", "X-Checksum")).containsExactly("42");
  }

  @Test
  void echoIsFullDuplex() {
    Reply reply = ok(ask("POST", "/echo").with("rounds", 200).send(client));
    assertThat(reply.number("rounds")).isEqualTo(200);
    assertThat(reply.number("bytes")).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 65_536, 20_000_000})
  void echoKeepsEveryByte(long size) {
    Reply reply =
        ok(ask("POST", "/echo").with("pattern", size).with("millis", 60_000).send(client));
    assertThat(reply.text("sha256")).isEqualTo(Pattern.sha256(size));
  }

  @ParameterizedTest
  @CsvSource({"0,false", "1,true", "1000000,false", "1000000,true", "50000000,false"})
  void sinkCountsAndHashesTheBody(long size, boolean known) {
    Reply reply =
        ok(
            ask("POST", "/sink")
                .with("pattern", size)
                .with("known", known)
                .with("millis", 60_000)
                .send(client));
    assertThat(reply.text("text")).isEqualTo(size + " " + Pattern.sha256(size) + "\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 250, 252, 65_537, 50_000_000})
  void bytesSendsThePattern(long size) {
    Reply reply = ok(ask("GET", "/bytes?n=" + size).with("millis", 60_000).send(client));
    assertThat(reply.number("contentLength")).isEqualTo(size);
    assertThat(reply.number("bytes")).isEqualTo(size);
    assertThat(reply.text("sha256")).isEqualTo(Pattern.sha256(size));
  }

  @Test
  void aSlowReaderGetsEveryByte() {
    Reply reply =
        ok(
            ask("GET", "/bytes?n=3000000")
                .with("pauseBytes", 300_000)
                .with("pauseMillis", 50)
                .send(client));
    assertThat(reply.text("sha256")).isEqualTo(Pattern.sha256(3_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void headersListsFieldsWithPseudoFieldsFirst(String method) {
    Reply reply = ok(ask(method, "/headers?a=b").header("x-test", "one two").send(client));
    assertThat(reply.text("text").lines())
        .contains(":method: " + method, ":path: /headers?a=b", ":scheme: https", "x-test: one two");
    assertThat(reply.text("text")).startsWith(":");
  }

  @Test
  void trailersFollowTheBody() {
    Reply reply = ok(ask("GET", "/trailers").send(client));
    assertThat(reply.text("text")).isEqualTo("hello\n");
    assertThat(values(reply, "trailers", "X-One")).containsExactly("1");
    assertThat(values(reply, "trailers", "X-Two")).containsExactly("2");
  }

  @Test
  void twoEarlyHintsComeBeforeTheResponse() {
    Reply reply = ok(ask("GET", "/hints").send(client));
    List<Reply> hints = reply.objects("informational");
    assertThat(hints).extracting(hint -> hint.number("status")).containsExactly(103L, 103L);
    assertThat(hints)
        .extracting(hint -> values(hint, "headers", "Link").getFirst())
        .containsExactly("</style.css>; rel=preload", "</app.js>; rel=preload");
    assertThat(reply.text("text")).isEqualTo("ok\n");
  }

  @Test
  void slowAnswersLate() {
    long start = System.nanoTime();
    assertThat(ok(ask("GET", "/slow?ms=300").send(client)).text("text")).isEqualTo("slow\n");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 301, 304, 404, 418, 500, 599})
  void statusIsWhatWasAskedFor(int code) {
    Reply reply = ask("GET", "/status?code=" + code).send(client);
    assertThat(reply.has("error")).as("%s", reply).isFalse();
    assertThat(reply.number("status")).isEqualTo(code);
    assertThat(reply.number("bytes")).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x100, 0x10b, 268, 4_000_000_000L, (1L << 62) - 1})
  void resetCarriesItsCode(long code) {
    Reply error = ask("GET", "/reset?code=" + code).send(client).object("error");
    assertThat(error.text("kind")).isEqualTo("stream");
    assertThat(error.truth("remote")).isTrue();
    assertThat(error.number("code")).isEqualTo(code);
  }

  @Test
  void anEndlessResponseEndsWhenTheClientCancels() {
    Reply reply = ask("GET", "/forever").with("cancelAfter", 1_000_000).send(client);
    assertThat(reply.object("error").truth("remote")).isFalse();
    ok(ask("GET", "/").send(client));
  }

  @Test
  void headHasTheFieldsOfGetAndNoBody() {
    Reply reply = ok(ask("HEAD", "/bytes?n=5000").send(client));
    assertThat(values(reply, "headers", "Content-Length")).containsExactly("5000");
    assertThat(reply.number("bytes")).isZero();
  }

  @Test
  void otherPathsGet404AndOtherMethods405() {
    assertThat(ask("GET", "/nowhere").send(client).number("status")).isEqualTo(404);
    Reply reply = ask("POST", "/hints").with("text", "x").send(client);
    assertThat(reply.number("status")).isEqualTo(405);
    assertThat(String.join(",", values(reply, "headers", "Allow"))).contains("GET");
  }

  @Test
  void aThousandRequestsShareOneConnection() {
    Reply reply =
        ask("GET", "/bytes?n=1000")
            .with("wantStatus", 200)
            .with("wantSha256", Pattern.sha256(1_000))
            .sendMany(client, 2_000, 50);
    assertThat(reply.number("good")).as("%s", reply).isEqualTo(2_000);
  }

  @Test
  void aBlockedUploadDoesNotHoldUpOthers() {
    CompletableFuture<Reply> big =
        ask("POST", "/sink").with("pattern", 30_000_000).with("millis", 60_000).begin(client);
    Reply many =
        ask("POST", "/echo").with("text", "x").with("wantStatus", 200).sendMany(client, 200, 10);
    assertThat(many.number("good")).as("%s", many).isEqualTo(200);
    ok(Peer.wait(big));
  }

  @Test
  void cancelledRequestsLeaveTheConnectionWhole() {
    ask("GET", "/forever").with("cancelAfter", 10_000).sendMany(client, 100, 10);
    Reply reply = ask("GET", "/").with("wantStatus", 200).sendMany(client, 100, 10);
    assertThat(reply.number("good")).as("%s", reply).isEqualTo(100);
  }

  @Test
  void closingTheConnectionEndsItsRequests() {
    CompletableFuture<Reply> slow = ask("GET", "/slow?ms=30000").on("closing").begin(client);
    ok(ask("GET", "/").on("closing").send(client));
    client.ask("close", Map.of("connection", server.origin() + "closing"));
    assertThat(Peer.wait(slow).has("error")).isTrue();
    ok(ask("GET", "/").send(client));
  }
}
