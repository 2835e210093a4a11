package dev.heddle.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The edits of one class, by method. */
final class ClassEdits {

  private final Path classes;
  private final ClassDesc hooks;
  private final ClassDesc owner;
  private final Map<String, CodeTransform> byMethod = new LinkedHashMap<>();

  /** Places found less places expected, by method. */
  private final Map<String, Integer> found = new LinkedHashMap<>();

  private final List<Consumer<ClassBuilder>> additions = new ArrayList<>();
  private final Set<String> opened = new HashSet<>();

  ClassEdits(Path classes, ClassDesc hooks, ClassDesc owner) {
    this.classes = classes;
    this.hooks = hooks;
    this.owner = owner;
  }

  ClassEdits prepend(String method, Consumer<CodeBuilder> instructions) {
    return add(
        method,
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder code) {
            count(method);
            instructions.accept(code);
          }

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
          }
        });
  }

  /** Replaces the one call of a method by a static call of the hook with the same type. */
  ClassEdits replaceCall(String method, String called, String hook) {
    return add(
        method,
        (code, element) -> {
          if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
            count(method);
            code.invokestatic(hooks, hook, call.typeSymbol());
          } else {
            code.with(element);
          }
        });
  }

  /** Replaces the one call of a method on an object by a static call that gets it first. */
  ClassEdits replaceCall(String method, String called, String hook, ClassDesc receiver) {
    return add(
        method,
        (code, element) -> {
          if (element instanceof InvokeInstruction call
              && call.name().equalsString(called)
              && call.owner().asSymbol().equals(receiver)) {
            count(method);
            code.invokestatic(hooks, hook, call.typeSymbol().insertParameterTypes(0, receiver));
          } else {
            code.with(element);
          }
        });
  }

  /** Adds instructions behind the one call of a method. */
  ClassEdits afterCall(String method, String called, Consumer<CodeBuilder> instructions) {
    return add(
        method,
        (code, element) -> {
          code.with(element);
          if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
            count(method);
            instructions.accept(code);
          }
        });
  }

  /**
   * Asserts what is not so while two threads are at work, and ends the thread that finds out: a
   * test that enables assertions would lose its connection.
   */
  ClassEdits withoutAssertions() {
    return add(
        "<clinit>()",
        (code, element) -> {
          if (element instanceof InvokeInstruction call
              && call.name().equalsString("desiredAssertionStatus")) {
            count("<clinit>()");
            code.pop().iconst_0();
          } else {
            code.with(element);
          }
        });
  }

  /** Replaces the one "new X(...)" of a method by a static call with the same arguments. */
  ClassEdits replaceNew(
      String method, String created, ClassDesc factory, String name, ClassDesc result) {
    ClassDesc type = ClassDesc.of(created);
    return add(
        method,
        new CodeTransform() {
          private boolean inside;
          private boolean copied;

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof NewObjectInstruction made
                && made.className().asSymbol().equals(type)) {
              count(method);
              inside = true;
            } else if (inside && !copied && element instanceof StackInstruction copy) {
              require(copy.opcode() == Opcode.DUP, method);
              copied = true;
            } else if (inside
                && element instanceof InvokeInstruction constructor
                && constructor.owner().asSymbol().equals(type)) {
              inside = false;
              code.invokestatic(factory, name, constructor.typeSymbol().changeReturnType(result));
            } else {
              code.with(element);
            }
          }
        });
  }

  /** Lets our classes of the same package at fields, by name, and methods that are private. */
  ClassEdits open(String... members) {
    for (String member : members) {
      opened.add(member);
      found.put(member, -1);
    }
    return this;
  }

  /** Adds a public method without arguments. */
  ClassEdits addMethod(String name, ClassDesc result, Consumer<CodeBuilder> body) {
    additions.add(builder ->
        builder.withMethodBody(name, MethodTypeDesc.of(result), ClassFile.ACC_PUBLIC, body));
    return this;
  }

  ClassEdits replaceBody(String method, Consumer<CodeBuilder> body) {
    return add(
        method,
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder code) {
            count(method);
            body.accept(code);
          }

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            // Dropped, with its labels and line numbers.
          }
        });
  }

  private ClassEdits add(String method, CodeTransform transform) {
    byMethod.merge(method, transform, CodeTransform::andThen);
    found.merge(method, -1, Integer::sum);
    return this;
  }

  private void count(String method) {
    found.merge(method, 1, Integer::sum);
  }

  private void require(boolean expected, String method) {
    if (!expected) {
      throw new IllegalStateException(
          owner.displayName() + "." + method + " is not what this build was written for");
    }
  }

  void write() throws IOException {
    Path file = file(owner);
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::open)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassModel model = classFile.parse(file);
    ClassTransform transform = this::transform;
    ClassTransform all =
        transform.andThen(
            ClassTransform.endHandler(builder -> additions.forEach(add -> add.accept(builder))));
    byte[] edited = classFile.transformClass(model, all);
    found.forEach((method, missing) -> require(missing == 0, method));
    Files.write(file, edited);
  }

  private void transform(ClassBuilder builder, ClassElement element) {
    if (element instanceof FieldModel field && opened.contains(name(field))) {
      count(name(field));
      builder.transformField(
          field,
          (copy, part) -> {
            if (part instanceof AccessFlags flags) {
              copy.withFlags(withoutPrivate(flags));
            } else {
              copy.with(part);
            }
          });
    } else if (element instanceof MethodModel method && opened.contains(describe(method))) {
      count(describe(method));
      builder.transformMethod(
          method,
          (copy, part) -> {
            if (part instanceof AccessFlags flags) {
              copy.withFlags(withoutPrivate(flags));
            } else {
              copy.with(part);
            }
          });
    } else {
      CodeTransform edit =
          element instanceof MethodModel method ? byMethod.get(describe(method)) : null;
      if (edit == null) {
        builder.with(element);
      } else {
        builder.transformMethod((MethodModel) element, MethodTransform.transformingCode(edit));
      }
    }
  }

  private static int withoutPrivate(AccessFlags flags) {
    return flags.flagsMask() & ~ClassFile.ACC_PRIVATE;
  }

  private static String name(FieldModel field) {
    return field.fieldName().stringValue();
  }

  private String describe(MethodModel method) {
    StringBuilder text = new StringBuilder(method.methodName().stringValue()).append('(');
    String separator = "";
    for (ClassDesc parameter : method.methodTypeSymbol().parameterList()) {
      text.append(separator).append(parameter.displayName());
      separator = ",";
    }
    return text.append(')').toString();
  }

  private Path file(ClassDesc type) {
    String descriptor = type.descriptorString();
    return classes.resolve(descriptor.substring(1, descriptor.length() - 1) + ".class");
  }

  private InputStream open(ClassDesc type) {
    Path file = file(type);
    try {
      return Files.exists(file) ? Files.newInputStream(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
