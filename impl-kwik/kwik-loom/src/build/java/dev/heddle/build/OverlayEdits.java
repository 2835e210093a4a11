package dev.heddle.build;

import java.io.IOException;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;

/**
 * The one-line changes to stock kwik classes that are too large to replace. Run by the build on JDK
 * 25 over the unpacked classes; fails unless each edit finds its place exactly once.
 *
 * <p>Usage: {@code java OverlayEdits.java target/classes}. README.md lists why each edit is there.
 */
public final class OverlayEdits {

  private static final String PACKAGE = "tech.kwik.core.";
  private static final ClassDesc HOOKS = type("impl.LoomHooks");
  private static final ClassDesc SOCKETS = type("impl.SocketHooks");
  private static final ClassDesc CONNECTION = type("impl.QuicConnectionImpl");
  private static final ClassDesc ERROR_TYPE = type("impl.QuicConnectionImpl$ErrorType");
  private static final ClassDesc CLIENT = type("impl.QuicClientConnectionImpl");
  private static final ClassDesc SERVER = type("server.impl.ServerConnectionImpl");
  private static final ClassDesc CONNECTOR = type("server.impl.ServerConnectorImpl");

  private static final String CONNECTOR_INIT =
      "<init>(DatagramSocket,TlsServerEngineFactory,List,ServerConnectionConfig,Logger)";
  private static final ClassDesc CONNECTOR_BUILDER =
      type("server.impl.ServerConnectorImpl$BuilderImpl");
  private static final ClassDesc PARAMETERS = type("impl.TransportParameters");
  private static final int LARGEST_UDP_PAYLOAD = 65_527;
  private static final ClassDesc KEEP_ALIVE = type("impl.KeepAliveActor");
  private static final ClassDesc TERMINATED = type("ConnectionTerminatedEvent");
  private static final ClassDesc CLOSE_FRAME = type("frame.ConnectionCloseFrame");
  private static final ClassDesc BLOCKED_FRAME = type("frame.StreamDataBlockedFrame");
  private static final String SOCKET_NAME = "java.net.DatagramSocket";
  private static final ClassDesc SOCKET = ClassDesc.of(SOCKET_NAME);
  private static final ClassDesc THROWABLE = ClassDesc.of("java.lang.Throwable");

  private final Path classes;

  private OverlayEdits(Path classes) {
    this.classes = classes;
  }

  public static void main(String[] arguments) throws IOException {
    new OverlayEdits(Path.of(arguments[0])).run();
  }

  private void run() throws IOException {
    editConnection();
    editDelays();
    editClient();
    editServer();
    editConnector();
    new StrictEdits(classes).run();
  }

  private void editConnection() throws IOException {
    edit(CONNECTION)
        .prepend("emit(ConnectionTerminatedEvent)", code -> hook(code, "ended", TERMINATED))
        .prepend(
            "handlePeerClosing(ConnectionCloseFrame,EncryptionLevel)",
            code -> hook(code, "peerClosing", CLOSE_FRAME))
        .prepend("terminate()", code -> hook(code, "terminating"))
        .prepend("postTerminateHook()", code -> hook(code, "terminated"))
        .prepend(
            "immediateCloseWithError(long,QuicConnectionImpl$ErrorType,String)",
            code ->
                code.aload(0)
                    .lload(1)
                    .aload(3)
                    .aload(4)
                    .invokestatic(
                        HOOKS,
                        "closing",
                        MethodTypeDesc.of(
                            ClassDesc.ofDescriptor("Z"),
                            CONNECTION,
                            ClassDesc.ofDescriptor("J"),
                            ERROR_TYPE,
                            ClassDesc.of("java.lang.String")))
                    .ifThen(Opcode.IFEQ, CodeBuilder::return_))
        .prepend(
            "process(StreamDataBlockedFrame,QuicPacket,PacketMetaData)",
            code -> hook(code, "dataBlocked", BLOCKED_FRAME))
        .replaceCall(
            "<init>(Version,Role,Path,ConnectionConfig,String,Logger)",
            "newSingleThreadExecutor",
            "callbackExecutor")
        .withoutAssertions()
        .write();
  }

  private void editDelays() throws IOException {
    edit(CONNECTION)
        .replaceBody(
            "schedule(Runnable,int,TimeUnit)",
            code ->
                code.aload(0)
                    .aload(1)
                    .iload(2)
                    .aload(3)
                    .invokestatic(
                        SOCKETS,
                        "schedule",
                        MethodTypeDesc.of(
                            ClassDesc.ofDescriptor("V"),
                            CONNECTION,
                            ClassDesc.of("java.lang.Runnable"),
                            ClassDesc.ofDescriptor("I"),
                            ClassDesc.of("java.util.concurrent.TimeUnit")))
                    .return_())
        .write();
  }

  private void editClient() throws IOException {
    edit(CLIENT)
        .prepend(
            "abortConnection(Throwable)",
            code ->
                code.aload(0)
                    .aload(1)
                    .invokestatic(
                        HOOKS,
                        "aborts",
                        MethodTypeDesc.of(ClassDesc.ofDescriptor("Z"), CONNECTION, THROWABLE))
                    .ifThen(Opcode.IFEQ, CodeBuilder::return_))
        .prepend(
            "preTerminateHook()",
            code ->
                code.aload(0)
                    .getfield(CLIENT, "keepAliveActor", KEEP_ALIVE)
                    .invokestatic(
                        HOOKS, "stop", MethodTypeDesc.of(ClassDesc.ofDescriptor("V"), KEEP_ALIVE)))
        .afterCall(
            "startHandshake(String,boolean)",
            "startHandshake",
            code -> hook(code, "handshakeStarted"))
        .replaceNew(
            "connect(List)",
            "java.lang.RuntimeException",
            HOOKS,
            "connectInterrupted",
            ClassDesc.of("java.io.InterruptedIOException"))
        .replaceBody(
            "startReceiverLoop()",
            code ->
                code.aload(0)
                    .invokestatic(
                        type("impl.ClientReceive"),
                        "start",
                        MethodTypeDesc.of(ClassDesc.ofDescriptor("V"), CLIENT))
                    .return_())
        .replaceBody("receiveAndProcessPackets()", CodeBuilder::return_)
        .replaceNew("lambda$new$0(InetAddress)", SOCKET_NAME, SOCKETS, "openSocket", SOCKET)
        .open("parser", "receiver", "sender", "serverAddress", "serverPort", "applicationProtocol")
        .write();
    new ClassEdits(classes, SOCKETS, CLIENT)
        .replaceCall(
            "initTransportParameters()", "setMaxUdpPayloadSize", "setMaxUdpPayloadSize", PARAMETERS)
        .write();
  }

  private void editServer() throws IOException {
    edit(SERVER)
        .replaceBody(
            "abortConnection(Throwable)",
            code -> {
              hook(code, "abortServer", THROWABLE);
              code.return_();
            })
        .afterCall(
            "initTransportParameters()",
            "<init>",
            code ->
                code.dup()
                    .loadConstant(LARGEST_UDP_PAYLOAD)
                    .invokevirtual(
                        PARAMETERS,
                        "setMaxUdpPayloadSize",
                        MethodTypeDesc.of(
                            ClassDesc.ofDescriptor("V"), ClassDesc.ofDescriptor("I"))))
        .replaceCall("extensionsReceived(List)", "setDisableMigration", "migration", PARAMETERS)
        .write();
  }

  private void editConnector() throws IOException {
    new ClassEdits(classes, SOCKETS, CONNECTOR)
        .replaceBody(
            "start()",
            code ->
                code.aload(0)
                    .invokestatic(
                        type("server.impl.ServerReceive"),
                        "start",
                        MethodTypeDesc.of(ClassDesc.ofDescriptor("V"), CONNECTOR))
                    .return_())
        .replaceBody("receiveLoop()", CodeBuilder::return_)
        .replaceCall("sendPacket(InetSocketAddress,QuicPacket,Aead)", "send", "send", SOCKET)
        .replaceNew(
            "<init>(int,InputStream,InputStream,List,boolean,Logger)",
            SOCKET_NAME,
            SOCKETS,
            "openSocket",
            SOCKET)
        .open("log", "closing", "acceptingNewConnections", "receiver")
        .open("connectionRegistry", "connectionIdLength")
        .open("processLongHeaderPacket(InetSocketAddress,ByteBuffer)")
        .write();
    edit(CONNECTOR_BUILDER)
        .replaceNew("build()", SOCKET_NAME, SOCKETS, "openSocket", SOCKET)
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

  private ClassEdits edit(ClassDesc owner) {
    return new ClassEdits(classes, HOOKS, owner);
  }

  private static ClassDesc type(String name) {
    return ClassDesc.of(PACKAGE + name);
  }
}
