package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class BufferedByteSourceTest {
  @Test
  void theEndAtABoundaryIsAValue() throws IOException {
    BufferedByteSource source = source("25");
    assertThat(source.atEnd()).isFalse();
    assertThat(source.readByte()).isEqualTo(0x25);
    assertThat(source.atEnd()).isTrue();
    assertThat(source.readByte()).isEqualTo(BufferedByteSource.END);
    assertThat(source.varint()).isEqualTo(BufferedByteSource.END);
    assertThat(source.read(new byte[1], 0, 1)).isEqualTo(BufferedByteSource.END);
    assertThat(source.read(new byte[9000], 0, 9000)).isEqualTo(BufferedByteSource.END);
    assertThat(source.skip(1)).isEqualTo(BufferedByteSource.END);
  }

  @Test
  void theEndInsideAnIntegerIsATruncation() {
    assertThatThrownBy(() -> source("c0000000").varint()).isInstanceOf(TruncatedException.class);
  }

  @Test
  void octetsFrom80ToFfAreNotMistakenForTheEnd() throws IOException {
    BufferedByteSource source = source("ff80");
    assertThat(source.readByte()).isEqualTo(0xff);
    assertThat(source.readByte()).isEqualTo(0x80);
  }

  @Test
  void largeReadsGoStraightIntoTheCallersArray() throws IOException {
    byte[] target = new byte[4096];
    BufferedByteSource source =
        new BufferedByteSource((dst, offset, length) -> {
          assertThat(dst).isSameAs(target);
          assertThat(length).isEqualTo(4096);
          return 7;
        });
    assertThat(source.read(target, 0, 4096)).isEqualTo(7);
  }

  @Test
  void bufferedBytesComeBeforeTheSourcesNext() throws IOException {
    BufferedByteSource source = source(hex("0102030405"), 3);
    assertThat(source.readByte()).isEqualTo(1);
    byte[] target = new byte[9000];
    assertThat(source.read(target, 1, 8999)).isEqualTo(2);
    assertThat(source.read(target, 3, 8997)).isEqualTo(2);
    assertThat(Arrays.copyOf(target, 6)).isEqualTo(hex("000203040500"));
  }

  @Test
  void skippingDiscardsExactlyWhatItReturns() throws IOException {
    BufferedByteSource source = source(hex("0102030405"), 2);
    assertThat(source.skip(1)).isEqualTo(1);
    assertThat(source.skip(100)).isEqualTo(1);
    assertThat(source.readByte()).isEqualTo(3);
  }

  @Test
  void anInterruptedIntegerIsReadWholeTheNextTime() throws IOException {
    Queue<String> script = new ArrayDeque<>(List.of("9d7f", "interrupt", "3e", "7d"));
    BufferedByteSource source = new BufferedByteSource((dst, at, n) -> step(script, dst, at));
    assertThatThrownBy(source::varint).isInstanceOf(InterruptedIOException.class);
    assertThat(source.varint()).isEqualTo(494878333);
    assertThat(source.atEnd()).isTrue();
  }

  /** Plays one step of a script: octets, or an interrupt; then the end. */
  static int step(Queue<String> script, byte[] dst, int offset) throws IOException {
    String step = script.poll();
    if (step == null) {
      return -1;
    }
    if (step.equals("interrupt")) {
      throw new InterruptedIOException();
    }
    byte[] octets = hex(step);
    System.arraycopy(octets, 0, dst, offset, octets.length);
    return octets.length;
  }
}
