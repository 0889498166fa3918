"""What the driver scripts share: where the server is, counted checks, and a crowd of clients.

The address comes from libpq's own variables (PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD). SLUICE_POOL_MODE is
"transaction" (default) or "session": state that outlives a transaction is only checked in the latter. SLUICE_CLIENTS
(default 12) is how many clients share the pool.
"""

import os
import sys
import threading
import traceback

POOL_MODE = os.environ.get("SLUICE_POOL_MODE", "transaction")
SESSION = POOL_MODE == "session"
CLIENTS = int(os.environ.get("SLUICE_CLIENTS", "12"))
HOST = os.environ["PGHOST"]
PORT = int(os.environ["PGPORT"])
DATABASE = os.environ["PGDATABASE"]
USER = os.environ["PGUSER"]
PASSWORD = os.environ["PGPASSWORD"]

_lock = threading.Lock()
_passed = 0


def _pass():
    global _passed
    with _lock:
        _passed += 1


def passed():
    """The number of checks so far."""
    return _passed


def add(checks):
    """Counts checks that another process made."""
    global _passed
    with _lock:
        _passed += checks


def equal(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")
    _pass()


def true(condition, what):
    equal(bool(condition), True, what)


def raises(sqlstate, call, what):
    """The call must fail with this SQLSTATE; returns the exception."""
    try:
        call()
    except Exception as error:
        _check_state(error, sqlstate, what)
        return error
    raise AssertionError(f"{what}: expected SQLSTATE {sqlstate}, but it succeeded")


async def raises_async(sqlstate, awaitable, what):
    try:
        await awaitable
    except Exception as error:
        _check_state(error, sqlstate, what)
        return error
    raise AssertionError(f"{what}: expected SQLSTATE {sqlstate}, but it succeeded")


def _check_state(error, sqlstate, what):
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if state != sqlstate:
        raise AssertionError(f"{what}: expected SQLSTATE {sqlstate}, got {state}: {error!r}") from error
    _pass()


def crowd(client, clients=CLIENTS):
    """Runs client(i) for i in 0..clients-1 at once, and fails with the first failure."""
    failures = []

    def run(number):
        try:
            client(number)
        except BaseException as error:
            failures.append((number, error))

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        if thread.is_alive():
            raise AssertionError("a client is stuck: " + stack_of(thread))
    for number, error in failures:
        print(f"client {number}:", file=sys.stderr)
        traceback.print_exception(error)
    if failures:
        raise AssertionError(f"{len(failures)} of {clients} clients failed")


def stack_of(thread):
    frame = sys._current_frames().get(thread.ident)
    return "".join(traceback.format_stack(frame)) if frame else "(no frame)"


def main(script):
    """Runs the script's checks, prints their number as the last line, and sets the exit code."""
    try:
        script()
    except BaseException:
        traceback.print_exc()
        print(f"failed after {_passed} checks", file=sys.stderr)
        sys.stderr.flush()
        # Threads that hang in a driver must not keep the process alive.
        os._exit(1)
    print(f"checks: {_passed}")
