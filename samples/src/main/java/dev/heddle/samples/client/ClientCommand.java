package dev.heddle.samples.client;

import dev.heddle.Http3Client;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the client's command line asks for.
 *
 * @param connector makes the connection, and knows which certificates it trusts
 * @param request the request
 * @param output the file for the body; empty for standard output
 * @param repeat how often, and how many at once; empty for one request whose body is shown
 * @param verbose whether to show fields and times
 */
record ClientCommand(
    Http3Client.Builder connector,
    Request request,
    Optional<Path> output,
    Optional<Repeat> repeat,
    boolean verbose) {

  static final String USAGE =
      """
      usage: samples/run client [-X METHOD] [-H 'name: value']... [-d TEXT | --data-file FILE]
                                [-t 'name: value']... [--ca FILE.pem | --sha256 HEX | --insecure]
                                [-o FILE] [-n COUNT] [-c CONCURRENT] [-v] URL
        -X METHOD        the method; GET is the default, POST where there is a body
        -H, -t           a field of the header section, of the trailer section
        -d, --data-file  the body: a text, the content of a file
        --ca             trust the authorities in this file in place of the system's
        --sha256         trust the certificate with this SHA-256 and no other
        --insecure       trust whoever answers
        -o FILE          write the body to a file
        -n, -c           repeat COUNT times, CONCURRENT at once, and print a summary
        -v               show fields, interim responses, trailers and the time taken
      exit status: 0 final response below 400, 22 one of 400 and above, 7 no connection,
      60 certificate refused, 56 stream or connection ended by the peer, 2 wrong arguments,
      1 a fault on this side, such as a full disk\
      """;

  /**
   * How often to make the request.
   *
   * @param count in all
   * @param concurrent at once
   */
  record Repeat(int count, int concurrent) {}
}
