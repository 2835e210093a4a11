package dev.heddle.samples.server;

/**
 * The part of a request's target behind the question mark.
 *
 * @param text the query as it came, empty if there is none
 */
record Query(String text) {
  private static final int MOST_DIGITS = 19;

  /** The query of a {@code :path}. */
  static Query of(String target) {
    int mark = target.indexOf('?');
    return new Query(mark < 0 ? "" : target.substring(mark + 1));
  }

  /** The value of a parameter that must be there, in decimal, within the range. */
  long number(String name, long least, long most) throws BadRequestException {
    String rule = String.format("%s must be a number from %d to %d", name, least, most);
    String value = value(name);
    if (value == null) {
      throw new BadRequestException(rule + "; it is missing");
    }
    if (value.length() <= MOST_DIGITS && value.matches("[0-9]+")) {
      try {
        long number = Long.parseLong(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new BadRequestException(rule); // 19 digits, but above 2^63-1
      }
    }
    throw new BadRequestException(rule);
  }

  private String value(String name) {
    for (String parameter : text.split("&")) {
      if (parameter.startsWith(name + "=")) {
        return parameter.substring(name.length() + 1);
      }
    }
    return null;
  }
}
