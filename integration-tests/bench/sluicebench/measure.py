"""One run of one workload against one target."""

import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing

from sluicebench import postgres
from sluicebench.process import BenchError

_SAMPLE_SECONDS = 0.25


@dataclasses.dataclass
class Sample:
    """What one run gave. Times in milliseconds, CPU in microseconds of proxy time per transaction (None: no proxy)."""

    tps: float
    p50_ms: typing.Optional[float]
    p99_ms: typing.Optional[float]
    cpu_us: typing.Optional[float]
    backends: int
    resident_kib: int


class Runner:
    def __init__(self, cluster, scratch, tls=False):
        self._cluster = cluster
        self._scratch = scratch
        # libpq's variable, for pgbench.
        self._environment = {"PGSSLMODE": "require" if tls else "disable"}

    def run(self, workload, target, seconds, logged=True):
        """Raises BenchError when a client failed or an answer was an error."""
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="run-") as directory:
            log = pathlib.Path(directory) / "log"
            argv = self._argv(workload, target, seconds, log, logged)
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=directory,
                env=os.environ | self._environment | {"PYTHONPATH": str(pathlib.Path(__file__).parents[1])},
                start_new_session=True,
            )
            try:
                return self._observe(child, workload, target, seconds, log, logged)
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()

    def _argv(self, workload, target, seconds, log, logged):
        if workload.arguments is None:
            return [
                *(sys.executable, "-m", "sluicebench.logins", str(target.port), target.role, postgres.DATABASE),
                *(str(seconds), str(workload.clients), str(log)),
            ]
        argv = [str(self._cluster.binaries / "pgbench"), "-n", *workload.arguments]
        if workload.script is not None:
            script = log.parent / "script.sql"
            script.write_text(workload.script)
            argv += ["-f", str(script)]
        if logged:
            argv += ["--log", f"--log-prefix={log}", f"--sampling-rate={workload.sampling}"]
        argv += ["-c", str(workload.clients), "-j", str(workload.jobs), "-T", str(seconds)]
        return argv + ["-h", "127.0.0.1", "-p", str(target.port), "-U", target.role, postgres.DATABASE]

    def _observe(self, child, workload, target, seconds, log, logged):
        if not workload.reconnects():
            _wait_for_connections(child, workload.clients + (workload.jobs if logged else 0))
        cpu_before = target.process.cpu_seconds() if target.process else 0.0
        with _Watcher(self._cluster, target) as watcher:
            try:
                output, errors = child.communicate(timeout=seconds + 60)
            except subprocess.TimeoutExpired as e:
                raise BenchError(f"{workload.key} through {target.name}: still running after {seconds + 60} s") from e
        cpu = target.process.cpu_seconds() - cpu_before if target.process else None
        if child.returncode != 0 or "aborted" in errors:
            first = "\n".join(errors.strip().splitlines()[:5])
            raise BenchError(f"{workload.key} through {target.name} failed:\n{first}")
        transactions, tps = _summary(output)
        p50, p99 = percentiles(_logged_microseconds(log))
        return Sample(
            tps=tps,
            p50_ms=p50,
            p99_ms=p99,
            cpu_us=None if cpu is None else cpu * 1e6 / transactions,
            backends=watcher.backends,
            resident_kib=watcher.resident_kib,
        )


class _Watcher:
    """Looks now and then at the proxy's memory and its backends, and keeps the largest."""

    def __init__(self, cluster, target):
        self.backends = 0
        self.resident_kib = 0
        self._cluster = cluster
        self._target = target
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        with self._cluster.connect() as connection:
            while not self._over.wait(_SAMPLE_SECONDS):
                self.backends = max(self.backends, postgres.backends_of(connection, self._target.role))
                if self._target.process is not None:
                    self.resident_kib = max(self.resident_kib, self._target.process.resident_kib())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def _wait_for_connections(child, opened):
    """Returns when pgbench has opened all its connections (and one log file per thread).

    So the CPU time of logins is not counted as that of transactions.
    """
    descriptors = f"/proc/{child.pid}/fd"
    while child.poll() is None:
        try:
            # Standard input, output and error are open too.
            if len(os.listdir(descriptors)) >= opened + 3:
                return
        except OSError:
            return
        time.sleep(0.002)


def _summary(output):
    """The number of transactions and the rate without connection times, from pgbench's (or the logins') output."""
    transactions = re.search(r"^number of transactions actually processed: (\d+)", output, re.MULTILINE)
    tps = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    if transactions is None or tps is None or int(transactions.group(1)) == 0:
        raise BenchError(f"no transactions were processed:\n{output}")
    return int(transactions.group(1)), float(tps.group(1))


def _logged_microseconds(log):
    """The third column of pgbench's transaction logs, one file per thread."""
    durations = []
    for file in log.parent.glob(log.name + "*"):
        durations.extend(int(line.split()[2]) for line in file.read_text().splitlines())
    return durations


def percentiles(microseconds):
    """Median and 99th percentile (nearest rank) in milliseconds; None without values."""
    if not microseconds:
        return None, None
    ordered = sorted(microseconds)

    def rank(share):
        return ordered[max(0, -(-len(ordered) * share // 100) - 1)] / 1000

    return rank(50), rank(99)
