"""Child processes: started in a group of their own, ended by their own id, measured through /proc."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """The benchmark cannot go on; the text says why and what to do."""


class Process:
    """A server that the benchmark started and that it alone ends."""

    def __init__(self, name, argv, log, user=None, env=None, stop_signal=signal.SIGTERM):
        self.name = name
        self.log = pathlib.Path(log)
        self._stop_signal = stop_signal
        self._members = []
        # Its own session, so that Ctrl-C in a terminal reaches the benchmark first, which then ends things in order.
        options = {"start_new_session": True, "stdin": subprocess.DEVNULL, "env": env}
        if user is not None:
            options |= {"user": user, "group": user, "extra_groups": []}
        with open(self.log, "wb") as output:
            try:
                self._child = subprocess.Popen(argv, stdout=output, stderr=output, cwd="/", **options)
            except OSError as e:
                raise BenchError(f"{name} cannot be started: {e}") from e

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def log_tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_until(self, ready, seconds):
        """Polls `ready` until it returns true; fails with the end of the log when the process ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running():
                raise BenchError(f"{self.name} ended with exit code {self._child.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} is not ready after {seconds} s:\n{self.log_tail()}")
            time.sleep(0.05)
        self._members = self._find_members()

    def stop(self, seconds=15):
        if self.running():
            self._child.send_signal(self._stop_signal)
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self._child.wait()

    def members(self):
        """The ids of the processes of the group, found when it became ready: a launcher may have started others."""
        return self._members

    def _find_members(self):
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                fields = _stat(int(entry))
                if fields is not None and int(fields[2]) == self.pid:
                    found.append(int(entry))
        return found

    def cpu_seconds(self):
        """User and system time of the group: every thread, the ended ones and ended children too."""
        total = 0
        for pid in self.members():
            fields = _stat(pid)
            if fields is not None:
                total += sum(int(ticks) for ticks in fields[11:15])
        return total / _TICKS_PER_SECOND

    def resident_kib(self):
        return sum(status_kib(pid, "VmRSS") for pid in self.members())

    def peak_resident_kib(self):
        return sum(status_kib(pid, "VmHWM") for pid in self.members())


def _stat(pid):
    """The fields of /proc/PID/stat from the state on (proc(5): field 3 is index 0); None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def status_kib(pid, key):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def free_port():
    """A free TCP port below the range that the kernel takes outgoing ports from, so that no client gets in between."""
    for _ in range(200):
        port = random.randint(15000, 31000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise BenchError("no free port between 15000 and 31000")


def output_of(argv):
    """The first line that a command prints, or None when it does not exist."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError:
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else None
