package dev.sluice.it.property;

import dev.sluice.it.wire.Login;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Draws scenarios. */
final class ScenarioGenerator {
  static final String USER = "property";
  static final String SUPERUSER = "property_super";

  private static final int MAX_THEMES = 3;

  private final Set<Feature> features;
  private final Dice dice;
  private final long seed;
  private final int lane;

  private ScenarioGenerator(Set<Feature> features, long seed, int lane) {
    this.features = features;
    this.dice = new Dice(seed);
    this.seed = seed;
    this.lane = lane;
  }

  /**
   * The scenario of a seed. Its names are those of the lane; apart from them it does not depend on
   * it.
   */
  static Scenario scenario(Set<Feature> features, long seed, int lane) {
    return new ScenarioGenerator(features, seed, lane).draw();
  }

  private Scenario draw() {
    int pool = dice.between(1, 3);
    int count = dice.between(2, 4);
    // Clients that pin each backend let the others wait; that is worth a few scenarios only.
    int pinning = dice.percent(10) ? count : pool - 1;
    String user = dice.percent(15) ? SUPERUSER : USER;
    List<Scenario.Participant> clients = new ArrayList<>();
    List<Deque<Turn>> scripts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Slot slot = new Slot(lane, i);
      clients.add(new Scenario.Participant(slot, login(user, slot)));
      scripts.add(script(i, slot, themes(i < pinning)));
    }
    return new Scenario(seed, pool, clients, interleave(scripts), Optional.empty());
  }

  private Login login(String user, Slot slot) {
    Login login = Login.of(user, "");
    if (!features.contains(Feature.LOGIN_PARAMETERS)) {
      return login;
    }
    if (dice.percent(30)) {
      login = login.with("application_name", dice.of("app", "App"));
    }
    if (dice.percent(20)) {
      login = login.with("TimeZone", dice.of("Asia/Tokyo", "Europe/Berlin"));
    }
    if (dice.percent(10)) {
      login = login.with("DateStyle", dice.of("German", "SQL, DMY"));
    }
    if (dice.percent(10)) {
      login = login.with("search_path", slot.schema() + ", public");
    }
    if (dice.percent(10)) {
      login = login.with("work_mem", "12MB");
    }
    if (dice.percent(10)) {
      login = login.with("options", "-c extra_float_digits=2 -c app.user=ann");
    }
    return login;
  }

  private List<Theme> themes(boolean mayPin) {
    List<Theme> candidates = new ArrayList<>();
    for (Theme theme : Theme.values()) {
      if (theme.allowedBy(features) && (mayPin || !theme.pins())) {
        candidates.add(theme);
      }
    }
    Set<Theme> drawn = new LinkedHashSet<>();
    List<Integer> weights = candidates.stream().map(Theme::weight).toList();
    for (int i = dice.between(1, MAX_THEMES); i > 0; i--) {
      drawn.add(candidates.get(dice.weighted(weights)));
    }
    return List.copyOf(drawn);
  }

  private Deque<Turn> script(int client, Slot slot, List<Theme> themes) {
    OperationSource source = new OperationSource(dice, slot, themes);
    Deque<Turn> turns = new ArrayDeque<>();
    for (int i = dice.between(4, 14); i > 0; i--) {
      add(client, StepMaker.next(dice, features, source), turns);
    }
    add(client, StepMaker.simple(Operation.of(Kind.END_OF_TRANSACTION, "rollback")), turns);
    add(client, StepMaker.simple(LookOperations.all()), turns);
    return turns;
  }

  private static void add(int client, Step step, Deque<Turn> turns) {
    for (int i = 0; i < step.pieces().size(); i++) {
      turns.add(new Turn(client, step, i));
    }
  }

  private List<Turn> interleave(List<Deque<Turn>> scripts) {
    List<Turn> turns = new ArrayList<>();
    while (true) {
      List<Deque<Turn>> left = scripts.stream().filter(script -> !script.isEmpty()).toList();
      if (left.isEmpty()) {
        return turns;
      }
      Deque<Turn> next = dice.of(left);
      // Runs of one client's turns are as telling as changes at every turn.
      for (int i = dice.between(1, 3); i > 0 && !next.isEmpty(); i--) {
        turns.add(next.removeFirst());
      }
    }
  }
}
