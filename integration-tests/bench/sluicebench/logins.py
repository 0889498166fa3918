"""Logs in and leaves as fast as it goes; reports and logs as pgbench does.

Arguments: port, user, database, seconds, logins at a time, log file.
"""

import sys

from sluicebench.clients import login_durations


def main():
    port, user, database, seconds, at_once, log = sys.argv[1:]
    durations = login_durations(int(port), user, database, float(seconds), int(at_once))
    with open(log, "w", encoding="ascii") as output:
        output.writelines(f"0 0 {round(duration * 1e6)}\n" for duration in durations)
    print(f"number of transactions actually processed: {len(durations)}")
    print(f"tps = {len(durations) / float(seconds)}")


if __name__ == "__main__":
    main()
