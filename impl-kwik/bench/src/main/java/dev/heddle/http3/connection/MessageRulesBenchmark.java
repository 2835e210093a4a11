package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.bench.micro.Sections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to look at a received message's fields; in this package, which nobody exports. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageRulesBenchmark {
  /** Whose fields are looked at. */
  @Param public Sections section;

  private Headers headers;
  private boolean response;

  /** Chooses the section. */
  @Setup
  public void choose() {
    headers = section.headers();
    response = headers.status().isPresent();
    if (message() != null || trailers() == null) {
      throw new IllegalStateException("the message is legal, and trailers it is not");
    }
  }

  /** The rules of requests, or of responses: all of them, since the message is legal. */
  @Benchmark
  public String message() {
    return response ? MessageRules.faultInResponse(headers) : MessageRules.faultInRequest(headers);
  }

  /** The rules of trailers, which end at the first pseudo-field. */
  @Benchmark
  public String trailers() {
    return MessageRules.faultInTrailers(headers);
  }
}
