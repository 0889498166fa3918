"""The workloads, and the limits that Sluice is held to on each."""

import dataclasses
import typing

EVERYWHERE = ("direct", "haproxy", "pgbouncer", "sluice")
POOLERS = ("pgbouncer", "sluice")


@dataclasses.dataclass(frozen=True)
class Workload:
    """What pgbench does, or (without arguments) logins as fast as they go.

    `script` is the text of a custom pgbench script. `sampling` is the share of transactions whose time is logged,
    chosen so that a 4 s run gives some 10000 of them. `cpu_limit` is the most CPU time per transaction that Sluice
    may take, relative to PgBouncer's on `compared_to` (default: the same workload).
    """

    key: str
    title: str
    clients: int
    arguments: typing.Optional[tuple]
    jobs: int = 2
    script: typing.Optional[str] = None
    sampling: float = 0.1
    targets: tuple = EVERYWHERE
    cpu_limit: typing.Optional[float] = None
    tps_limit: float = 0.95
    needs_prepared: bool = False
    compared_to: typing.Optional[str] = None

    def reconnects(self):
        return self.arguments is None or "-C" in self.arguments


WORKLOADS = (
    Workload("simple", "select-only, simple, 32 clients", 32, ("-S", "-M", "simple"), cpu_limit=1.15),
    Workload("extended", "select-only, extended, 32 clients", 32, ("-S", "-M", "extended"), cpu_limit=1.15),
    Workload(
        "prepared",
        "select-only, prepared, 32 clients",
        32,
        ("-S", "-M", "prepared"),
        cpu_limit=1.3,
        needs_prepared=True,
        compared_to="simple",
    ),
    Workload("single", "select-only, simple, 1 client", 1, ("-S", "-M", "simple"), jobs=1, sampling=0.25),
    Workload("update", "simple-update (-N), 32 clients", 32, ("-N", "-M", "simple"), sampling=0.25),
    Workload(
        "connect",
        "new connection per transaction (-C), 8 clients",
        8,
        ("-S", "-C", "-M", "simple"),
        # A thread connects for one client at a time.
        jobs=8,
        sampling=0.25,
        cpu_limit=1.6,
    ),
    Workload(
        "rows",
        "2000 rows of 200 bytes, 8 clients",
        8,
        (),
        script="select payload from bench_rows;\n",
        sampling=1.0,
        cpu_limit=0.75,
    ),
    Workload(
        "value",
        "one value of 1 MB, 8 clients",
        8,
        (),
        script="select payload from bench_value;\n",
        sampling=1.0,
        cpu_limit=0.75,
    ),
    Workload(
        "simple-1000",
        "select-only, simple, 1000 clients",
        1000,
        ("-S", "-M", "simple"),
        targets=POOLERS,
        cpu_limit=1.15,
    ),
    Workload(
        "extended-1000",
        "select-only, extended, 1000 clients",
        1000,
        ("-S", "-M", "extended"),
        targets=POOLERS,
        cpu_limit=1.15,
    ),
    Workload("logins", "logins (no query), 32 at a time", 32, None, targets=POOLERS),
)

def _over_tls(key, **changes):
    (workload,) = (each for each in WORKLOADS if each.key == key)
    return dataclasses.replace(workload, targets=POOLERS, **changes)


# Clients use TLS; the way to PostgreSQL is the same as above. New connections are counted, whatever they cost.
TLS_WORKLOADS = (
    _over_tls("simple", cpu_limit=1.1),
    _over_tls("extended", cpu_limit=1.1),
    _over_tls("single"),
    _over_tls("update", cpu_limit=1.1),
    _over_tls("rows", cpu_limit=1.1),
    _over_tls("value", cpu_limit=1.1),
    _over_tls("connect", cpu_limit=None, tps_limit=1.0),
)

BUSY = ("simple-1000", "extended-1000")

IDLE_CLIENTS = 5000
IDLE_LIMIT_KIB = 8.0
BUSY_LIMIT_MIB = 192.0
