package tech.kwik.core.recovery;

/** A frame that wants to know when a packet with it was acknowledged. */
public interface AcknowledgedFrame {

  /** Called by the thread that processes acknowledgements, once per packet; must not block. */
  void acknowledged();
}
