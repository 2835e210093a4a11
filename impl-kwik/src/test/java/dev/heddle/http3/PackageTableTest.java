package dev.heddle.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Signature;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageTableTest {
  private static final PackageTable TABLE =
      PackageTable.of(
          """
          wire:
          qpack:      wire dev.heddle.HeaderField dev.heddle.Headers
          diag:       jdk.jfr
          quic:       wire dev.heddle
          datagram:   wire diag
          connection: wire diag dev.heddle qpack quic datagram
          session:    wire diag dev.heddle qpack quic datagram connection
          kwik:       wire diag dev.heddle qpack quic datagram connection session dev.heddle.spi tech.kwik.*
          """);

  private static final ClassDesc WIRE = ClassDesc.of("dev.heddle.http3.wire.Frame");

  @Test
  void everyPackageUsesOnlyWhatItsLineNames() throws IOException {
    assertThat(ourClassFiles()).flatExtracting(TABLE::violations).isEmpty();
  }

  @Test
  void everyLineOfTheTableIsThere() throws IOException {
    Set<String> present = ourClassFiles().stream().map(TABLE::layer).collect(Collectors.toSet());
    assertThat(present)
        .containsAll(Set.of("wire", "qpack", "diag", "quic", "datagram", "connection", "session"));
    assertThat(TABLE.layers()).containsAll(present);
  }

  private static List<byte[]> ourClassFiles() throws IOException {
    return ClassFiles.beside(QuicStream.class).stream()
        .filter(file -> !ClassFile.of().parse(file).isModuleInfo())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "wire, java.util.List",
    "wire, dev.heddle.http3.wire.VarInt",
    "qpack, dev.heddle.http3.wire.VarInt",
    "qpack, dev.heddle.Headers",
    "qpack, dev.heddle.HeaderField$Builder",
    "diag, jdk.jfr.Event",
    "quic, dev.heddle.ErrorCode",
    "session, dev.heddle.http3.connection.MessageKind",
    "kwik, tech.kwik.core.QuicConnection",
    "kwik, dev.heddle.spi.Http3Provider"
  })
  void whatALineNamesIsAllowed(String layer, String used) {
    assertThat(TABLE.violations(callerOf(layer, used))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "wire, dev.heddle.http3.qpack.Huffman",
    "wire, dev.heddle.Headers",
    "wire, java.util.logging.Logger",
    "wire, jdk.jfr.Event",
    "qpack, dev.heddle.ErrorCode",
    "qpack, dev.heddle.http3.quic.QuicStream",
    "quic, dev.heddle.http3.connection.MessageKind",
    "quic, dev.heddle.spi.Http3Provider",
    "datagram, dev.heddle.Session",
    "connection, jdk.jfr.Event",
    "connection, dev.heddle.http3.session.BodyReader",
    "connection, tech.kwik.core.QuicConnection",
    "session, dev.heddle.http3.kwik.KwikProvider",
    "session, tech.kwik.core.QuicConnection",
    "kwik, java.net.http.HttpClient",
    "kwik, org.example.Other"
  })
  void whatALineDoesNotNameIsAViolation(String layer, String used) {
    assertThat(TABLE.violations(callerOf(layer, used)))
        .containsExactly("dev.heddle.http3." + layer + ".User uses " + used);
  }

  @Test
  void aPackageOutsideTheTableIsAViolation() {
    assertThat(TABLE.violations(callerOf("util", "java.util.List")))
        .containsExactly("dev.heddle.http3.util.User is in no package of the table");
  }

  @Test
  void aFieldCounts() {
    assertViolation("x.Field", c -> c.withField("f", ClassDesc.of("x.Field").arrayType(), 0));
  }

  @Test
  void aMethodSignatureCounts() {
    MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, ClassDesc.of("x.Parameter"));
    assertViolation("x.Parameter", c -> c.withMethod("m", type, ClassFile.ACC_ABSTRACT, m -> {}));
  }

  @Test
  void aTypeArgumentCounts() {
    Signature list = Signature.parseFrom("Ljava/util/List<Lx/Argument;>;");
    assertViolation(
        "x.Argument",
        c -> c.withField("f", ConstantDescs.CD_List, f -> f.with(SignatureAttribute.of(list))));
  }

  @Test
  void aSuperclassCounts() {
    assertViolation("x.Super", c -> c.withSuperclass(ClassDesc.of("x.Super")));
  }

  @Test
  void anAnnotationCounts() {
    assertViolation(
        "x.Mark",
        c -> c.with(RuntimeVisibleAnnotationsAttribute.of(Annotation.of(ClassDesc.of("x.Mark")))));
  }

  private static void assertViolation(String used, Consumer<ClassBuilder> content) {
    assertThat(TABLE.violations(ClassFile.of().build(WIRE, content)))
        .containsExactly("dev.heddle.http3.wire.Frame uses " + used);
  }

  /** A class of the layer with one method that calls a static method of the used class. */
  private static byte[] callerOf(String layer, String used) {
    return ClassFile.of()
        .build(
            ClassDesc.of("dev.heddle.http3." + layer + ".User"),
            c ->
                c.withMethodBody(
                    "call",
                    ConstantDescs.MTD_void,
                    ClassFile.ACC_STATIC,
                    code ->
                        code.invokestatic(ClassDesc.of(used), "run", ConstantDescs.MTD_void)
                            .return_()));
  }
}
