package dev.heddle.http3.session;

import dev.heddle.PeerSettings;
import dev.heddle.http3.wire.Settings;
import java.util.OptionalLong;

/** The peer's SETTINGS as the api shows them. */
record ReceivedSettings(Settings settings) implements PeerSettings {
  @Override
  public OptionalLong maxFieldSectionBytes() {
    return settings.maxFieldSectionSize();
  }

  @Override
  public boolean extendedConnect() {
    return settings.extendedConnect();
  }

  @Override
  public boolean datagrams() {
    return settings.datagrams();
  }

  @Override
  public OptionalLong value(long identifier) {
    return settings.value(identifier);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
