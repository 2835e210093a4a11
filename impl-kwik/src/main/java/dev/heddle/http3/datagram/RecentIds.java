package dev.heddle.http3.datagram;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** The last few ids that were closed, whose late datagrams need not wait. Any thread, lock-free. */
final class RecentIds {
  private static final int LENGTH = 16;
  private static final int MASK = LENGTH - 1;

  private final AtomicLongArray ids = new AtomicLongArray(LENGTH); // id + 1, 0 for none
  private final AtomicInteger next = new AtomicInteger();

  void add(long id) {
    ids.set(next.getAndIncrement() & MASK, id + 1);
  }

  boolean contains(long id) {
    for (int i = 0; i < LENGTH; i++) {
      if (ids.get(i) == id + 1) {
        return true;
      }
    }
    return false;
  }
}
