package dev.heddle.build;

import java.io.IOException;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;

/** The edits that make the stock classes ask before they believe what a peer sends. */
final class StrictEdits {

  private static final String PACKAGE = "tech.kwik.core.";
  private static final ClassDesc HOOKS = type("impl.StrictHooks");
  private static final ClassDesc CONNECTION = type("impl.QuicConnectionImpl");
  private static final ClassDesc CLIENT = type("impl.QuicClientConnectionImpl");
  private static final ClassDesc SERVER = type("server.impl.ServerConnectionImpl");
  private static final ClassDesc PACKET = type("packet.QuicPacket");
  private static final ClassDesc LONG_HEADER = type("packet.LongHeaderPacket");
  private static final ClassDesc META_DATA = type("packet.PacketMetaData");
  private static final ClassDesc RETRY = type("packet.RetryPacket");
  private static final ClassDesc RESULT = type("impl.PacketProcessor$ProcessResult");
  private static final ClassDesc PARAMETERS_EXTENSION =
      type("tls.QuicTransportParametersExtension");
  private static final ClassDesc PARAMETERS = type("impl.TransportParameters");
  private static final ClassDesc BUFFER = ClassDesc.of("java.nio.ByteBuffer");
  private static final ClassDesc VOID = ClassDesc.ofDescriptor("V");
  private static final ClassDesc BOOLEAN = ClassDesc.ofDescriptor("Z");
  private static final String PARSE = "parse(ByteBuffer,Aead,long,Logger,int)";

  private final Path classes;

  StrictEdits(Path classes) {
    this.classes = classes;
  }

  void run() throws IOException {
    editPackets();
    editConnections();
    editClientAndServer();
    editTransportParameters();
  }

  private void editPackets() throws IOException {
    edit(PACKET)
        .prepend(
            "parseFrames(byte[],Logger)",
            code ->
                code.aload(0)
                    .aload(1)
                    .invokestatic(
                        type("packet.FrameCheck"),
                        "check",
                        MethodTypeDesc.of(VOID, PACKET, ClassDesc.ofDescriptor("[B"))))
        .write();
    edit(LONG_HEADER).prepend(PARSE, code -> checkHeader(code, 0)).write();
    edit(RETRY).prepend(PARSE, code -> checkHeader(code, 0)).write();
    edit(type("packet.VersionNegotiationPacket"))
        .prepend(PARSE, code -> checkHeader(code, 0))
        .write();
    edit(type("packet.ServerRolePacketParser"))
        .prepend("getAead(QuicPacket,ByteBuffer)", code -> checkHeader(code, 1))
        .write();
  }

  private static void checkHeader(CodeBuilder code, int packet) {
    code.aload(packet)
        .aload(packet + 1)
        .invokestatic(type("packet.HeaderCheck"), "check", MethodTypeDesc.of(VOID, PACKET, BUFFER));
  }

  private void editConnections() throws IOException {
    edit(CONNECTION)
        .replaceBody(
            "processFrames(QuicPacket,PacketMetaData)",
            code ->
                code.aload(0)
                    .aload(1)
                    .aload(2)
                    .invokestatic(
                        HOOKS,
                        "processFrames",
                        MethodTypeDesc.of(VOID, CONNECTION, PACKET, META_DATA))
                    .return_())
        .replaceBody(
            "process(CryptoFrame,QuicPacket,PacketMetaData)",
            code ->
                code.aload(0)
                    .aload(1)
                    .aload(2)
                    .aload(3)
                    .invokestatic(
                        HOOKS,
                        "crypto",
                        MethodTypeDesc.of(
                            VOID, CONNECTION, type("frame.CryptoFrame"), PACKET, META_DATA))
                    .return_())
        .replaceBody(
            "process(PathChallengeFrame,QuicPacket,PacketMetaData)",
            code ->
                code.aload(0)
                    .aload(1)
                    .aload(3)
                    .invokestatic(
                        HOOKS,
                        "pathChallenge",
                        MethodTypeDesc.of(
                            VOID, CONNECTION, type("frame.PathChallengeFrame"), META_DATA))
                    .return_())
        .replaceBody(
            "process(PathResponseFrame,QuicPacket,PacketMetaData)",
            code ->
                code.aload(0)
                    .aload(1)
                    .invokestatic(
                        HOOKS,
                        "pathResponse",
                        MethodTypeDesc.of(VOID, CONNECTION, type("frame.PathResponseFrame")))
                    .return_())
        .write();
  }

  private void editClientAndServer() throws IOException {
    edit(CLIENT)
        .prepend("process(InitialPacket,PacketMetaData)", StrictEdits::dropForeign)
        .prepend("process(HandshakePacket,PacketMetaData)", StrictEdits::dropForeign)
        .prepend("process(RetryPacket,PacketMetaData)", code -> drop(code, "isLateRetry", RETRY))
        .prepend(
            "extensionsReceived(List)",
            code ->
                code.aload(0)
                    .aload(1)
                    .invokestatic(
                        HOOKS,
                        "serverExtensions",
                        MethodTypeDesc.of(VOID, CLIENT, ClassDesc.of("java.util.List"))))
        .replaceBody(
            "checkForStatelessResetToken(ByteBuffer)",
            code ->
                code.aload(0)
                    .aload(1)
                    .invokestatic(
                        HOOKS, "isStatelessReset", MethodTypeDesc.of(BOOLEAN, CONNECTION, BUFFER))
                    .ireturn())
        .withoutAssertions()
        .write();
    edit(SERVER)
        .prepend("process(InitialPacket,PacketMetaData)", StrictEdits::dropForeign)
        .prepend("process(HandshakePacket,PacketMetaData)", StrictEdits::dropForeign)
        .prepend(
            "process(ShortHeaderPacket,PacketMetaData)",
            code ->
                code.aload(0)
                    .aload(1)
                    .aload(2)
                    .invokestatic(
                        HOOKS,
                        "received",
                        MethodTypeDesc.of(
                            VOID, CONNECTION, type("packet.ShortHeaderPacket"), META_DATA)))
        .withoutAssertions()
        .write();
  }

  private static void dropForeign(CodeBuilder code) {
    drop(code, "isForeign", LONG_HEADER);
  }

  /** Returns "Abort" where the hook says so. */
  private static void drop(CodeBuilder code, String hook, ClassDesc packet) {
    code.aload(0)
        .aload(1)
        .invokestatic(HOOKS, hook, MethodTypeDesc.of(BOOLEAN, CONNECTION, packet))
        .ifThen(drop -> drop.getstatic(RESULT, "Abort", RESULT).areturn());
  }

  private void editTransportParameters() throws IOException {
    edit(PARAMETERS_EXTENSION)
        .replaceBody(
            "parse(ByteBuffer,Role,Logger)",
            code ->
                code.aload(0)
                    .getfield(PARAMETERS_EXTENSION, "params", PARAMETERS)
                    .aload(1)
                    .aload(2)
                    .invokestatic(
                        type("tls.TransportParameterReader"),
                        "read",
                        MethodTypeDesc.of(VOID, PARAMETERS, BUFFER, type("impl.Role")))
                    .aload(0)
                    .areturn())
        .write();
  }

  private ClassEdits edit(ClassDesc owner) {
    return new ClassEdits(classes, HOOKS, owner);
  }

  private static ClassDesc type(String name) {
    return ClassDesc.of(PACKAGE + name);
  }
}
