package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.loom.StreamResetException;
import tech.kwik.core.loom.StreamStoppedException;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LoomStreamTest {

  private static final byte[] BUFFER = new byte[100_000];

  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readAll(LoomStream stream) throws IOException {
    byte[] buffer = new byte[1000];
    StringBuilder text = new StringBuilder();
    for (int n = stream.read(buffer, 0, 1000); n >= 0; n = stream.read(buffer, 0, 1000)) {
      text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  @Test
  void partsOfOneWriteTravelTogether() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      stream.write(true, bytes("header "), bytes(""), bytes("payload"));
      LoomStream atServer = pair.nextAtServer();
      byte[] buffer = new byte[100];
      assertThat(atServer.read(buffer, 0, 100)).isEqualTo(14);
      assertThat(new String(buffer, 0, 14, StandardCharsets.UTF_8)).isEqualTo("header payload");
      assertThat(atServer.read(buffer, 0, 100)).isEqualTo(-1);
    }
  }

  @Test
  void readOfLengthZeroReturnsZeroAtOnce() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      assertThat(pair.client.openStream(true).read(BUFFER, 0, 0)).isZero();
    }
  }

  @Test
  void awaitReadableSaysWhetherAReadWouldWait() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      stream.write(false, bytes("a"));
      LoomStream atServer = pair.nextAtServer();
      assertThat(atServer.awaitReadable(WAIT_NANOS)).isTrue();
      atServer.read(BUFFER, 0, 10);
      assertThat(atServer.awaitReadable(0)).isFalse();
      assertThat(atServer.awaitReadable(1_000_000)).isFalse();
      stream.write(true, bytes(""));
      assertThat(atServer.awaitReadable(WAIT_NANOS)).isTrue();
      assertThat(atServer.read(BUFFER, 0, 10)).isEqualTo(-1);
      assertThat(atServer.awaitReadable(0)).isTrue();
      atServer.reset(7);
      assertThat(stream.awaitReadable(WAIT_NANOS)).isTrue();
    }
  }

  @Test
  void aStopIsToldAtOnce() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      CountDownLatch told = new CountDownLatch(1);
      stream.onStopped(told::countDown);
      stream.write(false, bytes("a"));
      pair.nextAtServer().stopSending(9);
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(stream.stoppedCode()).hasValue(9);
      CountDownLatch late = new CountDownLatch(1);
      stream.onStopped(late::countDown);
      assertThat(late.getCount()).isZero();
    }
  }

  @Test
  void aResetOfOneDirectionLeavesTheOtherAlone() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      stream.write(false, bytes("a"));
      LoomStream atServer = pair.nextAtServer();
      stream.reset(77);
      assertThatThrownBy(() -> readToEnd(atServer))
          .isInstanceOfSatisfying(
              StreamResetException.class, e -> assertThat(e.code()).isEqualTo(77));
      assertThat(atServer.resetCode()).hasValue(77);
      atServer.write(true, bytes("still here"));
      assertThat(readAll(stream)).isEqualTo("still here");
    }
  }

  @Test
  void stopSendingEndsTheWriterAndIsAnsweredWithItsCode() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      stream.write(false, bytes("a"));
      LoomStream atServer = pair.nextAtServer();
      atServer.stopSending(88);
      atServer.stopSending(89);
      assertThatThrownBy(() -> writeForEver(stream))
          .isInstanceOfSatisfying(
              StreamStoppedException.class, e -> assertThat(e.code()).isEqualTo(88));
      assertThat(stream.stoppedCode()).hasValue(88);
      atServer.write(true, bytes("answer"));
      assertThat(readAll(stream)).isEqualTo("answer");
      // The server's receiving part is done only by RESET_STREAM, so an empty table proves it.
      awaitEmpty(pair);
      assertThat(atServer.resetCode()).hasValue(88);
    }
  }

  @Test
  void aStreamThatWasReceivedInFullIgnoresALaterReset() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(false);
      stream.write(true, bytes("complete"));
      LoomStream atServer = pair.nextAtServer();
      stream.reset(1);
      assertThat(readAll(atServer)).isEqualTo("complete");
    }
  }

  @Test
  void unidirectionalStreamsRefuseTheOtherDirection() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(false);
      stream.write(false, bytes("a"));
      assertThatThrownBy(() -> stream.read(BUFFER, 0, 1)).isInstanceOf(IOException.class);
      LoomStream atServer = pair.nextAtServer();
      assertThatThrownBy(() -> atServer.write(true)).isInstanceOf(IOException.class);
      atServer.reset(1);
      stream.stopSending(1);
      stream.write(true, bytes("b"));
      assertThat(readAll(atServer)).isEqualTo("ab");
    }
  }

  @Test
  void writingAfterTheEndFails() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      stream.write(true, bytes("a"));
      assertThatThrownBy(() -> stream.write(false, bytes("b"))).isInstanceOf(IOException.class);
    }
  }

  private static void readToEnd(LoomStream stream) throws IOException {
    byte[] buffer = new byte[100];
    while (stream.read(buffer, 0, 100) >= 0) {}
  }

  private static void writeForEver(LoomStream stream) throws IOException {
    while (true) {
      stream.write(false, ByteBuffer.wrap(BUFFER));
    }
  }

  private static void awaitEmpty(LoomPair pair) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (pair.server.streamCount() + pair.client.streamCount() > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
