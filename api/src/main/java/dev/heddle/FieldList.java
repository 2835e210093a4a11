package dev.heddle;

import java.util.AbstractList;
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
}
