package dev.sluice.it.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** All cases, and the database that they run in. */
final class Suite {
  private static final List<String> FILES =
      List.of(
          "simple.cases",
          "errors.cases",
          "transactions.cases",
          "extended.cases",
          "pipelines.cases",
          "prepared.cases",
          "copy.cases",
          "login.cases",
          "session.cases");

  private final List<Case> cases;

  private Suite(List<Case> cases) {
    this.cases = cases;
  }

  static Suite read() {
    return new Suite(
        Stream.concat(
                FILES.stream().flatMap(file -> CaseFile.read(file).stream()),
                TypeCases.read().stream())
            .toList());
  }

  List<Case> cases() {
    return cases;
  }

  /** The cases for a server of this version, in session mode or not. */
  Suite suitable(int serverVersion, boolean sessionMode) {
    return new Suite(
        cases.stream()
            .filter(c -> c.fromVersion() <= serverVersion && (sessionMode || !c.session()))
            .toList());
  }

  /** Without the cases that keep a backend to themselves. */
  Suite sharing() {
    return new Suite(cases.stream().filter(c -> !c.pins()).toList());
  }

  Suite shuffled(Random random) {
    List<Case> shuffled = new ArrayList<>(cases);
    Collections.shuffle(shuffled, random);
    return new Suite(shuffled);
  }

  Map<String, Transcript> run(CaseRunner runner) {
    Map<String, Transcript> transcripts = new LinkedHashMap<>();
    for (Case script : cases) {
      transcripts.put(script.name(), runner.run(script));
    }
    return transcripts;
  }

  /**
   * Makes the role and the database of the suite anew: object ids are then the same in every run on
   * a server.
   */
  static void prepare(Address postgres, Login superuser) {
    try (WireClient client = WireClient.login(postgres, superuser)) {
      client.rows("set client_min_messages = warning");
      String role = CaseFile.DEFAULT_LOGIN.user();
      client.rows("drop database if exists suite with (force)");
      if (client.rows("select from pg_roles where rolname = '" + role + "'").isEmpty()) {
        client.rows("create role " + role + " login");
      }
      client.rows("create database suite owner " + role + " template template0 encoding 'UTF8'");
    }
    try (WireClient client = WireClient.login(postgres, CaseFile.DEFAULT_LOGIN)) {
      client.rows("set client_min_messages = warning");
      client.rows(resource("setup.sql"));
    }
  }

  private static String resource(String name) {
    try (InputStream in = Suite.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
