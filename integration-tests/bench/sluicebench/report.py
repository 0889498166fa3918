"""The benchmark's document: tables of medians and spreads, ratios to PgBouncer, and whether the limits hold."""

import dataclasses
import datetime
import statistics

from sluicebench.machine import machine
from sluicebench.workloads import BUSY, BUSY_LIMIT_MIB, IDLE_LIMIT_KIB, WORKLOADS

PEER = "pgbouncer"


class Results:
    """Samples by workload and target, one per round and in the order of the rounds; None where a run failed."""

    def __init__(self):
        self._samples = {}
        self.failures = []
        self.idle = {}

    def add(self, workload, target, sample):
        self._samples.setdefault((workload, target), []).append(sample)

    def values(self, workload, target, attribute):
        samples = [sample for sample in self._samples.get((workload, target), []) if sample is not None]
        return [getattr(sample, attribute) for sample in samples if getattr(sample, attribute) is not None]

    def ratios(self, workload, target, attribute, peer_workload):
        """The target's value over the peer's, round by round: what drifts from round to round cancels out."""
        ours = self._samples.get((workload, target), [])
        peers = self._samples.get((peer_workload, PEER), [])
        found = []
        for our, peer in zip(ours, peers):
            if our is not None and peer is not None and getattr(our, attribute) and getattr(peer, attribute):
                found.append(getattr(our, attribute) / getattr(peer, attribute))
        return found

    def as_data(self):
        """Everything, for a JSON file."""
        runs = []
        for (workload, target), samples in self._samples.items():
            rounds = [None if sample is None else dataclasses.asdict(sample) for sample in samples]
            runs.append({"workload": workload, "target": target, "rounds": rounds})
        idle = {name: dataclasses.asdict(memory) for name, memory in self.idle.items()}
        return {"runs": runs, "idle": idle, "failures": self.failures}


class Verdict:
    """Counts limits that hold and that do not."""

    def __init__(self):
        self.failed = []
        self.passed = 0

    def at_most(self, what, value, limit):
        return self._note(what, value, limit, value <= limit)

    def at_least(self, what, value, limit):
        return self._note(what, value, limit, value >= limit)

    def _note(self, what, value, limit, holds):
        if holds:
            self.passed += 1
            return "pass"
        self.failed.append(f"{what}: {value:.2f}, limit {limit:g}")
        return "**FAIL**"


def spread(values, digits):
    """The median, and the smallest and largest value when there are several."""
    if not values:
        return "-"
    median = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return median
    return f"{median} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def render(results, targets, sluices, run_description, workloads=WORKLOADS):
    """The whole document as Markdown, and the verdict."""
    verdict = Verdict()
    measured = [w for w in workloads if any(results.values(w.key, target.name, "tps") for target in targets)]
    parts = [
        "# Benchmark",
        _description(targets, run_description),
        "## Throughput, latency, CPU",
        "Medians of the rounds, in parentheses the smallest and the largest. CPU is the proxy's own user and system "
        "time per transaction, all its threads; for the workloads that keep their connections, without logins.",
        _throughput(results, targets, measured),
    ]
    for name in sluices:
        parts += [f"## {name} / PgBouncer", _ratios(results, name, measured, verdict)]
    memory = _memory(results, targets, sluices, verdict)
    if memory:
        parts += ["## Memory", memory]
    parts += ["## Limits", _limits(verdict)]
    if results.failures:
        parts += ["## Runs that failed", "```\n" + "\n".join(results.failures) + "\n```"]
    return "\n\n".join(parts) + "\n", verdict


def _throughput(results, targets, measured):
    rows = []
    for workload in measured:
        for target in targets:
            if results.values(workload.key, target.name, "tps"):
                resident = results.values(workload.key, target.name, "resident_kib")
                rows.append(
                    [
                        workload.title,
                        target.name,
                        spread(results.values(workload.key, target.name, "tps"), 0),
                        spread(results.values(workload.key, target.name, "p50_ms"), 3),
                        spread(results.values(workload.key, target.name, "p99_ms"), 3),
                        spread(results.values(workload.key, target.name, "cpu_us"), 1),
                        str(max(results.values(workload.key, target.name, "backends"))),
                        "-" if target.process is None else f"{max(resident) / 1024:.0f}",
                    ]
                )
    head = ["work", "through", "tps", "p50 ms", "p99 ms", "proxy CPU us/tx", "most backends", "RSS MiB"]
    return table(head, rows)


def _ratios(results, name, measured, verdict):
    rows = []
    for workload in measured:
        peer = workload.compared_to or workload.key
        cpu = results.ratios(workload.key, name, "cpu_us", peer)
        # A PgBouncer without prepared statements has its simple protocol to be compared with.
        tps = results.ratios(workload.key, name, "tps", workload.key) or results.ratios(workload.key, name, "tps", peer)
        if not cpu or not tps:
            continue
        title = workload.title if peer == workload.key else f"{workload.title} (PgBouncer: {peer})"
        row = [title, spread(cpu, 2), "-", "-"]
        if workload.cpu_limit is not None:
            holds = verdict.at_most(f"{name}, {workload.title}, CPU", statistics.median(cpu), workload.cpu_limit)
            row[2:] = [f"<= {workload.cpu_limit}", holds]
        holds = verdict.at_least(f"{name}, {workload.title}, tps", statistics.median(tps), workload.tps_limit)
        rows.append([*row, spread(tps, 2), f">= {workload.tps_limit}", holds])
    head = ["work", "CPU ratio", "limit", "", "tps ratio", "limit", ""]
    return "Medians of the ratios within one round.\n\n" + table(head, rows)


def _memory(results, targets, sluices, verdict):
    rows = []
    for target in targets:

        def row(what, value, limit=None):
            judged = ["-", "-"]
            if limit is not None and target.name in sluices:
                judged = [f"<= {limit:g}", verdict.at_most(f"{target.name}, {what}", value, limit)]
            rows.append([target.name, what, f"{value:.2f}", *judged])

        idle = results.idle.get(target.name)
        if idle is not None:
            clients = f"{idle.clients} idle clients"
            row(f"{clients}: KiB resident per client", idle.resident_per_client(), IDLE_LIMIT_KIB)
            live, outside = idle.live_heap_per_client(), idle.outside_heap_per_client()
            if live is not None:
                row(f"{clients}: KiB of live heap per client", live)
                row(f"{clients}: KiB resident outside the heap per client", outside)
                row(f"{clients}: KiB per client, the sum of these two", live + outside, IDLE_LIMIT_KIB)
            row(f"{clients}: MiB resident", idle.resident_after / 1024)
        busy = [kib for key in BUSY for kib in results.values(key, target.name, "resident_kib")]
        if busy:
            row("1000 busy clients: most MiB resident", max(busy) / 1024, BUSY_LIMIT_MIB)
    return table(["of", "what", "value", "limit", ""], rows) if rows else None


def _limits(verdict):
    lines = [f"{verdict.passed} hold, {len(verdict.failed)} do not."]
    lines += [f"- {failure}" for failure in verdict.failed]
    return "\n".join(lines)


def _description(targets, run_description):
    lines = [
        f"- Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
        f"- Machine: {machine()}",
        f"- Run: {run_description}",
    ]
    lines += [f"- {target.name}: {target.description}" for target in targets]
    return "\n".join(lines)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
