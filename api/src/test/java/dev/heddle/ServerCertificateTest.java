package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
  private static final ServerCertificate MADE = ServerCertificate.development();

  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir Path directory;

  @Test
  void aPemPairIsReadBack() throws Exception {
    ServerCertificate read = ServerCertificate.ofPem(certificateFile(), pkcs8(MADE.privateKey()));
    assertThat(read.chain()).isEqualTo(MADE.chain());
    assertThat(read.privateKey()).isEqualTo(MADE.privateKey());
  }

  @Test
  void aKeyAndItsCertificateMayShareAFile() throws Exception {
    Path both = directory.resolve("both.pem");
    Files.writeString(
        both,
        "some words\n"
            + pem("PRIVATE KEY", MADE.privateKey().getEncoded())
            + Files.readString(certificateFile()));
    assertThat(ServerCertificate.ofPem(both, both).sha256()).isEqualTo(MADE.sha256());
  }

  @Test
  void severalCertificatesKeepTheirOrder() throws Exception {
    ServerCertificate other = ServerCertificate.development();
    Path file = directory.resolve("chain.pem");
    Files.writeString(
        file,
        pem("CERTIFICATE", MADE.chain().getFirst().getEncoded())
            + pem("CERTIFICATE", other.chain().getFirst().getEncoded()));
    assertThat(ServerCertificate.ofPem(file, pkcs8(MADE.privateKey())).chain())
        .containsExactly(MADE.chain().getFirst(), other.chain().getFirst());
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    Path certificate = certificateFile();
    Path key = pkcs8(ServerCertificate.development().privateKey());
    refused(() -> ServerCertificate.ofPem(certificate, key), key, "does not fit");
  }

  @Test
  void aKeyOfAnotherKindIsRefused() throws Exception {
    Path certificate = certificateFile();
    Path key = pkcs8(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());
    refused(() -> ServerCertificate.ofPem(certificate, key), key, "does not fit");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    Path missing = directory.resolve("missing.pem");
    refused(() -> Pem.certificates(missing), missing, "does not exist");
    refused(() -> ServerCertificate.ofPkcs12(missing, PASSWORD), missing, "does not exist");
  }

  @Test
  void aDirectoryIsNoFile() {
    refused(() -> Pem.certificates(directory), directory, "");
    refused(() -> ServerCertificate.ofPkcs12(directory, PASSWORD), directory, "");
  }

  @Test
  void aFileWithSomethingElseIsNamed() throws Exception {
    Path text = file("text.pem", "This is no certificate.");
    refused(() -> Pem.certificates(text), text, "no certificate in PEM form");
    refused(() -> Pem.privateKey(text), text, "no private key in PEM form");
    refused(() -> ServerCertificate.ofPkcs12(text, PASSWORD), text, "no PKCS#12 file");
  }

  @Test
  void aPkcs12FileIsReadBack() throws Exception {
    Path file = pkcs12("one");
    ServerCertificate read = ServerCertificate.ofPkcs12(file, PASSWORD);
    assertThat(read.chain()).isEqualTo(MADE.chain());
    assertThat(read.privateKey()).isEqualTo(MADE.privateKey());
  }

  @Test
  void aWrongPasswordIsSaidSo() throws Exception {
    Path file = pkcs12("one");
    refused(() -> ServerCertificate.ofPkcs12(file, "wrong".toCharArray()), file, "password");
  }

  @Test
  void aPkcs12FileMustHoldExactlyOneKey() throws Exception {
    Path two = pkcs12("one", "two");
    refused(() -> ServerCertificate.ofPkcs12(two, PASSWORD), two, "2 private keys");
    Path none = pkcs12();
    refused(() -> ServerCertificate.ofPkcs12(none, PASSWORD), none, "0 private keys");
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

  private Path pkcs12(String... aliases) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String alias : aliases) {
      store.setKeyEntry(
          alias, MADE.privateKey(), PASSWORD, MADE.chain().toArray(Certificate[]::new));
    }
    Path file = directory.resolve("store.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return file;
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
}
