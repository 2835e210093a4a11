package dev.heddle.bench;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The results as text: a line for each figure, a column for each peer, its ratio to Heddle beside.
 */
final class Table {
  /** What Heddle may take of the time of bare streams. */
  private static final double BAR = 1.15;

  private final Results results;

  Table(Results results) {
    this.results = results;
  }

  private record Figure(
      String title, Row row, boolean moreIsBetter, ToDoubleFunction<Measured> value) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure(
              "POST echo 100 B, 100 in flight [requests/s]",
              Row.ECHO_100,
              true,
              Measured::perSecond),
          new Figure(
              "POST echo 100 B, one at a time, median [us]",
              Row.ECHO_1,
              false,
              one -> one.medianNanos() / 1e3),
          new Figure(
              "POST echo 100 B, one at a time, p99 [us]",
              Row.ECHO_1,
              false,
              one -> one.p99Nanos() / 1e3),
          new Figure("upload on one stream [MB/s]", Row.UPLOAD, true, one -> one.perSecond() / 1e6),
          new Figure(
              "download on one stream [MB/s]", Row.DOWNLOAD, true, one -> one.perSecond() / 1e6),
          rate("new connections, one at a time [connections/s]", Row.CONNECT_1),
          rate("new connections, 8 at a time [connections/s]", Row.CONNECT_8),
          memory("idle connection, server [KiB]", Measured::serverBytes),
          memory("idle connection, client [KiB]", Measured::clientBytes),
          roundTrip("datagram 100 B, one at a time, median [us]", Row.PING_100),
          roundTrip("datagram 1,000 B, one at a time, median [us]", Row.PING_1000),
          rate("datagram echo 100 B, 256 in flight [datagrams/s]", Row.DATAGRAMS_100),
          rate("datagram echo 1,000 B, 256 in flight [datagrams/s]", Row.DATAGRAMS_1000),
          rate("the same, 100 B, 1 context [datagrams/s]", Row.CONTEXTS_1),
          rate("the same, 100 contexts, 100 sessions [datagrams/s]", Row.CONTEXTS_100),
          rate("the same, 10,000 contexts, 100 sessions [datagrams/s]", Row.CONTEXTS_10000),
          steady("20,000 datagrams/s, 1 context, processor time of each [us]", Row.STEADY_1),
          steady("20,000 datagrams/s, 100 contexts, processor time of each [us]", Row.STEADY_100),
          steady(
              "20,000 datagrams/s, 10,000 contexts, processor time of each [us]",
              Row.STEADY_10000));

  private static Figure roundTrip(String title, Row row) {
    return new Figure(title, row, false, one -> one.medianNanos() / 1e3);
  }

  private static Figure rate(String title, Row row) {
    return new Figure(title, row, true, Measured::perSecond);
  }

  private static Figure steady(String title, Row row) {
    return new Figure(title, row, false, one -> one.processorNanos() / 1e3 / one.units());
  }

  private static Figure memory(String title, ToLongFunction<Measured> bytes) {
    return new Figure(title, Row.IDLE, false, one -> bytes.applyAsLong(one) / 1024.0 / one.units());
  }

  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(""));
    for (Peer peer : Peer.values()) {
      head.add(peer.title());
    }
    head.add("Heddle / bare");
    lines.add(head);
    for (Figure figure : FIGURES) {
      if (results.rows().contains(figure.row())) {
        lines.add(line(figure));
      }
    }
    StringBuilder text = new StringBuilder(aligned(lines));
    for (Row row : results.rows()) {
      for (Peer peer : Peer.values()) {
        results.failures(row, peer).stream()
            .distinct()
            .forEach(why -> text.append(peer.title() + ", " + row.option() + ": " + why + "\n"));
      }
    }
    return text.toString();
  }

  private List<String> line(Figure figure) {
    Optional<Double> heddle = results.median(figure.row(), Peer.HEDDLE, figure.value());
    List<String> line = new ArrayList<>(List.of(figure.title()));
    for (Peer peer : Peer.values()) {
      line.add(cell(figure, peer, heddle));
    }
    Optional<Double> bare = results.median(figure.row(), Peer.STREAMS, figure.value());
    line.add(
        heddle.isPresent() && bare.isPresent()
            ? againstBare(heddle.get() / bare.get(), figure.moreIsBetter())
            : "-");
    return line;
  }

  private String cell(Figure figure, Peer peer, Optional<Double> heddle) {
    Optional<Double> own = results.median(figure.row(), peer, figure.value());
    if (own.isEmpty()) {
      return results.has(figure.row(), peer) ? "failed" : "-";
    }
    String text = String.format(Locale.ROOT, own.get() < 100 ? "%.1f" : "%,.0f", own.get());
    int failed = results.failures(figure.row(), peer).size();
    if (failed > 0) {
      text += " [" + failed + " failed]";
    }
    return peer == Peer.HEDDLE || heddle.isEmpty()
        ? text
        : text + String.format(Locale.ROOT, " (x%.2f)", own.get() / heddle.get());
  }

  private static String againstBare(double ratio, boolean moreIsBetter) {
    double time = moreIsBetter ? 1 / ratio : ratio;
    return String.format(
        Locale.ROOT,
        "%.2f: %+.0f %% time, %s",
        ratio,
        (time - 1) * 100,
        time <= BAR ? "within the bar" : "OVER THE BAR");
  }

  private static String aligned(List<List<String>> lines) {
    int columns = lines.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        String format = i == 0 ? "| %-" + widths[i] + "s |" : " %" + widths[i] + "s |";
        text.append(String.format(format, line.get(i)));
      }
      text.append('\n');
      if (line == lines.getFirst()) {
        for (int i = 0; i < columns; i++) {
          text.append(i == 0 ? "|" : "").append("-".repeat(widths[i] + 1));
          text.append(i == 0 ? "-|" : ":|");
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
