"""What is measured: PostgreSQL directly, HAProxy, PgBouncer, and Sluice with one or more configurations."""

import dataclasses
import glob
import os
import pathlib
import re
import shutil
import subprocess
import typing

from sluicebench import wire
from sluicebench.postgres import DATABASE, Postgres
from sluicebench.process import BenchError, Process, free_port, output_of

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]

# More than any workload opens. HAProxy wants two descriptors for each at start, and not everybody may raise the limit.
_MAX_CLIENTS = 8000

# A Sluice that has just been unpacked has no class-data archive yet; it is up within 2 s on an idle machine.
_START_SECONDS = 60


@dataclasses.dataclass
class Target:
    """One way to PostgreSQL: where clients connect, as whom, and the process to account for (None: no proxy)."""

    name: str
    role: str
    port: int
    process: typing.Optional[Process]
    prepared_statements: bool
    description: str

    def stop(self):
        if self.process is not None:
            self.process.stop()


@dataclasses.dataclass
class Variant:
    """A Sluice to be measured: HOCON text inside `sluice { }` and JVM options on top of the launcher's."""

    name: str
    configuration: str
    java_options: str


class Starter:
    """Starts targets, any number of times; each time on another port with files of its own."""

    def __init__(
        self, postgres: Postgres, scratch: pathlib.Path, run_as, pool_size, sluice_command, variants, certificate=None
    ):
        """With a certificate the poolers demand TLS of their clients."""
        self._postgres = postgres
        self._scratch = scratch
        self._run_as = run_as
        self._pool_size = pool_size
        self._sluice_command = sluice_command
        self._variants = {variant.name: variant for variant in variants}
        self._certificate = certificate
        self._roles = set()

    def names(self):
        return ["direct", "haproxy", "pgbouncer", *self._variants]

    def start(self, name):
        role = f"bench_{name}"
        if role not in self._roles:
            self._postgres.create_role(role)
            self._roles.add(role)
        if name == "direct":
            return Target(name, role, self._postgres.port, None, True, f"PostgreSQL {self._postgres.version()}")
        if name == "haproxy":
            return self._haproxy(role)
        if name == "pgbouncer":
            return self._pgbouncer(role)
        return self._sluice(role, self._variants[name])

    def _haproxy(self, role):
        port = free_port()
        configuration = self._scratch / f"haproxy-{port}.cfg"
        configuration.write_text(
            f"""global
  maxconn {_MAX_CLIENTS}
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind 127.0.0.1:{port}
  server postgres 127.0.0.1:{self._postgres.port}
"""
        )
        argv = [_executable("haproxy"), "-db", "-f", str(configuration)]
        process = Process("HAProxy", argv, self._scratch / f"haproxy-{port}.log")
        version = _version(output_of([argv[0], "-v"]))
        return self._when_ready(Target("haproxy", role, port, process, True, f"HAProxy {version}, TCP mode"))

    def _pgbouncer(self, role):
        port = free_port()
        executable = _executable("pgbouncer")
        version = _version(output_of([executable, "--version"]))
        # Prepared statements in transaction mode came with 1.21.
        prepared = tuple(int(part) for part in version.split(".")[:2]) >= (1, 21)
        users = self._scratch / f"pgbouncer-{port}.users"
        users.write_text(f'"{role}" ""\n')
        configuration = self._scratch / f"pgbouncer-{port}.ini"
        configuration.write_text(
            f"""[databases]
{DATABASE} = host=127.0.0.1 port={self._postgres.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {self._pool_size}
max_client_conn = {_MAX_CLIENTS}
listen_backlog = 4096
log_connections = 0
log_disconnections = 0
log_stats = 0
{"max_prepared_statements = 500" if prepared else ""}
{self._pgbouncer_tls()}
"""
        )
        # PgBouncer refuses to run as root.
        user = None if self._run_as is None else self._run_as.pw_name
        log = self._scratch / f"pgbouncer-{port}.log"
        process = Process("PgBouncer", [executable, str(configuration)], log, user=user)
        return self._when_ready(Target("pgbouncer", role, port, process, prepared, f"PgBouncer {version}"))

    def _pgbouncer_tls(self):
        if self._certificate is None:
            return ""
        return (
            "client_tls_sslmode = require\n"
            f"client_tls_cert_file = {self._certificate.certificate}\n"
            f"client_tls_key_file = {self._certificate.key}"
        )

    def _sluice_tls(self):
        if self._certificate is None:
            return ""
        files = f'certificate = "{self._certificate.certificate}", key = "{self._certificate.key}"'
        return f"client.tls {{ mode = require, {files} }}"

    def _sluice(self, role, variant):
        port = free_port()
        configuration = self._scratch / f"{variant.name}-{port}.conf"
        configuration.write_text(
            f"""sluice {{
  listen = [{{ host = "127.0.0.1", port = {port} }}]
  client {{ max-connections = {_MAX_CLIENTS} }}
  auth {{ method = trust }}
  pool {{ size = {self._pool_size} }}
  databases {{
    {DATABASE} {{ nodes = ["127.0.0.1:{self._postgres.port}"] }}
  }}
  {self._sluice_tls()}
  {variant.configuration}
}}
"""
        )
        environment = dict(os.environ)
        if variant.java_options:
            given = environment.get("SLUICE_JAVA_OPTS", "")
            environment["SLUICE_JAVA_OPTS"] = f"{given} {variant.java_options}".strip()
        command = sluice_command(self._sluice_command)
        process = Process(
            variant.name,
            [str(command), "serve", "-c", str(configuration)],
            self._scratch / f"{variant.name}-{port}.log",
            env=environment,
        )
        target = self._when_ready(Target(variant.name, role, port, process, True, ""))
        parts = [_version(output_of([str(command), "--version"])), *_jvm_flags(process)]
        target.description = "Sluice " + " ".join(parts)
        if variant.configuration:
            target.description += f" with {{ {variant.configuration} }}"
        return target

    def _when_ready(self, target):
        try:
            target.process.wait_until(
                lambda: wire.accepts(
                    "127.0.0.1", target.port, target.role, DATABASE, tls=self._certificate is not None
                ),
                _START_SECONDS,
            )
        except BaseException:
            target.stop()
            raise
        return target


def sluice_command(given):
    """The launcher: the one given, else the distribution's, which is built when it is not there."""
    if given is not None:
        return pathlib.Path(given).resolve()
    pattern = str(REPOSITORY / "packaging/target/sluice-*/bin/sluice")
    if not glob.glob(pattern):
        argv = [_executable("mvn"), "-q", "-DskipTests", "-pl", "packaging", "-am", "package"]
        if subprocess.run(argv, cwd=REPOSITORY, check=False).returncode != 0:
            raise BenchError("the distribution could not be built: mvn -DskipTests package failed")
    found = glob.glob(pattern)
    if not found:
        raise BenchError("packaging/target holds no distribution; name the launcher with --sluice FILE")
    return pathlib.Path(max(found, key=os.path.getmtime))


def _executable(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise BenchError(f"{name} was not found; install it or leave it out with --targets")
    return found


def _version(line):
    """The first thing that looks like a version in what a program printed about itself."""
    found = re.search(r"\d+(\.\d+)+", line or "")
    return found.group() if found else "unknown"


def _jvm_flags(process):
    """The JVM flags the launcher settled on, without those that name files."""
    for pid in process.members():
        arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        if pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name == "java":
            return [a for a in arguments if a.startswith(("-X", "-D")) and "/" not in a]
    return []
