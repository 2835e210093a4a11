package dev.heddle.samples.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The words of a command line, taken one after another. For one thread. */
public final class Arguments {
  private final Deque<String> words;

  /**
   * A command line.
   *
   * @param words its words
   */
  public Arguments(String... words) {
    this.words = new ArrayDeque<>(List.of(words));
  }

  /**
   * Tells whether a word is left.
   *
   * @return false at the end
   */
  public boolean more() {
    return !words.isEmpty();
  }

  /**
   * Takes the next word.
   *
   * @return the word
   */
  public String next() {
    return words.remove();
  }

  /**
   * Takes the word that an option needs.
   *
   * @param option the option, for the message
   * @return the word
   * @throws UsageException if there is none
   */
  public String valueOf(String option) throws UsageException {
    if (words.isEmpty()) {
      throw new UsageException(option + " needs a value");
    }
    return words.remove();
  }

  /**
   * Takes the file name that an option needs.
   *
   * @param option the option, for the message
   * @return the file
   * @throws UsageException if there is none
   */
  public Path fileOf(String option) throws UsageException {
    String name = valueOf(option);
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UsageException(option + " needs the name of a file, not " + name);
    }
  }

  /**
   * Takes the number that an option needs.
   *
   * @param option the option, for the message
   * @param least the smallest number allowed
   * @param most the largest number allowed
   * @return the number
   * @throws UsageException if there is none in that range
   */
  public int numberOf(String option, int least, int most) throws UsageException {
    String word = valueOf(option);
    if (word.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(word);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new UsageException(
        String.format("%s needs a number from %d to %d, not %s", option, least, most, word));
  }
}
