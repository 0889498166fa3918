package dev.sluice.proxy.auth.hba;

import java.nio.file.Path;
import java.util.List;

/**
 * One line of a file, with those that continue it.
 *
 * @param line where it begins, from 1
 * @param fields separated by blanks; never empty, each of at least one token, which were separated
 *     by commas
 */
record Entry(Path file, int line, List<List<Token>> fields) {
  Entry {
    fields = List.copyOf(fields);
  }
}
