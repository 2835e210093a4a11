package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;
import tech.kwik.flupke.Http3Client;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;

/** flupke, as released, runs on this build: client and server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FlupkeTest {

  @Test
  void flupkeClientTalksToFlupkeServer() throws Exception {
    var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (ServerConnector server = server(socket)) {
      assertThat(server.getRegisteredApplicationProtocols()).containsExactly("h3");
      HttpClient client =
          Http3Client.newBuilder().disableCertificateCheck().logger(new NullLogger()).build();
      URI uri = URI.create("https://127.0.0.1:" + socket.getLocalPort() + "/echo");
      byte[] body = new byte[1_000_000];
      new Random(3).nextBytes(body);
      for (int i = 0; i < 20; i++) {
        HttpResponse<byte[]> small =
            client.send(
                request(uri, new byte[] {1, 2, 3}), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(small.body()).containsExactly(1, 2, 3);
      }
      HttpResponse<byte[]> response =
          client.send(request(uri, body), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
  }

  private static HttpRequest request(URI uri, byte[] body) {
    return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
  }

  private static ServerConnector server(DatagramSocket socket) throws Exception {
    ServerConnector server =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(
                TestCertificate.keyStore(),
                TestCertificate.ALIAS,
                TestCertificate.PASSWORD.toCharArray())
            .withConfiguration(
                ServerConnectionConfig.builder()
                    .maxOpenPeerInitiatedBidirectionalStreams(50)
                    .maxOpenPeerInitiatedUnidirectionalStreams(50)
                    .build())
            .withLogger(new NullLogger())
            .build();
    server.registerApplicationProtocol("h3", new Http3ApplicationProtocolFactory(FlupkeTest::echo));
    server.start();
    return server;
  }

  private static void echo(HttpServerRequest request, HttpServerResponse response)
      throws java.io.IOException {
    byte[] body = request.body().readAllBytes();
    response.setStatus(200);
    response.getOutputStream().write(body);
    response.getOutputStream().close();
  }
}
