import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The one-line changes to stock kwik classes that are too large to replace. Run by the build on JDK
 * 25 over the unpacked classes; fails unless each edit finds its place exactly once.
 *
 * <p>Usage: {@code java OverlayEdits.java target/classes}. README.md lists why each edit is there.
 */
public final class OverlayEdits {

  private static final String PACKAGE = "tech.kwik.core.";
  private static final ClassDesc HOOKS = type("impl.LoomHooks");
  private static final ClassDesc CONNECTION = type("impl.QuicConnectionImpl");
  private static final ClassDesc CLIENT = type("impl.QuicClientConnectionImpl");
  private static final ClassDesc SERVER = type("server.impl.ServerConnectionImpl");
  private static final ClassDesc KEEP_ALIVE = type("impl.KeepAliveActor");
  private static final ClassDesc TERMINATED = type("ConnectionTerminatedEvent");
  private static final ClassDesc CLOSE_FRAME = type("frame.ConnectionCloseFrame");
  private static final ClassDesc BLOCKED_FRAME = type("frame.StreamDataBlockedFrame");
  private static final ClassDesc THROWABLE = ClassDesc.of("java.lang.Throwable");

  private final Path classes;

  private OverlayEdits(Path classes) {
    this.classes = classes;
  }

  public static void main(String[] arguments) throws IOException {
    new OverlayEdits(Path.of(arguments[0])).run();
  }

  private void run() throws IOException {
    edit(CONNECTION)
        .prepend("emit(ConnectionTerminatedEvent)", code -> hook(code, "ended", TERMINATED))
        .prepend(
            "handlePeerClosing(ConnectionCloseFrame,EncryptionLevel)",
            code -> hook(code, "peerClosing", CLOSE_FRAME))
        .prepend("terminate()", code -> hook(code, "terminating"))
        .prepend("postTerminateHook()", code -> hook(code, "terminated"))
        .prepend(
            "immediateCloseWithError(long,QuicConnectionImpl$ErrorType,String)",
            code -> hook(code, "closing"))
        .prepend(
            "process(StreamDataBlockedFrame,QuicPacket,PacketMetaData)",
            code -> hook(code, "dataBlocked", BLOCKED_FRAME))
        .replaceCall(
            "<init>(Version,Role,Path,ConnectionConfig,String,Logger)",
            "newSingleThreadExecutor",
            "callbackExecutor")
        .write();
    edit(CLIENT)
        .prepend("abortConnection(Throwable)", code -> hook(code, "aborted", THROWABLE))
        .prepend(
            "preTerminateHook()",
            code ->
                code.aload(0)
                    .getfield(CLIENT, "keepAliveActor", KEEP_ALIVE)
                    .invokestatic(
                        HOOKS, "stop", MethodTypeDesc.of(ClassDesc.ofDescriptor("V"), KEEP_ALIVE)))
        .replaceNew("connect(List)", "java.lang.RuntimeException", "connectInterrupted")
        .write();
    edit(SERVER)
        .replaceBody(
            "abortConnection(Throwable)",
            code -> {
              hook(code, "abortServer", THROWABLE);
              code.return_();
            })
        .write();
  }

  /** LoomHooks.name(this, first argument if it has a type). */
  private static void hook(CodeBuilder code, String name, ClassDesc... argument) {
    code.aload(0);
    ClassDesc[] parameters = new ClassDesc[1 + argument.length];
    parameters[0] = CONNECTION;
    if (argument.length > 0) {
      code.aload(1);
      parameters[1] = argument[0];
    }
    code.invokestatic(HOOKS, name, MethodTypeDesc.of(ClassDesc.ofDescriptor("V"), parameters));
  }

  private Edits edit(ClassDesc owner) {
    return new Edits(owner);
  }

  private static ClassDesc type(String name) {
    return ClassDesc.of(PACKAGE + name);
  }

  /** The edits of one class, by method. */
  private final class Edits {

    private final ClassDesc owner;
    private final Map<String, CodeTransform> byMethod = new LinkedHashMap<>();
    private final Map<String, Integer> found = new LinkedHashMap<>();

    Edits(ClassDesc owner) {
      this.owner = owner;
    }

    Edits prepend(String method, Consumer<CodeBuilder> instructions) {
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
    Edits replaceCall(String method, String called, String hook) {
      return add(
          method,
          (code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
              count(method);
              code.invokestatic(HOOKS, hook, call.typeSymbol());
            } else {
              code.with(element);
            }
          });
    }

    /** Replaces the one "new X()" of a class by the hook's result, where it is thrown at once. */
    Edits replaceNew(String method, String created, String hook) {
      ClassDesc type = ClassDesc.of(created);
      return add(
          method,
          new CodeTransform() {
            private boolean inside;

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
              if (element instanceof NewObjectInstruction made
                  && made.className().asSymbol().equals(type)) {
                count(method);
                inside = true;
              } else if (inside && element instanceof StackInstruction copy) {
                require(copy.opcode() == Opcode.DUP, method);
              } else if (inside && element instanceof InvokeInstruction constructor) {
                require(constructor.typeSymbol().descriptorString().equals("()V"), method);
                inside = false;
                ClassDesc result = ClassDesc.of("java.io.InterruptedIOException");
                code.invokestatic(HOOKS, hook, MethodTypeDesc.of(result));
              } else {
                code.with(element);
              }
            }
          });
    }

    Edits replaceBody(String method, Consumer<CodeBuilder> body) {
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

    private Edits add(String method, CodeTransform transform) {
      byMethod.put(method, transform);
      found.put(method, 0);
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
                  ClassHierarchyResolver.ofResourceParsing(OverlayEdits.this::open)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      ClassModel model = classFile.parse(file);
      ClassTransform transform =
          (builder, element) -> {
            CodeTransform edit =
                element instanceof MethodModel method ? byMethod.get(describe(method)) : null;
            if (edit == null) {
              builder.with(element);
            } else {
              builder.transformMethod(
                  (MethodModel) element, java.lang.classfile.MethodTransform.transformingCode(edit));
            }
          };
      byte[] edited = classFile.transformClass(model, transform);
      found.forEach((method, times) -> require(times == 1, method));
      Files.write(file, edited);
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
  }

  private Path file(ClassDesc type) {
    String descriptor = type.descriptorString();
    return classes.resolve(descriptor.substring(1, descriptor.length() - 1) + ".class");
  }

  private java.io.InputStream open(ClassDesc type) {
    Path file = file(type);
    try {
      return Files.exists(file) ? Files.newInputStream(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
