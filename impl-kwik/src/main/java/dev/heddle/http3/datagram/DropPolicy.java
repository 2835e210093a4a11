package dev.heddle.http3.datagram;

/** Which datagram goes where a ring is full. */
public enum DropPolicy {
  /** The one that has waited longest: readers get what is recent. */
  OLDEST,
  /** The one that just came: readers get what came first. */
  NEWEST
}
