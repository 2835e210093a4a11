package dev.heddle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files (RFC 7468). Stateless, any thread. */
final class Pem {
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final byte[] RSA_OID = Der.oid(1, 2, 840, 113549, 1, 1, 1);
  private static final byte[] EC_OID = Der.oid(1, 2, 840, 10045, 2, 1);

  private Pem() {}

  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text(file));
    while (blocks.find()) {
      if (blocks.group(1).equals("CERTIFICATE")) {
        byte[] der = decode(file, blocks.group(2));
        try {
          found.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(der)));
        } catch (CertificateException e) {
          throw new IOException(
              file + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (found.isEmpty()) {
      throw new IOException(file + " holds no certificate in PEM form (BEGIN CERTIFICATE)");
    }
    return List.copyOf(found);
  }

  static PrivateKey privateKey(Path file) throws IOException {
    Matcher blocks = BLOCK.matcher(text(file));
    while (blocks.find()) {
      String label = blocks.group(1);
      if (label.equals("PRIVATE KEY")) {
        return pkcs8(file, decode(file, blocks.group(2)));
      } else if (label.equals("RSA PRIVATE KEY")) {
        return pkcs8(file, wrap(Der.sequence(RSA_OID, Der.NULL), decode(file, blocks.group(2))));
      } else if (label.equals("EC PRIVATE KEY")) {
        byte[] sec1 = decode(file, blocks.group(2));
        byte[] curve =
            Der.firstTagged(sec1, 0xa0)
                .orElseThrow(() -> new IOException(file + " names no curve in its EC PRIVATE KEY"));
        return pkcs8(file, wrap(Der.sequence(EC_OID, curve), sec1));
      } else if (label.equals("ENCRYPTED PRIVATE KEY")) {
        throw new IOException(file + " is protected by a password; store the key without one");
      }
    }
    throw new IOException(file + " holds no private key in PEM form (BEGIN PRIVATE KEY)");
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return Der.sequence(Der.integer(0), algorithm, Der.octets(key));
  }

  private static PrivateKey pkcs8(Path file, byte[] der) throws IOException {
    GeneralSecurityException last = null;
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        last = e; // a key of another algorithm
      } catch (GeneralSecurityException e) {
        throw new IOException(file + " cannot be read as a private key", e);
      }
    }
    throw new IOException(file + " holds no RSA, EC or Ed25519 private key that can be read", last);
  }

  private static byte[] decode(Path file, String base64) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not valid PEM: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.size(file) <= MOST_BYTES) {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    throw new IOException(file + " is larger than 1 MiB; that is no PEM file");
  }

  /** Says which file cannot be read and why; the JDK's exceptions mostly say one of the two. */
  static IOException unreadable(Path file, IOException cause) {
    String reason =
        switch (cause) {
          case NoSuchFileException missing -> " does not exist";
          case AccessDeniedException denied -> " cannot be read: permission denied";
          default -> " cannot be read: " + cause.getMessage();
        };
    return new IOException(file + reason, cause);
  }
}
