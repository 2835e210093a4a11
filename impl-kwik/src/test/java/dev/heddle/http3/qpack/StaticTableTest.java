package dev.heddle.http3.qpack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticTableTest {
  @ParameterizedTest
  @CsvSource({
    "0, :authority, ''",
    "1, :path, /",
    "5, cookie, ''",
    "15, :method, CONNECT",
    "25, :status, 200",
    "29, accept, */*",
    "31, accept-encoding, 'gzip, deflate, br'",
    "54, content-type, text/plain;charset=utf-8",
    "58, strict-transport-security, max-age=31536000; includesubdomains; preload",
    "62, x-xss-protection, 1; mode=block",
    "63, :status, 100",
    "74, access-control-allow-credentials, TRUE",
    "77, access-control-allow-methods, 'get, post, options'",
    "85, content-security-policy, " + "script-src ''none''; object-src ''none''; base-uri ''none''",
    "98, x-frame-options, sameorigin",
  })
  void entriesAreThoseOfTheRfc(int index, String name, String value) {
    assertThat(StaticTable.name(index)).isEqualTo(name);
    assertThat(StaticTable.value(index)).isEqualTo(value.replace("''", "'"));
  }

  @Test
  void everyEntryIsFoundByItsFieldAndItsName() {
    for (int i = 0; i < StaticTable.SIZE; i++) {
      String name = new String(StaticTable.name(i).toCharArray());
      assertThat(KnownNames.find(name, StaticTable.value(i))).isEqualTo(i);
      int byName = ~KnownNames.find(name, "no such value");
      assertThat(StaticTable.name(byName)).isEqualTo(name);
      assertThat(byName).isLessThanOrEqualTo(i);
      byte[] octets = ("x" + name + "y").getBytes();
      assertThat(KnownNames.of(octets, 1, name.length())).isEqualTo(name);
    }
  }

  @Test
  void namesThatAreNotThereAreNotFound() {
    assertThat(KnownNames.find("x-no-such-name", "")).isEqualTo(KnownNames.ABSENT);
    assertThat(KnownNames.find("", "")).isEqualTo(KnownNames.ABSENT);
    assertThat(KnownNames.find("priority", "u=1")).isEqualTo(KnownNames.ABSENT);
    assertThat(KnownNames.of("priority".getBytes(), 0, 8)).isSameAs("priority");
    assertThat(KnownNames.of("priority".getBytes(), 0, 7)).isNull();
    assertThat(KnownNames.of(new byte[0], 0, 0)).isNull();
  }
}
