package dev.sluice.it.differential;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that leave on a backend whatever a client may leave there: settings that PostgreSQL
 * reports, an unnamed statement, a statement whose name the cases use too. With a pool of more than
 * one backend the last of them stays in a transaction, so that the case goes on on another backend.
 * Each checks its own answers.
 */
final class RestlessNeighbours implements Neighbours {
  private final List<WireClient> clients = new ArrayList<>();
  private final boolean holdsOne;
  private int turn;

  RestlessNeighbours(Address proxy, int poolSize) {
    holdsOne = poolSize > 1;
    for (int i = 0; i < poolSize + 1; i++) {
      clients.add(
          WireClient.login(
              proxy,
              CaseFile.DEFAULT_LOGIN
                  .with("TimeZone", "Asia/Tokyo")
                  .with("application_name", "neighbour " + i)));
    }
    for (int i = 0; i < clients.size(); i++) {
      WireClient client = clients.get(i);
      client.send(
          FrontendMessage.parse("s1", statement(i)),
          FrontendMessage.parse("begin", "begin"),
          FrontendMessage.parse("commit", "commit"),
          FrontendMessage.sync());
      Answers.good(client.readUntil('Z'));
      parseUnnamed(i);
    }
  }

  private static String statement(int number) {
    return "select 'neighbour', $1::int + " + number;
  }

  /** A simple query would drop the unnamed statement. */
  private static void run(WireClient client, String statement) {
    client.send(
        FrontendMessage.bind("", statement),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
  }

  private void parseUnnamed(int number) {
    WireClient client = clients.get(number);
    client.send(FrontendMessage.parse("", statement(number)), FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
  }

  @Override
  public void use() {
    if (holdsOne) {
      WireClient holder = clients.get(turn % clients.size());
      if (holder.lastStatus() == 'T') {
        run(holder, "commit");
      }
    }
    turn++;
    int number = turn % clients.size();
    WireClient client = clients.get(number);
    if (holdsOne) {
      run(client, "begin");
    }
    String name = turn % 2 == 0 ? "s1" : "";
    client.send(
        FrontendMessage.bind("", name, "100"),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    List<List<String>> rows = Answers.rows(Answers.good(client.readUntil('Z')));
    if (!rows.equals(List.of(List.of("neighbour", Integer.toString(100 + number))))) {
      throw new AssertionError("neighbour " + number + " got " + rows);
    }
    String zone = client.value("show TimeZone");
    if (!zone.equals("Asia/Tokyo")) {
      throw new AssertionError("neighbour " + number + " is in time zone " + zone);
    }
    // The query above has dropped it.
    parseUnnamed(number);
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
  }
}
