package dev.heddle.interop;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What a raw peer saw while it played a script. */
record Seen(Reply reply) {

  boolean open() {
    return reply.object("connection").text("state").equals("open");
  }

  /** The code of the application close that the other side sent. */
  OptionalLong closeCode() {
    Reply connection = reply.object("connection");
    boolean closed = connection.text("state").equals("application") && connection.truth("remote");
    return closed ? OptionalLong.of(connection.number("code")) : OptionalLong.empty();
  }

  String closeReason() {
    Reply connection = reply.object("connection");
    return connection.has("reason") ? connection.text("reason") : "";
  }

  /** Steps that waited in vain or could not be done. */
  List<String> notes() {
    return reply.texts("notes");
  }

  /** How many of the script's streams the other side reset, nameless ones too. */
  long resets() {
    Map<String, Object> resets = reply.object("resets").values();
    return resets.values().stream().mapToLong(count -> (Long) count).sum();
  }

  /** The QUIC datagrams that came, in hexadecimal digits, the first thousand. */
  List<String> datagrams() {
    return has("datagrams")
        ? reply.object("streams").object("datagrams").texts("packets")
        : List.of();
  }

  boolean has(String stream) {
    return reply.object("streams").has(stream);
  }

  Stream stream(String name) {
    return new Stream(reply.object("streams").object(name));
  }

  @Override
  public String toString() {
    return reply.toString();
  }

  /** What came on one stream. */
  record Stream(Reply reply) {
    boolean ended() {
      return reply.truth("fin");
    }

    OptionalLong resetCode() {
      return reply.optionalNumber("reset");
    }

    OptionalLong stopCode() {
      return reply.optionalNumber("stopped");
    }

    long total() {
      return reply.number("total");
    }

    String hex() {
      return reply.text("hex");
    }

    List<Reply> frames(long type) {
      return reply.objects("frames").stream().filter(f -> f.number("type") == type).toList();
    }

    /** The statuses of all responses on a request stream, interim ones too. */
    List<String> statuses() {
      return frames(Bytes.HEADERS).stream()
          .flatMap(frame -> frame.pairs("fields").stream())
          .filter(field -> field.getFirst().equals(":status"))
          .map(List::getLast)
          .toList();
    }
  }
}
