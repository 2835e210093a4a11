package dev.heddle.bench.micro;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionDecoder;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import dev.heddle.http3.wire.ByteBuilder;
import java.io.IOException;
import java.util.ArrayList;
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
import org.openjdk.jmh.infra.Blackhole;

/** Field sections to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class QpackBenchmark {
  private static final long MAX_SECTION_BYTES = 65_536;
  private static final int MAX_FIELDS = 256;

  /** What is encoded and decoded. */
  @Param public Sections section;

  private final FieldSectionDecoder decoder =
      new FieldSectionDecoder(MAX_SECTION_BYTES, MAX_FIELDS);
  private final ByteBuilder out = new ByteBuilder(8_192);
  private Headers headers;
  private byte[] encoded;

  /** Chooses the section. */
  @Setup
  public void choose() {
    headers = section.headers();
    encoded = section.encoded();
  }

  /** Into a buffer that is there already. */
  @Benchmark
  public int encode() {
    out.clear();
    FieldSectionEncoder.encode(headers, out);
    return out.size();
  }

  /** To names and values, and no further. */
  @Benchmark
  public void decode(Blackhole sink) throws IOException {
    decoder.decode(
        encoded,
        (name, value, never) -> {
          sink.consume(name);
          sink.consume(value);
          sink.consume(never);
        });
  }

  /** To the headers that an application gets, each field checked. */
  @Benchmark
  public Headers decodeToHeaders() throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    decoder.decode(
        encoded, (name, value, never) -> fields.add(new HeaderField(name, value, never)));
    return Headers.of(fields);
  }
}
