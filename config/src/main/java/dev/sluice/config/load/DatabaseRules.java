package dev.sluice.config.load;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import dev.sluice.config.UserConfig;
import dev.sluice.config.load.DatabaseAssembler.Assembled;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What databases and users demand of each other and of the global sections. */
final class DatabaseRules {
  private static final List<String> CONSOLES = List.of("sluice", "pgbouncer");

  private final Findings findings;

  DatabaseRules(Findings findings) {
    this.findings = findings;
  }

  void database(Assembled database) {
    DatabaseConfig config = database.config();
    Place place = place(database);
    if (CONSOLES.contains(config.name())) {
      place.problem(List.of(""), "this name is the console's; choose another");
    }
    nodes(config, place);
    if (config.password() != null && config.user() == null) {
      place.problem(List.of("password", "user"), "a password needs a user; set user as well");
    }
    SectionRules.serverTls(config.tls(), place.child("tls"));
    SectionRules.pool(config.pool(), withGlobal(place, "pool"));
    SectionRules.routing(config.routing(), withGlobal(place, "routing"));
  }

  private static void nodes(DatabaseConfig config, Place place) {
    if (config.nodes().isEmpty()) {
      place.problem(List.of("nodes"), "has no nodes; set nodes = [\"host:5432\"]");
      return;
    }
    Map<String, Integer> seen = new HashMap<>();
    int primary = -1;
    for (int i = 0; i < config.nodes().size(); i++) {
      Node node = config.nodes().get(i);
      Integer first = seen.putIfAbsent(node.toString(), i);
      if (first != null) {
        place.problem(
            List.of("nodes[" + i + "]", "nodes"),
            node + " is also nodes[" + first + "]; each node can be given once");
      }
      if (node.role() == NodeRole.PRIMARY && primary >= 0) {
        place.problem(
            List.of("nodes[" + i + "]", "nodes"),
            "nodes[" + primary + "] is the primary already; one node can be");
      } else if (node.role() == NodeRole.PRIMARY) {
        primary = i;
      }
    }
    boolean noReplica = config.nodes().stream().allMatch(node -> node.role() == NodeRole.PRIMARY);
    boolean noPrimary = config.nodes().stream().allMatch(node -> node.role() == NodeRole.REPLICA);
    boolean nowhere =
        switch (config.route()) {
          case null -> false;
          case REPLICA -> noReplica;
          case PRIMARY -> noPrimary;
        };
    if (nowhere) {
      place.problem(
          List.of("route", "nodes"), "no node has this role; add one, or leave route out");
    }
  }

  /** What a user's pools are on each database, where that is not already wrong without the user. */
  void user(UserConfig user, Collection<Assembled> databases) {
    String section = KeyPath.ROOT.child("users").entry(user.name()).child("pool").written();
    for (Assembled database : databases) {
      Place below = withGlobal(place(database), "pool");
      Place place =
          new Place(
              findings, Stream.concat(Stream.of(section), below.prefixes().stream()).toList());
      SectionRules.pool(user.pool().over(database.config().pool()), place);
    }
  }

  private Place place(Assembled database) {
    return new Place(
        findings,
        database.ancestry().stream()
            .map(name -> KeyPath.ROOT.child("databases").entry(name).written())
            .toList());
  }

  private Place withGlobal(Place database, String section) {
    return new Place(
        findings,
        Stream.concat(database.child(section).prefixes().stream(), Stream.of(section)).toList());
  }
}
