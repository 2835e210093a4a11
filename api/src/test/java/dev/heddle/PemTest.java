package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  private static final ServerCertificate MADE = ServerCertificate.development();

  @TempDir Path directory;

  @Test
  void windowsLineEndsAreRead() throws Exception {
    Path file = certificateFile();
    Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
    assertThat(Pem.certificates(file)).isEqualTo(MADE.chain());
  }

  @Test
  void anRsaKeyIsReadAlsoInItsOldForm() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
    byte[] pkcs1 =
        Der.sequence(
            Der.integer(0),
            Der.integer(key.getModulus()),
            Der.integer(key.getPublicExponent()),
            Der.integer(key.getPrivateExponent()),
            Der.integer(key.getPrimeP()),
            Der.integer(key.getPrimeQ()),
            Der.integer(key.getPrimeExponentP()),
            Der.integer(key.getPrimeExponentQ()),
            Der.integer(key.getCrtCoefficient()));
    assertThat(Pem.privateKey(file("key.pem", pem("RSA PRIVATE KEY", pkcs1)))).isEqualTo(key);
    assertThat(Pem.privateKey(pkcs8(key))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void anEcKeyIsReadAlsoInItsOldForm(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    int bytes = (((ECPrivateKey) pair.getPrivate()).getParams().getOrder().bitLength() + 7) / 8;
    byte[] sec1 =
        Der.sequence(
            Der.integer(1),
            Der.octets(padded(((ECPrivateKey) pair.getPrivate()).getS().toByteArray(), bytes)),
            Der.tagged(0xa0, curveOid(curve)));
    PrivateKey read =
        Pem.privateKey(
            file("key.pem", pem("EC PARAMETERS", curveOid(curve)) + pem("EC PRIVATE KEY", sec1)));
    assertThat(KeyMatch.fits(pair.getPublic(), read)).isTrue();
  }

  @Test
  void anEd25519KeyIsRead() throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    assertThat(Pem.privateKey(pkcs8(key))).isEqualTo(key);
  }

  @Test
  void aCertificateThatIsBrokenIsNamed() throws Exception {
    Path broken = file("broken.pem", pem("CERTIFICATE", new byte[] {0x30, 3, 1, 2, 3}));
    refused(() -> Pem.certificates(broken), broken, "cannot be read");
    Path cut = file("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    refused(() -> Pem.certificates(cut), cut, "no certificate in PEM form");
    Path base64 = file("base64.pem", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----");
    refused(() -> Pem.certificates(base64), base64, "");
  }

  @Test
  void aKeyThatIsBrokenIsNamed() throws Exception {
    for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
      Path broken = file("broken.pem", pem(label, new byte[] {0x30, 3, 2, 1, 1}));
      refused(() -> Pem.privateKey(broken), broken, "");
    }
  }

  @Test
  void aKeyUnderAPasswordIsSaidToBe() throws Exception {
    Path file = file("encrypted.pem", pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
    refused(() -> Pem.privateKey(file), file, "password");
  }

  @Test
  void aFileThatIsFarTooLargeIsNotRead() throws Exception {
    Path file = file("large.pem", "x".repeat((1 << 20) + 1));
    refused(() -> Pem.certificates(file), file, "larger than 1 MiB");
  }

  private interface Load {
    Object run() throws IOException;
  }

  private static void refused(Load load, Path named, String reason) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(load::run)
        .withMessageContaining(named.toString())
        .withMessageContaining(reason);
  }

  private Path certificateFile() throws Exception {
    return file("certificate.pem", pem("CERTIFICATE", MADE.chain().getFirst().getEncoded()));
  }

  private Path pkcs8(PrivateKey key) throws IOException {
    return file("key.pem", pem("PRIVATE KEY", key.getEncoded()));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content, StandardCharsets.ISO_8859_1);
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static byte[] padded(byte[] number, int length) {
    byte[] padded = new byte[length];
    int skip = Math.max(0, number.length - length);
    System.arraycopy(number, skip, padded, length - number.length + skip, number.length - skip);
    return padded;
  }

  private static byte[] curveOid(String curve) {
    return switch (curve) {
      case "secp256r1" -> Der.oid(1, 2, 840, 10045, 3, 1, 7);
      case "secp384r1" -> Der.oid(1, 3, 132, 0, 34);
      default -> Der.oid(1, 3, 132, 0, 35);
    };
  }
}
