package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.session.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramFormat;
import dev.heddle.DatagramOptions;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The three modes of a session and what two Heddles do in them. */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramModesTest {
  @Test
  void withoutContextsDatagramsGoBothWays() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      DatagramContext there = talk.server().datagramNoContext();
      assertThat(here.contextId()).isEmpty();
      here.writeDatagram(bytes("there"));
      assertThat(text(there.readDatagram())).isEqualTo("there");
      there.writeDatagram(bytes("and back"));
      assertThat(text(here.readDatagram())).isEqualTo("and back");
      here.writeDatagram(new byte[0]);
      assertThat(there.readDatagram()).isEmpty();
      assertThat(talk.client().datagramNoContext()).isSameAs(here);
    }
  }

  @Test
  void contextsOfBothSidesShareOneStream() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext zero = talk.client().registerDatagramContext();
      DatagramContext two = talk.client().registerDatagramContext();
      DatagramContext zeroThere = talk.server().acceptDatagramContext();
      DatagramContext twoThere = talk.server().acceptDatagramContext();
      DatagramContext oneThere = talk.server().registerDatagramContext();
      DatagramContext one = talk.client().acceptDatagramContext();
      assertThat(List.of(zero, two, one))
          .extracting(context -> context.contextId().getAsLong())
          .containsExactly(0L, 2L, 1L);
      exchange(zero, zeroThere);
      exchange(two, twoThere);
      exchange(one, oneThere);
    }
  }

  private static void exchange(DatagramContext here, DatagramContext there) throws Exception {
    assertThat(here.contextId()).isEqualTo(there.contextId());
    String name = "of " + here.contextId().getAsLong();
    here.writeDatagram(bytes(name));
    assertThat(text(there.readDatagram())).isEqualTo(name);
    there.writeDatagram(bytes("back " + name));
    assertThat(text(here.readDatagram())).isEqualTo("back " + name);
  }

  @Test
  void manyContextsKeepTheirDatagramsApart() throws Exception {
    try (Talk talk = Talk.open()) {
      List<DatagramContext> here = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        here.add(talk.client().registerDatagramContext());
      }
      List<DatagramContext> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(talk.server().acceptDatagramContext());
      }
      for (int i = 99; i >= 0; i--) {
        here.get(i).writeDatagram(bytes("for " + 2 * i));
      }
      for (DatagramContext there : all) {
        assertThat(text(there.readDatagram())).isEqualTo("for " + there.contextId().getAsLong());
      }
    }
  }

  // RFC 9298 §5: context 0 needs no registration
  @Test
  void connectUdpHasContextZeroFromTheStart() throws Exception {
    try (Talk talk = Talk.open("connect-udp")) {
      DatagramContext here = talk.client().acceptDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      assertThat(here.contextId()).hasValue(0);
      exchange(here, there);
      DatagramContext two = talk.client().registerDatagramContext();
      assertThat(two.contextId()).hasValue(2);
      exchange(two, talk.server().acceptDatagramContext());
      assertThatThrownBy(() -> talk.client().datagramNoContext())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void connectUdpLetsAServerRegisterAtOnce() throws Exception {
    try (Talk talk = Talk.open("connect-udp")) {
      DatagramContext there = talk.server().registerDatagramContext();
      assertThat(there.contextId()).hasValue(1);
      assertThat(talk.client().acceptDatagramContext().contextId()).hasValue(0);
      exchange(talk.client().acceptDatagramContext(), there);
    }
  }

  @Test
  void webTransportHasNoContexts() throws Exception {
    for (String protocol : new String[] {"webtransport", "webtransport-h3"}) {
      try (Talk talk = Talk.open(protocol)) {
        for (Session session : new Session[] {talk.client(), talk.server()}) {
          assertThatThrownBy(session::registerDatagramContext)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("datagramNoContext()");
        }
        talk.client().datagramNoContext().writeDatagram(bytes("x"));
        assertThat(text(talk.server().datagramNoContext().readDatagram())).isEqualTo("x");
      }
    }
  }

  @Test
  void theFirstKindIsTheOnlyKind() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.client().datagramNoContext();
      assertThatThrownBy(() -> talk.client().registerDatagramContext())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("datagramNoContext()");
      assertThatThrownBy(() -> talk.client().acceptDatagramContext())
          .isInstanceOf(IllegalStateException.class);
    }
    try (Talk talk = Talk.open()) {
      talk.client().registerDatagramContext();
      assertThatThrownBy(() -> talk.client().datagramNoContext())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("registerDatagramContext()");
      talk.server().acceptDatagramContext();
      assertThatThrownBy(() -> talk.server().datagramNoContext())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aServerRegistersNothingBeforeTheClientDid() throws Exception {
    try (Talk talk = Talk.open()) {
      assertThatThrownBy(() -> talk.server().registerDatagramContext())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("accepted one");
    }
  }

  @Test
  void aRegistrationWithoutContextsFixesTheServersMode() throws Exception {
    DatagramOptions telling = DatagramOptions.defaults().registeringNoContext();
    try (Talk talk = Talk.open("talk", Limits.defaults(), telling)) {
      DatagramContext here = talk.client().datagramNoContext();
      assertThatThrownBy(() -> talk.server().acceptDatagramContext())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("datagramNoContext()");
      here.writeDatagram(bytes("x"));
      assertThat(text(talk.server().datagramNoContext().readDatagram())).isEqualTo("x");
    }
  }

  @Test
  void aContextIsDeniedWhereThisSideHasChosenNone() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.server().datagramNoContext();
      DatagramContext context = talk.client().registerDatagramContext();
      assertThatThrownBy(context::readDatagram)
          .isInstanceOfSatisfying(
              DatagramContextClosedException.class,
              e -> {
                assertThat(e.code()).isEqualTo(DatagramCloseCode.DENIED);
                assertThat(e.fromPeer()).isTrue();
              });
      assertThatThrownBy(() -> context.writeDatagram(bytes("x")))
          .isInstanceOf(DatagramContextClosedException.class);
      // draft-04 §4.4.3.1: what was denied is not tried again, another format is
      assertThatThrownBy(() -> talk.client().registerDatagramContext())
          .isInstanceOf(DatagramContextClosedException.class)
          .hasMessageContaining("refused this format");
      talk.client().registerDatagramContext(new DatagramFormat(0, new byte[] {1}));
    }
  }

  @Test
  void theFormatIsSeenAndCanBeRefused() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramFormat format = new DatagramFormat(0x1234, bytes("more"));
      DatagramContext here = talk.client().registerDatagramContext(format);
      assertThat(here.format()).isEqualTo(format);
      DatagramContext there = talk.server().acceptDatagramContext();
      assertThat(there.format()).isEqualTo(format);
      there.close(DatagramCloseCode.UNKNOWN_FORMAT, "what is that?");
      assertThatThrownBy(here::readDatagram)
          .isInstanceOfSatisfying(
              DatagramContextClosedException.class,
              e -> {
                assertThat(e.code()).isEqualTo(DatagramCloseCode.UNKNOWN_FORMAT);
                assertThat(e.details()).isEqualTo("what is that?");
              });
      // draft-04 §4.4.3.1: the same type is not registered again, whatever its data
      assertThatThrownBy(
              () -> talk.client().registerDatagramContext(new DatagramFormat(0x1234, new byte[0])))
          .isInstanceOf(DatagramContextClosedException.class);
      exchange(talk.client().registerDatagramContext(), talk.server().acceptDatagramContext());
    }
  }

  @Test
  void aClosedContextLeavesTheOthersWorking() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext first = talk.client().registerDatagramContext();
      DatagramContext second = talk.client().registerDatagramContext();
      DatagramContext firstThere = talk.server().acceptDatagramContext();
      DatagramContext secondThere = talk.server().acceptDatagramContext();
      first.close();
      assertThatThrownBy(firstThere::readDatagram)
          .isInstanceOfSatisfying(
              DatagramContextClosedException.class,
              e -> assertThat(e.code()).isEqualTo(DatagramCloseCode.NO_ERROR));
      firstThere.close(); // crossing closes are no violation
      exchange(second, secondThere);
      exchange(talk.client().registerDatagramContext(), talk.server().acceptDatagramContext());
    }
  }

  @Test
  void earlyDatagramsWaitForTheirContextAndKeepTheirOrder() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      for (int i = 0; i < 5; i++) {
        here.writeDatagram(bytes("early " + i));
      }
      DatagramContext there = talk.server().datagramNoContext();
      here.writeDatagram(bytes("late"));
      for (int i = 0; i < 5; i++) {
        assertThat(text(there.readDatagram())).isEqualTo("early " + i);
      }
      assertThat(text(there.readDatagram(Duration.ofSeconds(10)).orElseThrow())).isEqualTo("late");
    }
  }
}
