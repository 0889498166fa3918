"""What idle clients cost: resident memory, and for a JVM its live heap and what it holds outside the heap."""

import dataclasses
import os
import pathlib
import re
import subprocess
import time
import typing

from sluicebench import wire
from sluicebench.clients import close_clients, open_clients
from sluicebench.postgres import DATABASE
from sluicebench.process import status_kib

# Logins before the first reading, so that code that every process loads once is not counted as a client's memory.
_FIRST_LOGINS = 200

# Until what the logins left to do is done: the pool's idle work, the JVM's compilers.
_SETTLE_SECONDS = 2


@dataclasses.dataclass
class IdleMemory:
    """Resident memory in KiB before and with `clients` idle clients; for a JVM also what is live then."""

    clients: int
    resident_before: int
    resident_after: int
    jvm_before: typing.Optional["JvmMemory"] = None
    jvm_after: typing.Optional["JvmMemory"] = None

    def resident_per_client(self):
        return (self.resident_after - self.resident_before) / self.clients

    def live_heap_per_client(self):
        if self.jvm_before is None or self.jvm_after is None:
            return None
        return (self.jvm_after.live_heap_kib - self.jvm_before.live_heap_kib) / self.clients

    def outside_heap_per_client(self):
        if self.jvm_before is None or self.jvm_after is None:
            return None
        return (self.jvm_after.outside_heap_kib - self.jvm_before.outside_heap_kib) / self.clients


@dataclasses.dataclass
class JvmMemory:
    """Live objects after a full collection, and resident memory that is not Java heap.

    The latter bounds direct memory from above: it also has the JVM's code, metaspace and threads in it. Direct memory
    itself has no counter that holds on JDK 25 when it comes from malloc.
    """

    live_heap_kib: int
    outside_heap_kib: int


def measure_idle(starter, name, clients):
    """Starts the target afresh for each kind of reading: a collection touches heap that was untouched."""
    resident = _with_idle_clients(starter, name, clients, lambda process: process.resident_kib())
    memory = IdleMemory(clients, resident[0], resident[1])
    jvm = _with_idle_clients(starter, name, clients, jvm_memory)
    if jvm[0] is not None and jvm[1] is not None:
        memory.jvm_before, memory.jvm_after = jvm
    return memory


def _with_idle_clients(starter, name, clients, read):
    target = starter.start(name)
    try:
        close_clients(open_clients(target.port, target.role, DATABASE, _FIRST_LOGINS))
        with wire.Connection("127.0.0.1", target.port, target.role, DATABASE) as connection:
            connection.query("select 1")
        time.sleep(_SETTLE_SECONDS)
        before = read(target.process)
        opened = open_clients(target.port, target.role, DATABASE, clients)
        try:
            time.sleep(_SETTLE_SECONDS)
            return before, read(target.process)
        finally:
            close_clients(opened)
    finally:
        target.stop()


def jvm_memory(process):
    """A full collection and a look at what is left; None when this is no JVM or its JDK has no jcmd."""
    for pid in process.members():
        executable = pathlib.Path(os.readlink(f"/proc/{pid}/exe"))
        jcmd = executable.parent / "jcmd"
        if executable.name == "java" and jcmd.exists():
            # The histogram collects garbage first and sums up what is live, to the byte.
            live = re.search(r"^Total\s+\d+\s+(\d+)", _run(jcmd, pid, "GC.class_histogram"), re.MULTILINE)
            heap = heap_range(_run(jcmd, pid, "GC.heap_info"))
            if live is None or heap is None:
                return None
            outside = status_kib(pid, "VmRSS") - _resident_in(pid, heap)
            return JvmMemory(int(live.group(1)) // 1024, outside)
    return None


def _run(jcmd, pid, command):
    return subprocess.run([jcmd, str(pid), command], capture_output=True, text=True, check=False).stdout


def heap_range(heap_info):
    """The addresses of the Java heap (from, to) in what GC.heap_info prints for Serial, Parallel and G1; else None."""
    addresses = []
    for line in heap_info.splitlines():
        if "Metaspace" in line or "class space" in line:
            break
        for part in re.findall(r"\[(0x[0-9a-f]+), ?(?:0x[0-9a-f]+, ?)?(0x[0-9a-f]+)\)", line):
            addresses.extend(int(address, 16) for address in part)
    return (min(addresses), max(addresses)) if addresses else None


def _resident_in(pid, address_range):
    """KiB of the process's mappings in the range that are resident (proc(5), smaps)."""
    total = 0
    inside = False
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        mapping = re.match(r"([0-9a-f]+)-[0-9a-f]+ ", line)
        if mapping:
            inside = address_range[0] <= int(mapping.group(1), 16) < address_range[1]
        elif inside and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total
