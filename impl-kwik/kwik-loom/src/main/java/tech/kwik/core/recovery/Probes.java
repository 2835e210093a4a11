package tech.kwik.core.recovery;

import java.util.ArrayList;
import java.util.List;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;

/** What a probe packet repeats of a packet in flight (RFC 9002 section 6.2.4). */
final class Probes {

  private Probes() {}

  /** The frames that carry something to repeat, none of them a datagram: those are sent once. */
  static List<QuicFrame> repeatable(List<QuicFrame> frames) {
    List<QuicFrame> result = new ArrayList<>(frames.size());
    for (QuicFrame frame : frames) {
      if (isRepeatable(frame)) {
        result.add(frame);
      }
    }
    return result;
  }

  private static boolean isRepeatable(QuicFrame frame) {
    return !(frame instanceof AckFrame
        || frame instanceof PingFrame
        || frame instanceof Padding
        || frame instanceof DatagramFrame
        || frame instanceof ConnectionCloseFrame
        || frame instanceof PathChallengeFrame
        || frame instanceof PathResponseFrame);
  }
}
