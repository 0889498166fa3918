package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.text;

import dev.sluice.proxy.admin.data.PoolSnapshot;
import java.util.List;

/** SHOW POOLS. */
final class PoolTables {
  static final ConsoleTable<PoolSnapshot> POOLS =
      new ConsoleTable<>(
          "pools",
          List.of(
              text("database", PoolSnapshot::database),
              text("user", PoolSnapshot::user),
              int4("cl_active", PoolSnapshot::clientsActive),
              int4("cl_waiting", PoolSnapshot::clientsWaiting),
              int4("cl_active_cancel_req", PoolSnapshot::cancelsActive),
              int4("cl_waiting_cancel_req", PoolSnapshot::cancelsWaiting),
              int4("sv_active", PoolSnapshot::backendsActive),
              int4("sv_active_cancel", PoolSnapshot::backendsActiveCancel),
              int4("sv_being_canceled", PoolSnapshot::backendsBeingCanceled),
              int4("sv_idle", PoolSnapshot::backendsIdle),
              int4("sv_used", PoolSnapshot::backendsUsed),
              int4("sv_tested", PoolSnapshot::backendsTested),
              int4("sv_login", PoolSnapshot::backendsLogin),
              int4("maxwait", pool -> pool.oldestWait().toSeconds()),
              int4("maxwait_us", pool -> pool.oldestWait().toNanosPart() / 1000),
              text("pool_mode", PoolSnapshot::poolMode),
              text("load_balance_hosts", PoolSnapshot::loadBalanceHosts)),
          context -> context.data().pools());

  private PoolTables() {}
}
