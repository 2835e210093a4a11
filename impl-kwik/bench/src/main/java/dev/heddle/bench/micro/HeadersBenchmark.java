package dev.heddle.bench.micro;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import java.util.List;
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

/** Headers as an application makes and asks them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadersBenchmark {
  /** What is made. */
  @Param public Sections section;

  private String[] namesAndValues;
  private List<HeaderField> fields;
  private Headers headers;

  /** Chooses the section. */
  @Setup
  public void choose() {
    namesAndValues = section.namesAndValues();
    fields = section.fields();
    headers = section.headers();
  }

  /** From text, each field checked. */
  @Benchmark
  public Headers ofText() {
    return Headers.of(namesAndValues);
  }

  /** From fields that are legal by themselves. */
  @Benchmark
  public Headers ofFields() {
    return Headers.of(fields);
  }

  /** Looks for a field that is not there. */
  @Benchmark
  public boolean first() {
    return headers.first("x-absent").isPresent();
  }
}
