"""The machine, in one line."""

import os
import pathlib
import platform


def machine():
    cpu = _facts("/proc/cpuinfo", ":")
    memory_gib = int(_facts("/proc/meminfo", ":")["MemTotal"].split()[0]) / 1024 / 1024
    system = _facts("/etc/os-release", "=").get("PRETTY_NAME", "Linux").strip('"')
    model = cpu.get("model name", platform.machine())
    virtual = " (virtual machine)" if "hypervisor" in cpu.get("flags", "").split() else ""
    cores = f"{os.cpu_count()} cores of {model}{virtual}"
    return f"{cores}, {memory_gib:.0f} GiB memory, {system}, kernel {platform.release()}"


def _facts(file, separator):
    """The first value of each key."""
    facts = {}
    for line in pathlib.Path(file).read_text().splitlines():
        key, _, value = line.partition(separator)
        facts.setdefault(key.strip(), value.strip())
    return facts
