"""What both commands need: limits, users, signals, a scratch directory, and a PostgreSQL, all given back at the end."""

import contextlib
import os
import pathlib
import pwd
import resource
import shutil
import signal
import sys
import tempfile

from sluicebench.postgres import Postgres, find_binaries
from sluicebench.process import BenchError


def add_options(parser):
    def option(name, metavar, text, **more):
        parser.add_argument(name, metavar=metavar, help=text, **more)

    option("--pg-bin", "DIR", "directory of initdb, postgres and pgbench (default: Debian's newest)")
    option("--sluice", "FILE", "launcher (default: packaging/target/sluice-*/bin/sluice, built if missing)")
    option("--pool", "N", "backends per pool (default 20)", type=int, default=20)
    option("--sluice-conf-extra", "HOCON", "text for Sluice's configuration, inside sluice { }", default="")
    option("--java-opts", "OPTS", "JVM options on top of the launcher's (write --java-opts=-X...)", default="")


def unprivileged_user():
    """Who runs PostgreSQL and PgBouncer, which refuse to run as root; None: whoever runs the benchmark."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise BenchError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")


def raise_file_limit(wanted=65536):
    """Every client is a descriptor here and two in a proxy; children inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted:
        with contextlib.suppress(ValueError, PermissionError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


@contextlib.contextmanager
def scratch_directory():
    # Readable by the user that PostgreSQL runs as, whatever the umask.
    directory = pathlib.Path(tempfile.mkdtemp(prefix="sluice-bench-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def running_postgres(given_binaries, scratch, run_as, scale):
    cluster = Postgres(find_binaries(given_binaries), scratch, run_as, scale)
    try:
        yield cluster
    finally:
        cluster.process.stop()


def run(main):
    """Calls main; Ctrl-C and SIGTERM unwind it, and while it cleans up they are ignored. Exits with its result."""

    def interrupt(*_):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main())
    except BenchError as e:
        print(f"error: {e}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
