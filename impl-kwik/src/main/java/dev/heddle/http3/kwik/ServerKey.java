package dev.heddle.http3.kwik;

import dev.heddle.ServerCertificate;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;

/**
 * A server certificate in the form that kwik takes: a key store with one entry, and the name of the
 * key's curve. Made before anything is bound, so that a certificate that TLS here cannot use is
 * told first. Immutable.
 *
 * @param curve the name of the elliptic curve, null for an RSA key
 */
record ServerKey(KeyStore store, String curve) {
  static final String ALIAS = "server";

  private static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");
  private static final int LEAST_RSA_BITS = 1024; // what RSASSA-PSS with SHA-256 and -384 needs
  private static final char[] PASSWORD = {}; // the store never leaves the memory

  static ServerKey of(ServerCertificate certificate) throws IOException {
    String curve = curve(certificate.chain().getFirst().getPublicKey());
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, PASSWORD);
      store.setKeyEntry(
          ALIAS,
          certificate.privateKey(),
          PASSWORD,
          certificate.chain().toArray(X509Certificate[]::new));
      return new ServerKey(store, curve);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the server certificate cannot be used: "
              + e.getMessage()
              + " (the chain must begin with the server's certificate, each certificate followed"
              + " by its issuer's)",
          e);
    }
  }

  char[] password() {
    return PASSWORD.clone();
  }

  private static String curve(PublicKey key) throws IOException {
    return switch (key) {
      case ECPublicKey ec -> curve(ec.getParams());
      case RSAPublicKey rsa when rsa.getModulus().bitLength() >= LEAST_RSA_BITS -> null;
      case RSAPublicKey rsa ->
          throw unusable("an RSA key of " + rsa.getModulus().bitLength() + " bits");
      default -> throw unusable("a key of the kind " + key.getAlgorithm());
    };
  }

  private static String curve(ECParameterSpec parameters) throws IOException {
    try {
      for (String name : CURVES) {
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec(name));
        ECParameterSpec known = named.getParameterSpec(ECParameterSpec.class);
        if (known.getCurve().equals(parameters.getCurve())
            && known.getGenerator().equals(parameters.getGenerator())) {
          return name;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java runtime does not know the curves of TLS", e);
    }
    throw unusable("a key on another curve");
  }

  private static IOException unusable(String what) {
    return new IOException(
        "the server certificate has "
            + what
            + "; use ECDSA on P-256, P-384 or P-521, or RSA of at least 2,048 bits");
  }
}
