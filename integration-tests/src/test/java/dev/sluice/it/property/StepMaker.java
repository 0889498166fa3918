package dev.sluice.it.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Gives operations the forms that the protocol has for them. */
final class StepMaker {
  private static final List<String> STATEMENTS = List.of("s1", "s2", "s3");
  private static final List<String> PORTALS = List.of("o1", "o2");
  private static final String NOBODYS_PORTAL = "nobody_s";

  private final Dice dice;
  private final Set<Feature> features;
  private final Supplier<Operation> operations;
  private final List<Kind> kinds = new ArrayList<>();
  private final List<List<Request>> pieces = new ArrayList<>();
  private List<Request> piece = new ArrayList<>();

  private StepMaker(Dice dice, Set<Feature> features, Supplier<Operation> operations) {
    this.dice = dice;
    this.features = features;
    this.operations = operations;
  }

  /** A step of one operation or several. */
  static Step next(Dice dice, Set<Feature> features, Supplier<Operation> operations) {
    return new StepMaker(dice, features, operations).make();
  }

  /** A simple query. */
  static Step simple(Operation... several) {
    String sql = List.of(several).stream().map(Operation::sql).collect(Collectors.joining("; "));
    return new Step(
        List.of(several).stream().map(Operation::kind).toList(),
        List.of(List.of(Request.query(sql))),
        new Step.End.Ready(1));
  }

  private Step make() {
    int crossed = features.contains(Feature.CROSSED_NAMES) ? 3 : 0;
    int unknown = features.contains(Feature.UNKNOWN_CUSTOM_PARAMETERS) ? 2 : 0;
    return switch (dice.weighted(
        List.of(34, 14, 22, 5, 10, 2, 10, 5, 4, 4, 2, 2, crossed, unknown))) {
      case 0 -> simple(operations.get());
      case 1 -> severalInOneString();
      case 2 -> extended();
      case 3 -> prepare();
      case 4 -> runPrepared();
      case 5 -> close();
      case 6 -> pipeline(false);
      case 7 -> pipeline(true);
      case 8 -> withValues();
      case 9 -> portal();
      case 10 -> queryBehindParse();
      case 11 -> odd();
      case 12 -> crossed();
      default ->
          simple(
              Operation.of(
                  Kind.SHOW, dice.of("show app.user", "select current_setting('app.user', true)")));
    };
  }

  /** Statements of the protocol and of SQL are the same to PostgreSQL. */
  private Step crossed() {
    if (dice.percent(50)) {
      kinds.add(Kind.PROTOCOL_STATEMENT);
      execute(dice.of("p1", "p2"));
      return synced();
    }
    return simple(
        Operation.of(Kind.SQL_EXECUTE, dice.of("execute ", "deallocate ") + dice.of(STATEMENTS)));
  }

  private Step severalInOneString() {
    Operation[] several = new Operation[dice.between(2, 4)];
    for (int i = 0; i < several.length; i++) {
      several[i] = operations.get();
    }
    return simple(several);
  }

  /** What an extended query can carry; a string of several statements becomes a step by itself. */
  private String statement() {
    Operation operation = operations.get();
    while (operation.whole()) {
      operation = operations.get();
    }
    kinds.add(operation.kind());
    return operation.sql();
  }

  private Step extended() {
    run("", statement());
    return synced();
  }

  private void run(String name, String sql) {
    piece.add(Request.parse(name, sql));
    if (dice.percent(25)) {
      piece.add(Request.describeStatement(name));
    }
    execute(name);
  }

  private void execute(String name) {
    piece.add(dice.percent(15) ? Request.bindForBinary("", name) : Request.bind("", name));
    if (dice.percent(50)) {
      piece.add(Request.describePortal(""));
    }
    piece.add(Request.execute("", dice.percent(10) ? 2 : 0));
  }

  private Step prepare() {
    kinds.add(Kind.PROTOCOL_STATEMENT);
    String name = dice.of(STATEMENTS);
    if (dice.percent(40)) {
      piece.add(Request.closeStatement(name));
    }
    piece.add(Request.parse(name, statement()));
    if (dice.percent(40)) {
      piece.add(Request.describeStatement(name));
    }
    if (dice.percent(50)) {
      execute(name);
    }
    return synced();
  }

  private Step runPrepared() {
    kinds.add(Kind.PROTOCOL_STATEMENT);
    String name = dice.of("s1", "s2", "s3", "");
    execute(name);
    return synced();
  }

  private Step close() {
    kinds.add(Kind.PROTOCOL_STATEMENT);
    piece.add(Request.closeStatement(dice.of(STATEMENTS)));
    return synced();
  }

  /** Several, some with a Sync behind them; cut into pieces between which others have a turn. */
  private Step pipeline(boolean cut) {
    int length = dice.between(2, 4);
    int syncs = 1;
    for (int i = 0; i < length; i++) {
      if (dice.percent(15)) {
        kinds.add(Kind.PROTOCOL_STATEMENT);
        execute(dice.of(STATEMENTS));
      } else {
        run("", statement());
      }
      if (i < length - 1) {
        if (dice.percent(35)) {
          piece.add(Request.sync());
          syncs++;
        }
        if (cut && dice.percent(50)) {
          if (dice.percent(50)) {
            piece.add(Request.flush());
          }
          pieces.add(piece);
          piece = new ArrayList<>();
        }
      }
    }
    piece.add(Request.sync());
    return finish(new Step.End.Ready(syncs));
  }

  private Step withValues() {
    switch (dice.below(5)) {
      case 0 -> {
        kinds.add(Kind.SET_CONFIG);
        piece.add(Request.parse("", "select set_config($1, $2, $3::bool)"));
        String name =
            dice.of(
                "work_mem",
                "TimeZone",
                features.contains(Feature.UNSEEN_CHANGES) ? "app.user" : "lock_timeout",
                "application_name",
                "nonsense");
        String value =
            switch (name) {
              case "work_mem" -> dice.of("5MB", "6MB", "x");
              case "TimeZone" -> dice.of("UTC", "Asia/Tokyo", "x");
              case "lock_timeout" -> dice.of("95s", "0", "never");
              default -> dice.of("ann", "bob", "");
            };
        piece.add(Request.bind("", "", name, value, dice.of("f", "f", "t")));
      }
      case 1 -> {
        kinds.add(Kind.SHOW);
        piece.add(Request.parse("", "select current_setting($1)"));
        piece.add(
            Request.bind("", "", dice.of("work_mem", "TimeZone", "DateStyle", "search_path")));
      }
      case 2 -> {
        kinds.add(Kind.ERROR);
        piece.add(Request.parse("", "select $1::int + 1 as next"));
        piece.add(Request.bind("", "", dice.of("4", "x", "2147483647")));
      }
      case 3 -> {
        kinds.add(Kind.LITERAL_UNDER_SETTINGS);
        piece.add(Request.parse("", "select $1::timestamptz as at, $2::date as day"));
        piece.add(Request.bind("", "", "2024-01-02 03:04", dice.of("01/02/2024", "2024-01-02")));
      }
      default -> {
        kinds.add(Kind.NOTIFY);
        piece.add(Request.parse("", "select $1::text is null as missing"));
        piece.add(Request.bind("", "", (String) null));
      }
    }
    if (dice.percent(50)) {
      piece.add(Request.describePortal(""));
    }
    piece.add(Request.execute("", 0));
    return synced();
  }

  private Step portal() {
    kinds.add(Kind.PORTAL);
    String name = dice.of(PORTALS);
    switch (dice.below(5)) {
      case 0, 1 -> {
        piece.add(Request.parse("", "select g from generate_series(1, 7) g"));
        piece.add(Request.bind(name, ""));
        piece.add(Request.execute(name, 3));
      }
      case 2 -> piece.add(Request.execute(name, dice.below(3)));
      case 3 ->
          piece.add(dice.percent(50) ? Request.closePortal(name) : Request.describePortal(name));
      default -> piece.add(Request.query("fetch 2 from " + name));
    }
    return piece.getLast().message().tag() == 'Q' ? finish(new Step.End.Ready(1)) : synced();
  }

  /**
   * A Query with no Sync before it: what stands before has no ReadyForQuery of its own. Nothing is
   * executed before it, for behind that PostgreSQL 18 now and then forgets that its transaction is
   * over, and fails with XX000.
   */
  private Step queryBehindParse() {
    piece.add(Request.parse("", statement()));
    piece.add(dice.percent(50) ? Request.describeStatement("") : Request.bind("", ""));
    piece.add(Request.query(statement()));
    piece.add(Request.sync());
    piece.add(Request.closePortal(NOBODYS_PORTAL));
    piece.add(Request.sync());
    return finish(new Step.End.ReadyAfterClose());
  }

  private Step odd() {
    kinds.add(Kind.SYNTAX);
    switch (dice.below(4)) {
      case 0 -> {
        return simple(Operation.of(Kind.SYNTAX, dice.of("", " ", ";", "-- nothing")));
      }
      case 1 -> run("", "");
      case 2 -> {}
      default -> piece.add(Request.parse("", statement()));
    }
    return synced();
  }

  private Step synced() {
    piece.add(Request.sync());
    return finish(new Step.End.Ready(1));
  }

  private Step finish(Step.End end) {
    pieces.add(piece);
    return new Step(kinds, pieces, end);
  }
}
