package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void whatIsNotSentHasItsDefault() throws IOException {
    for (Settings settings : List.of(Settings.NONE, Settings.parse(new byte[0]))) {
      assertThat(settings.qpackMaxTableCapacity()).isZero();
      assertThat(settings.qpackBlockedStreams()).isZero();
      assertThat(settings.maxFieldSectionSize()).isEmpty();
      assertThat(settings.extendedConnect()).isFalse();
      assertThat(settings.datagrams()).isFalse();
      assertThat(settings.value(0x2b603742)).isEmpty();
    }
  }

  @Test
  void everySettingIsRead() throws IOException {
    Settings settings = Settings.parse(hex("01 5000 06 80010000 07 10 08 01 33 01 ab603742 01"));
    assertThat(settings.qpackMaxTableCapacity()).isEqualTo(4096);
    assertThat(settings.maxFieldSectionSize()).hasValue(65536);
    assertThat(settings.qpackBlockedStreams()).isEqualTo(16);
    assertThat(settings.extendedConnect()).isTrue();
    assertThat(settings.datagrams()).isTrue();
    assertThat(settings.value(0x2b603742)).hasValue(1);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Settings sent = Settings.NONE.with(1, 0).with(8, 1).with(0x33, 0).withGrease(1000, VarInt.MAX);
    ByteBuilder out = new ByteBuilder();
    FrameWriter.settings(sent, out);
    FrameReader frames = new FrameReader(source(out.toByteArray(), 1));
    assertThat(frames.next()).isEqualTo(FrameType.SETTINGS);
    Settings received = frames.settings(100);
    assertThat(received.values()).containsExactlyEntriesOf(sent.values());
  }

  @Test
  void unknownSettingsAreIgnored() throws IOException {
    // RFC 9114 §7.2.4
    Settings settings = Settings.parse(hex("21 ffffffffffffffff fffffffffffffffe 00 0a 05 08 01"));
    assertThat(settings.extendedConnect()).isTrue();
    assertThat(settings.value(0x21)).hasValue(VarInt.MAX);
  }

  @Test
  void manyUnknownSettingsAreNotKeptButKnownOnesAreFound() throws IOException {
    List<byte[]> parts = new ArrayList<>();
    for (int id = 0x1000; id < 0x1400; id++) {
      parts.add(new byte[] {(byte) (0x40 | id >> 8), (byte) id, 0});
    }
    parts.add(hex("3301"));
    Settings settings = Settings.parse(Bytes.concat(parts.toArray(byte[][]::new)));
    assertThat(settings.values()).hasSizeLessThan(100);
    assertThat(settings.datagrams()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000", "0201", "034064", "0400", "0500", "0801 0200", "4002 00"})
  void http2SettingsAreSettingsErrors(String payload) {
    // RFC 9114 §7.2.4.1
    assertConnectionError(H3Error.H3_SETTINGS_ERROR, () -> Settings.parse(hex(payload)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600 0600", "2100 2101", "0801 400801", "3301 0a00 3301"})
  void aSettingThatComesTwiceIsASettingsError(String payload) {
    // RFC 9114 §7.2.4
    assertConnectionError(H3Error.H3_SETTINGS_ERROR, () -> Settings.parse(hex(payload)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3302", "33ffffffffffffffff"})
  void datagramsAreOnOrOff(String payload) {
    // RFC 9297 §2.1.1
    assertConnectionError(H3Error.H3_SETTINGS_ERROR, () -> Settings.parse(hex(payload)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0802", "084040"})
  void extendedConnectIsOnOrOff(String payload) {
    // RFC 9220 §3
    assertConnectionError(H3Error.H3_SETTINGS_ERROR, () -> Settings.parse(hex(payload)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"06", "0640", "40", "3301 06", "33018001"})
  void aPayloadThatEndsInsideASettingIsAFrameError(String payload) {
    // RFC 9114 §7.1
    assertConnectionError(H3Error.H3_FRAME_ERROR, () -> Settings.parse(hex(payload)));
  }

  @Test
  void aFrameOverTheLimitIsExcessiveLoadBeforeItsBytesCome() throws IOException {
    FrameReader frames = new FrameReader(source("04 bfffffff"));
    frames.next();
    assertConnectionError(H3Error.H3_EXCESSIVE_LOAD, () -> frames.settings(4096));
  }

  @Test
  void illegalSettingsCannotBeMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.NONE.with(0x02, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.NONE.with(0x33, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.NONE.with(-1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.NONE.with(0x06, 1L << 62));
  }
}
