"""The PostgreSQL that every target talks to: a scratch cluster without fsync, with pgbench's tables."""

import glob
import os
import pathlib
import signal
import subprocess

from sluicebench import wire
from sluicebench.process import BenchError, Process, free_port

DATABASE = "bench"
SUPERUSER = "postgres"

# fsync off and no checkpoint during a run: the disk is not what is measured. Autovacuum off: it strikes at random.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "400",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "logging_collector": "off",
}

# Uncompressed and out of line, so that PostgreSQL's part is reading, not decompressing.
_TABLES = """
create table bench_rows as select i as id, repeat('x', 200) as payload from generate_series(1, 2000) i;
create table bench_value (payload text);
alter table bench_value alter column payload set storage external;
insert into bench_value select repeat('x', 1048576);
vacuum analyze bench_rows;
vacuum analyze bench_value;
"""


def find_binaries(given):
    """The directory with initdb, postgres and pgbench."""
    candidates = [given] if given else sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    for candidate in candidates:
        if all(os.access(f"{candidate}/{name}", os.X_OK) for name in ("initdb", "postgres", "pgbench")):
            return pathlib.Path(candidate)
    raise BenchError("PostgreSQL's server and pgbench were not found (Debian: postgresql); name them with --pg-bin DIR")


class Postgres:
    """A running cluster. Every target logs in as a role of its own, so that its backends can be counted apart."""

    def __init__(self, binaries, scratch, run_as, scale):
        self.binaries = binaries
        self.port = free_port()
        self.sockets = scratch / "postgres"
        self._data = self.sockets / "data"
        self.sockets.mkdir(mode=0o755)
        if run_as is not None:
            os.chown(self.sockets, run_as.pw_uid, run_as.pw_gid)
        self._run_as = run_as
        self._initdb()
        settings = _SETTINGS | {"unix_socket_directories": str(self.sockets)}
        self.process = Process(
            "PostgreSQL",
            [
                *(str(binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)),
                *(f"--{key}={value}" for key, value in settings.items()),
            ],
            scratch / "postgres.log",
            user=None if run_as is None else run_as.pw_name,
            # SIGINT is PostgreSQL's fast shutdown: it does not wait for the pools to disconnect.
            stop_signal=signal.SIGINT,
        )
        try:
            self._fill(scale)
        except BaseException:
            self.process.stop()
            raise

    def _initdb(self):
        options = {}
        if self._run_as is not None:
            options = {"user": self._run_as.pw_uid, "group": self._run_as.pw_gid, "extra_groups": []}
        how = ["-A", "trust", "-U", SUPERUSER, "-N", "-EUTF8", "--no-locale"]
        argv = [self.binaries / "initdb", "-D", self._data, *how]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/", **options)
        if done.returncode != 0:
            raise BenchError(f"initdb failed:\n{done.stderr}")

    def _fill(self, scale):
        self.process.wait_until(lambda: wire.accepts(str(self.sockets), self.port, SUPERUSER, "postgres"), 30)
        with self.connect("postgres") as connection:
            connection.query(f"create database {DATABASE}")
        address = ["-h", str(self.sockets), "-p", str(self.port), "-U", SUPERUSER, DATABASE]
        argv = [self.binaries / "pgbench", "-i", "-q", "-s", str(scale), *address]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"pgbench -i failed:\n{done.stderr}")
        with self.connect() as connection:
            for statement in _TABLES.split(";"):
                if statement.strip():
                    connection.query(statement)
            connection.query("checkpoint")

    def connect(self, database=DATABASE):
        return wire.Connection(str(self.sockets), self.port, SUPERUSER, database)

    def create_role(self, name):
        with self.connect() as connection:
            connection.query(f'create role "{name}" superuser login')

    def version(self):
        with self.connect() as connection:
            return connection.query("show server_version")[0][0]


def backends_of(connection, role):
    sql = f"select count(*) from pg_stat_activity where backend_type = 'client backend' and usename = '{role}'"
    return int(connection.query(sql)[0][0])
