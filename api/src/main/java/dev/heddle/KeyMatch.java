package dev.heddle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/** Tells whether a private key belongs to a public one, by signing with it. Stateless. */
final class KeyMatch {
  private KeyMatch() {}

  static boolean fits(PublicKey publicKey, PrivateKey privateKey) {
    Optional<String> algorithm = signature(privateKey.getAlgorithm());
    if (algorithm.isEmpty()) {
      return false;
    }
    try {
      byte[] probe = {1, 2, 3, 4};
      Signature signer = Signature.getInstance(algorithm.get());
      signer.initSign(privateKey);
      signer.update(probe);
      byte[] signed = signer.sign();
      signer.initVerify(publicKey);
      signer.update(probe);
      return signer.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // keys of two algorithms, or of two curves
    }
  }

  private static Optional<String> signature(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "RSA" -> Optional.of("SHA256withRSA");
      case "EC" -> Optional.of("SHA256withECDSA");
      case "Ed25519", "EdDSA" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
  }
}
