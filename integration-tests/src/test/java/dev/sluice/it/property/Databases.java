package dev.sluice.it.property;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two databases with the same content, one for each way to PostgreSQL; lock keys and channels are
 * apart then too. One lane uses one of these objects at a time.
 */
final class Databases implements AutoCloseable {
  static final String DIRECT = "property_direct";
  static final String PROXIED = "property_proxied";

  private static final int CLIENTS = 4;

  private final List<WireClient> owners;

  private Databases(List<WireClient> owners) {
    this.owners = owners;
  }

  /** Makes the roles and both databases anew, with the objects of so many lanes. */
  static void create(PostgresServer postgres, int lanes) {
    try (WireClient admin = postgres.admin("postgres")) {
      admin.rows("set client_min_messages = warning");
      for (String database : List.of(DIRECT, PROXIED)) {
        admin.rows("drop database if exists " + database + " with (force)");
      }
      for (String role : List.of("property_a", "property_b", "property", "property_super")) {
        admin.rows("drop role if exists " + role);
      }
      admin.rows(
          "create role property login; create role property_super login superuser;"
              + "create role property_a; create role property_b;"
              + "grant property_a, property_b to property");
      for (String database : List.of(DIRECT, PROXIED)) {
        admin.rows(
            "create database " + database + " owner property template template0 encoding 'UTF8'");
      }
    }
    for (String database : List.of(DIRECT, PROXIED)) {
      try (WireClient owner =
          WireClient.login(
              postgres.address(),
              postgres.superuser().withUser("property").withDatabase(database))) {
        owner.rows(
            "create schema property_a;"
                + "create table property_a.items (id int, tag text);"
                + "insert into property_a.items values (1, 'of the role');"
                + "grant usage on schema property_a to public;"
                + "grant select on property_a.items to public");
        for (int lane = 0; lane < lanes; lane++) {
          for (int client = 0; client < CLIENTS; client++) {
            create(new Slot(lane, client), owner);
          }
        }
      }
    }
  }

  private static void create(Slot slot, WireClient owner) {
    owner.rows(
        """
        create schema {own};
        create schema {other};
        create table {own}.items (id int, tag text);
        create table {other}.items (id int, tag text);
        create table {own}.notes (id int, owner name default current_user, body text);
        alter table {own}.notes enable row level security;
        alter table {own}.notes force row level security;
        create policy own on {own}.notes using (owner = current_user);
        create table {own}.docs (id int, who text);
        alter table {own}.docs enable row level security;
        alter table {own}.docs force row level security;
        create policy own on {own}.docs using (who = current_setting('app.user', true));
        create sequence {own}.seq;
        create sequence {other}.seq;
        create function {own}.with_set() returns text language sql
          set work_mem = '3MB' set search_path = {other}
          as $$ select current_setting('work_mem') || ' ' || current_setting('search_path') $$;
        create function {own}.hide(name text, value text) returns text language plpgsql
          as $$ begin return set_config(name, value, false); end $$;
        create function {own}.say(what text) returns int language plpgsql
          as $$ begin raise notice 'said: %', what; return 1; end $$;
        grant usage on schema {own}, {other} to property_a, property_b;
        grant all on all tables in schema {own}, {other} to property_a, property_b;
        grant all on all sequences in schema {own}, {other} to property_a;
        """
            .replace("{own}", slot.schema())
            .replace("{other}", slot.otherSchema()));
  }

  /** To put the rows of a lane back, again and again. */
  static Databases open(PostgresServer postgres) {
    List<WireClient> owners = new ArrayList<>();
    for (String database : List.of(DIRECT, PROXIED)) {
      WireClient owner = postgres.admin(database);
      owner.rows("set client_min_messages = warning; set synchronous_commit = off");
      owners.add(owner);
    }
    return new Databases(owners);
  }

  /** Puts back what the clients of a scenario may change. */
  void reset(Scenario scenario) {
    Set<String> statements = new TreeSet<>();
    for (int client : scenario.active()) {
      Slot slot = scenario.clients().get(client).slot();
      statements.add(
          """
          drop table if exists {own}.made;
          delete from {own}.items; insert into {own}.items values (1, 'one'), (2, 'two');
          delete from {other}.items; insert into {other}.items values (1, 'other');
          delete from {own}.notes; insert into {own}.notes values
            (1, 'property', 'p'), (2, 'property_a', 'a'), (3, 'property_b', 'b');
          delete from {own}.docs; insert into {own}.docs values (1, 'ann'), (2, 'bob'), (3, 'Bob');
          select setval('{own}.seq', 1, false), setval('{other}.seq', 1, false);
          """
              .replace("{own}", slot.schema())
              .replace("{other}", slot.otherSchema()));
    }
    String all = String.join("", statements);
    owners.forEach(owner -> owner.rows(all));
  }

  @Override
  public void close() {
    owners.forEach(WireClient::close);
  }
}
