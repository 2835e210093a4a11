package dev.heddle.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Session;
import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleExportInfo;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModulesTest {
  @Test
  void theApiRequiresJavaBaseOnlyAndExportsTwoPackages() throws IOException {
    ModuleAttribute api = module(Session.class);
    assertThat(api.requires().stream().map(ModulesTest::name)).containsExactly("java.base");
    assertThat(api.exports().stream().map(ModulesTest::name))
        .containsExactlyInAnyOrder("dev.heddle", "dev.heddle.spi");
  }

  @Test
  void theImplementationExportsNothing() throws IOException {
    ModuleAttribute implementation = module(QuicStream.class);
    assertThat(implementation.exports()).isEmpty();
    assertThat(implementation.opens()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(classes = {Session.class, QuicStream.class})
  void classFilesAreOfJava25WithoutPreviewFeatures(Class<?> anchor) throws IOException {
    List<ClassModel> classes = classes(anchor);
    assertThat(classes).isNotEmpty();
    assertThat(classes).allMatch(c -> c.majorVersion() == ClassFile.JAVA_25_VERSION);
    assertThat(classes).allMatch(c -> c.minorVersion() == 0);
  }

  private static ModuleAttribute module(Class<?> anchor) throws IOException {
    return classes(anchor).stream()
        .filter(ClassModel::isModuleInfo)
        .map(c -> c.findAttribute(Attributes.module()).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  private static List<ClassModel> classes(Class<?> anchor) throws IOException {
    return ClassFiles.beside(anchor).stream().map(file -> ClassFile.of().parse(file)).toList();
  }

  private static String name(ModuleRequireInfo required) {
    return required.requires().name().stringValue();
  }

  private static String name(ModuleExportInfo exported) {
    return exported.exportedPackage().name().stringValue().replace('/', '.');
  }
}
