package dev.heddle.bench;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What all repetitions came to. */
final class Results {
  private final Map<Row, Map<Peer, List<Measured>>> measured = new EnumMap<>(Row.class);
  private final Map<Row, Map<Peer, List<String>>> failures = new EnumMap<>(Row.class);

  void add(Row row, Peer peer, Measured one) {
    of(measured, row, peer).add(one);
  }

  void addFailure(Row row, Peer peer, String why) {
    of(failures, row, peer).add(why);
  }

  /** The median over all repetitions that gave a result; empty if none did. */
  Optional<Double> median(Row row, Peer peer, ToDoubleFunction<Measured> value) {
    double[] sorted = of(measured, row, peer).stream().mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      return Optional.empty();
    }
    int middle = sorted.length / 2;
    return Optional.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  /** Why repetitions gave no result, one text for each. */
  List<String> failures(Row row, Peer peer) {
    return of(failures, row, peer);
  }

  /** Whether the peer was asked at all. */
  boolean has(Row row, Peer peer) {
    return !of(measured, row, peer).isEmpty() || !of(failures, row, peer).isEmpty();
  }

  /** The rows that were run, in order. */
  List<Row> rows() {
    return Arrays.stream(Row.values())
        .filter(row -> Arrays.stream(Peer.values()).anyMatch(peer -> has(row, peer)))
        .toList();
  }

  private static <T> List<T> of(Map<Row, Map<Peer, List<T>>> map, Row row, Peer peer) {
    return map.computeIfAbsent(row, _ -> new EnumMap<>(Peer.class))
        .computeIfAbsent(peer, _ -> new ArrayList<>());
  }
}
