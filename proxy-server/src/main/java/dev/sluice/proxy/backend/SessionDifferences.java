package dev.sluice.proxy.backend;

import dev.sluice.proxy.session.PinReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In what a session that nobody has is not as it is believed to be.
 *
 * @param parameters that are set to something else, in lower case
 * @param others for people: kinds of state, prepared statements
 */
public record SessionDifferences(Set<String> parameters, List<String> others) {
  public static final SessionDifferences NONE = new SessionDifferences(Set.of(), List.of());

  private static final String OWN_STATEMENTS = "sluice ";

  /**
   * All that there is to ask about a session.
   *
   * @param unlisted names of parameters that PostgreSQL does not list and that may be set
   * @param functions whether to look for such names in functions too
   */
  public static SessionInquiry.Questions questions(
      BackendSession session, Collection<String> unlisted, boolean functions) {
    Set<String> names = new LinkedHashSet<>(session.applied().values().keySet());
    names.removeIf(name -> session.reported().get(name) != null);
    names.add(SessionFacts.ROLE);
    names.addAll(unlisted);
    return new SessionInquiry.Questions(names, true, SessionInquiry.states(), true, functions);
  }

  /** Compares what PostgreSQL answered to the {@link #questions} with what is believed. */
  public static SessionDifferences between(BackendSession session, SessionFacts facts) {
    Set<String> parameters = new TreeSet<>();
    facts
        .settings()
        .forEach(
            (name, value) -> {
              if (!SessionFacts.isOfTransaction(name)
                  && !Objects.equals(believed(session, name), present(name, value))) {
                parameters.add(name);
              }
            });
    List<String> others = new ArrayList<>();
    for (PinReason state : EnumSet.copyOf(SessionInquiry.states())) {
      if (facts.held().contains(state)) {
        others.add(state.label());
      }
    }
    Set<String> statements = session.prepared().names();
    for (String name : facts.statements()) {
      if (!statements.remove(name)
          && !name.startsWith(OWN_STATEMENTS)
          && !session.hasStrayName(name)) {
        others.add("prepared statement " + name);
      }
    }
    statements.forEach(name -> others.add("no prepared statement " + name));
    return new SessionDifferences(parameters, others);
  }

  /** Null if nothing is set; an unlisted parameter that was once set is an empty string then. */
  private static @Nullable String believed(BackendSession session, String name) {
    String reported = session.reported().get(name);
    return reported != null ? reported : emptyIsUnset(name, session.applied().get(name));
  }

  private static @Nullable String present(String name, @Nullable String value) {
    return emptyIsUnset(name, SessionFacts.present(name, value));
  }

  private static @Nullable String emptyIsUnset(String name, @Nullable String value) {
    return name.indexOf('.') >= 0 && "".equals(value) ? null : value;
  }

  public boolean isEmpty() {
    return parameters.isEmpty() && others.isEmpty();
  }

  /** Without some of the parameters. */
  public SessionDifferences without(Set<String> names) {
    Set<String> rest = new TreeSet<>(parameters);
    rest.removeAll(names);
    return new SessionDifferences(rest, others);
  }

  /** For people; values are not shown, for they may be anybody's. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>();
    parameters.forEach(name -> all.add("parameter " + name));
    all.addAll(others);
    return String.join(", ", all);
  }
}
