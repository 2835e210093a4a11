package dev.heddle;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.RandomAccess;

/** The fields of {@link Headers} as a list that nobody can change. Any thread. */
final class FieldList extends AbstractList<HeaderField> implements RandomAccess {
  final HeaderField[] array;

  /** Takes the array over. */
  FieldList(HeaderField... array) {
    this.array = array;
  }

  @Override
  public HeaderField get(int index) {
    return array[index];
  }

  @Override
  public int size() {
    return array.length;
  }

  /** One that looks for no changes, as there are none, and so costs nothing. */
  @Override
  public Iterator<HeaderField> iterator() {
    return new Fields(array);
  }

  private static final class Fields implements Iterator<HeaderField> {
    private final HeaderField[] array;
    private int next;

    Fields(HeaderField... array) {
      this.array = array;
    }

    @Override
    public boolean hasNext() {
      return next < array.length;
    }

    @Override
    public HeaderField next() {
      if (next == array.length) {
        throw new NoSuchElementException();
      }
      return array[next++];
    }
  }
}
