import unittest

from sluicebench import report
from sluicebench.measure import Sample, percentiles
from sluicebench.memory import IdleMemory, JvmMemory, heap_range
from sluicebench.targets import Target


def sample(tps, cpu):
    return Sample(tps=tps, p50_ms=1.0, p99_ms=2.0, cpu_us=cpu, backends=20, resident_kib=200 * 1024)


def target(name):
    return Target(name, "bench_" + name, 1, None, True, name)


class PercentilesTest(unittest.TestCase):
    def test_nearest_rank(self):
        self.assertEqual((50.0, 99.0), percentiles([n * 1000 for n in range(100, 0, -1)]))

    def test_one_value_is_all_percentiles(self):
        self.assertEqual((0.007, 0.007), percentiles([7]))

    def test_nothing(self):
        self.assertEqual((None, None), percentiles([]))


class RatiosTest(unittest.TestCase):
    def test_rounds_are_paired(self):
        results = report.Results()
        for ours, peer in ((10.0, 10.0), (30.0, 20.0)):
            results.add("simple", "sluice", sample(1, ours))
            results.add("simple", "pgbouncer", sample(1, peer))
        self.assertEqual([1.0, 1.5], results.ratios("simple", "sluice", "cpu_us", "simple"))

    def test_a_round_that_failed_has_no_ratio_and_shifts_no_other(self):
        results = report.Results()
        results.add("simple", "sluice", None)
        results.add("simple", "sluice", sample(1, 30.0))
        results.add("simple", "pgbouncer", sample(1, 10.0))
        results.add("simple", "pgbouncer", sample(1, 20.0))
        self.assertEqual([1.5], results.ratios("simple", "sluice", "cpu_us", "simple"))


class LimitsTest(unittest.TestCase):
    def verdict(self, key, our, peer, peer_key=None):
        results = report.Results()
        results.add(key, "sluice", our)
        results.add(peer_key or key, "pgbouncer", peer)
        return report.render(results, [target("pgbouncer"), target("sluice")], ["sluice"], "")[1]

    def test_within_both_limits(self):
        verdict = self.verdict("rows", sample(95, 7.5), sample(100, 10.0))
        self.assertEqual((2, []), (verdict.passed, verdict.failed))

    def test_too_much_cpu(self):
        self.assertIn("CPU", self.verdict("rows", sample(100, 7.6), sample(100, 10.0)).failed[0])

    def test_too_slow(self):
        self.assertIn("tps", self.verdict("rows", sample(94, 7.5), sample(100, 10.0)).failed[0])

    def test_prepared_is_compared_with_simple_where_pgbouncer_has_none(self):
        verdict = self.verdict("prepared", sample(100, 13.0), sample(100, 10.0), peer_key="simple")
        self.assertEqual((2, []), (verdict.passed, verdict.failed))

    def test_memory_of_busy_clients(self):
        verdict = self.verdict("simple-1000", sample(100, 10.0), sample(100, 10.0))
        self.assertEqual(["sluice, 1000 busy clients: most MiB resident: 200.00, limit 192"], verdict.failed)

    def test_memory_of_idle_clients(self):
        results = report.Results()
        jvm = JvmMemory(1000, 10000), JvmMemory(21000, 40000)
        results.idle["sluice"] = IdleMemory(5000, 50000, 80000, *jvm)
        verdict = report.render(results, [target("sluice")], ["sluice"], "")[1]
        self.assertEqual(1, verdict.passed)
        self.assertIn("sum of these two: 10.00, limit 8", verdict.failed[0])


class HeapRangeTest(unittest.TestCase):
    def test_serial(self):
        text = """
 DefNew     total 19648K, used 7731K [0x00000000f0000000, 0x00000000f1550000, 0x00000000f5550000)
  eden space 17472K,  31% used [0x00000000f0000000, 0x00000000f056cdf0, 0x00000000f1110000)
 Tenured    total 43712K, used 21919K [0x00000000f5550000, 0x00000000f8000000, 0x0000000100000000)
 Metaspace       used 5000K, committed 5120K, reserved 1114112K
"""
        self.assertEqual((0xF0000000, 0x100000000), heap_range(text))

    def test_g1(self):
        text = " garbage-first heap   total reserved 262144K, used 32862K [0x00000000f0000000, 0x0000000100000000)"
        self.assertEqual((0xF0000000, 0x100000000), heap_range(text))

    def test_unknown(self):
        self.assertIsNone(heap_range(" ZHeap used 38M, capacity 64M, max capacity 256M"))


if __name__ == "__main__":
    unittest.main()
