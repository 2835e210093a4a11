package dev.heddle;

/** Which datagram is dropped where a {@link DatagramContext} has no room for one more. */
public enum DropPolicy {
  /** The one that has waited longest: readers get what is recent. The default. */
  DROP_OLDEST,
  /** The one that just came: readers get what came first. */
  DROP_NEWEST
}
