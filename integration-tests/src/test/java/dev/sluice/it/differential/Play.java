package dev.sluice.it.differential;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import java.util.Map;
import java.util.Random;

final class Play {
  public static void main(String[] args) {
    Address pg = Address.parse(args[0]);
    Login su = Login.of("postgres", "postgres");
    Suite all = Suite.read();
    System.out.println(all.cases().size() + " cases");
    boolean session = !args[2].startsWith("tx");
    Suite suite = all.suitable(15, session);
    try (SleepWatch watch = new SleepWatch(pg, su)) {
      long t0 = System.nanoTime();
      Suite.prepare(pg, su);
      Map<Case, Transcript> direct =
          all.suitable(15, true).run(new CaseRunner(pg, watch, Neighbours.none()));
      System.out.println("direct " + (System.nanoTime() - t0) / 1_000_000 + " ms");
      if (args.length > 3)
        direct.forEach((c, t) -> System.out.println("== " + c.name() + "\n" + t));
      t0 = System.nanoTime();
      Suite.prepare(pg, su);
      Address proxy = Address.parse(args[1]);
      int pool = args[2].startsWith("tx") ? Integer.parseInt(args[2].substring(2)) : 0;
      try (Neighbours n = pool == 0 ? Neighbours.none() : new RestlessNeighbours(proxy, pool)) {
        Map<Case, Transcript> other =
            suite.shuffled(new Random(1)).run(new CaseRunner(proxy, watch, n));
        System.out.println("other " + (System.nanoTime() - t0) / 1_000_000 + " ms");
        System.out.println(Report.compare(args[2], direct, other));
      }
    }
  }
}
