package dev.sluice.proxy.auth.hba;

import dev.sluice.proxy.auth.ldap.LdapSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of rules in the syntax of pg_hba.conf. */
public final class HbaFile {
  private HbaFile() {}

  /** What came of reading a file. */
  public sealed interface Result {}

  public record Loaded(HbaRules rules) implements Result {}

  /** The file, or one it includes, is wrong in these places: all of them. */
  public record Invalid(List<FileProblem> problems) implements Result {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads a file and those it includes. Blocks.
   *
   * @param maps those that rules may name; null if the file of them is broken, so that only it is
   *     reported
   * @param ldap for rules with method ldap and no option of their own; null if there is none
   */
  public static Result load(Path file, @Nullable UserNameMaps maps, @Nullable LdapSettings ldap) {
    EntryReader reader = new EntryReader();
    reader.read(file);
    List<FileProblem> problems = new ArrayList<>(reader.problems());
    List<HbaRule> rules = new ArrayList<>();
    HbaRuleParser parser = new HbaRuleParser(maps, ldap);
    for (Entry entry : reader.entries()) {
      try {
        rules.add(parser.parse(entry));
      } catch (InvalidEntryException e) {
        problems.add(new FileProblem(entry.file(), entry.line(), e.problem()));
      }
    }
    if (rules.isEmpty() && problems.isEmpty()) {
      problems.add(
          new FileProblem(file, 0, "has no rule, so nobody could log in; write at least one"));
    }
    problems.sort(Comparator.comparing(FileProblem::file).thenComparingInt(FileProblem::line));
    return problems.isEmpty() ? new Loaded(new HbaRules(rules)) : new Invalid(problems);
  }
}
