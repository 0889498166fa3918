"""psycopg 3: parameters, prepared statements, pipelines, server-side cursors, COPY, cancel, asyncio."""

import asyncio
import threading

import psycopg
from psycopg import pq
from psycopg.rows import dict_row

from checks import CLIENTS, PASSWORD, SESSION, crowd, equal, main, raises, raises_async, true

TABLE = "psycopg3_items"


def connect(**options):
    return psycopg.connect(password=PASSWORD, connect_timeout=30, **options)


def parameters(client, conn):
    for n in range(5):
        equal(conn.execute("select %s::int + %s::int", (client, n)).fetchone(), (client + n,), "sum")
    row = conn.execute(
        "select %s::text, %s::bytea, %s::int[], %s::numeric, %s::jsonb ->> 'k', %s::text",
        ("ä€😀", b"\x00\xff" * 3, [1, client, 3], "12.50", '{"k": "v"}', None),
    ).fetchone()
    equal(row[0], "ä€😀", "text")
    equal(bytes(row[1]), b"\x00\xff" * 3, "bytea")
    equal(row[2], [1, client, 3], "array")
    equal(str(row[3]), "12.50", "numeric")
    equal(row[4:], ("v", None), "json and null")
    with conn.cursor(binary=True) as cur:
        equal(cur.execute("select %b::int8, %b::text", (client, "b")).fetchone(), (client, "b"), "binary")
    with conn.cursor(row_factory=dict_row) as cur:
        equal(cur.execute("select 1 as a, 2 as b").fetchone(), {"a": 1, "b": 2}, "column names")
    conn.commit()


def prepared(client):
    """One text per client, executed often enough to be prepared by psycopg, on any backend there is."""
    for threshold in (0, 5):
        with connect(autocommit=True) as conn:
            conn.prepare_threshold = threshold
            for n in range(12):
                row = conn.execute(f"select {client} as c{client}, %s::int", (n,)).fetchone()
                equal(row, (client, n), "prepared statement's answer")
            # Same text on every client, other parameter types: another statement for PostgreSQL.
            for value in (1, "one", 1.5, 2, "two", 2.5) * 2:
                equal(conn.execute("select %s::text", (value,)).fetchone(), (str(value),), "types")


def evicted(client):
    """With prepared_max = 2 psycopg deallocates by SQL what it prepared by protocol."""
    with connect(autocommit=True) as conn:
        conn.prepare_threshold = 0
        conn.prepared_max = 2
        for n in range(12):
            row = conn.execute(f"select {n % 5} + %s::int", (client,)).fetchone()
            equal(row, (n % 5 + client,), "statement after eviction")


def discarded(client):
    """psycopg sends DEALLOCATE ALL of its own accord after ROLLBACK and DROP, and does not notice the user's."""
    with connect() as conn:
        conn.prepare_threshold = 0
        for n in range(3):
            equal(conn.execute("select %s::int * 2", (client,)).fetchone(), (client * 2,), "before")
            conn.rollback()
            equal(conn.execute("select %s::int * 2", (client,)).fetchone(), (client * 2,), "after rollback")
            conn.execute("create temporary table gone (n int)")
            conn.execute("drop table gone")
            equal(conn.execute("select %s::int * 2", (client,)).fetchone(), (client * 2,), "after drop")
            conn.commit()
        conn.autocommit = True
        for command in ("DEALLOCATE ALL", "DISCARD ALL"):
            query = f"select %s::int * 4 /* {command} */"
            equal(conn.execute(query, (client,)).fetchone(), (client * 4,), "before " + command)
            equal(conn.execute(command, prepare=False).statusmessage, command, "tag")
            raises("26000", lambda: conn.execute(query, (client,)), "the statement is gone after " + command)


def pipeline(client):
    with connect(autocommit=True) as conn:
        conn.prepare_threshold = 0
        with conn.pipeline():
            cursors = [conn.execute("select %s::int, %s::int", (client, n)) for n in range(100)]
            equal([c.fetchone() for c in cursors], [(client, n) for n in range(100)], "100 in a pipeline")
        with conn.pipeline() as p:
            with conn.transaction():
                first = conn.execute("select %s::int", (client,))
                p.sync()
                second = conn.execute("select %s::int + 1", (client,))
            equal(first.fetchone() + second.fetchone(), (client, client + 1), "transaction in a pipeline")
        # An error aborts what follows up to the Sync, and nothing beyond it. psycopg reads answers whenever they come,
        # so the error shows at any call after the failing one.
        with conn.pipeline() as p:
            good = conn.execute("select %s::int", (client,))

            def fails():
                conn.execute("select 1 / %s::int", (0,))
                for _ in range(3):
                    conn.execute(f"insert into {TABLE} values (%s, -1, 'skipped')", (client,))
                p.sync()

            raises("22012", fails, "division in a pipeline")
            try:
                p.sync()
            except psycopg.errors.PipelineAborted:
                pass
            equal(good.fetchone(), (client,), "before the error")
            after = conn.execute("select %s::int", (client,))
            equal(after.fetchone(), (client,), "after the Sync")
        query = f"select count(*) from {TABLE} where client = %s and n = -1"
        equal(conn.execute(query, (client,)).fetchone(), (0,), "what followed the error was skipped")
        with conn.pipeline(), conn.cursor() as cur:
            cur.executemany("select %s::int + %s::int", [(client, n) for n in range(50)], returning=True)
            got = []
            while True:
                got.append(cur.fetchone()[0])
                if not cur.nextset():
                    break
            equal(got, [client + n for n in range(50)], "executemany in a pipeline")
        equal(conn.info.transaction_status, pq.TransactionStatus.IDLE, "idle after pipelines")


def transactions(client):
    with connect() as conn:
        with conn.transaction():
            conn.execute(f"insert into {TABLE} values (%s, 0, 'kept')", (client,))
            try:
                with conn.transaction():
                    conn.execute(f"insert into {TABLE} values (%s, 1, 'savepoint')", (client,))
                    conn.execute("select 1 / 0")
            except psycopg.errors.DivisionByZero:
                pass
        rows = conn.execute(f"select note from {TABLE} where client = %s", (client,)).fetchall()
        equal(rows, [("kept",)], "rolled back to the savepoint")
        conn.rollback()
        raises("22P02", lambda: conn.execute("select 'x'::int"), "bad integer")
        raises("25P02", lambda: conn.execute("select 1"), "failed transaction")
        conn.rollback()
        conn.read_only = True
        raises("25006", lambda: conn.execute(f"delete from {TABLE}"), "read-only transaction")
        conn.rollback()
        conn.read_only = None
        conn.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        equal(conn.execute("show transaction_isolation").fetchone(), ("serializable",), "isolation")
        conn.commit()


def server_side_cursors(client):
    with connect() as conn:
        with conn.cursor(name=f"c{client}") as cur:
            cur.itersize = 7
            cur.execute("select %s::int * 1000 + n from generate_series(1, 50) n", (client,))
            equal([row[0] for row in cur], [client * 1000 + n for n in range(1, 51)], "cursor rows")
        with conn.cursor(name="same_name", scrollable=True) as cur:
            cur.execute("select n + %s from generate_series(1, 20) n", (client,))
            equal(cur.fetchmany(5), [(client + n,) for n in range(1, 6)], "first five")
            cur.scroll(-2)
            equal(cur.fetchone(), (client + 4,), "backwards")
            cur.scroll(19, mode="absolute")
            equal(cur.fetchall(), [(client + 20,)], "absolute")
        conn.commit()


def copy(client):
    with connect() as conn, conn.cursor() as cur:
        with cur.copy(f"copy {TABLE} from stdin") as sink:
            for n in range(200):
                sink.write_row((client, 100 + n, f"row {n}\twith\\ tab"))
        equal(cur.rowcount, 200, "rows copied in")
        conn.commit()
        with cur.copy(f"copy (select n, note from {TABLE} where client = {client} and n >= 100 order by n) to stdout") as source:
            source.set_types(["int4", "text"])
            rows = list(source.rows())
        equal(rows, [(100 + n, f"row {n}\twith\\ tab") for n in range(200)], "rows copied out")
        with cur.copy(f"copy (select {client}, 'x') to stdout (format binary)") as source:
            source.set_types(["int4", "text"])
            equal(list(source.rows()), [(client, "x")], "binary rows")
        conn.commit()

        def fails():
            with cur.copy(f"copy {TABLE} from stdin") as sink:
                sink.write(b"not a number\t1\tx\n")

        raises("22P02", fails, "bad data in COPY")
        conn.rollback()

        def gives_up():
            with cur.copy(f"copy {TABLE} from stdin") as sink:
                sink.write_row((client, 999, "never"))
                raise ValueError("the client changes its mind")

        raises("57014", gives_up, "CopyFail")
        conn.rollback()
        query = f"select count(*) from {TABLE} where client = %s and n = 999"
        equal(cur.execute(query, (client,)).fetchone(), (0,), "CopyFail leaves nothing")


def wait_until_running(watch, marker):
    """Asks PostgreSQL itself until it runs the marked query."""
    query = "select pg_sleep(0.01), count(*) from pg_stat_activity where state = 'active' and query like %s and pid <> pg_backend_pid()"
    for _ in range(1000):
        watch.execute("select 1")
        if watch.execute(query, (f"%{marker}%",)).fetchone()[1]:
            return
    raise AssertionError(f"{marker} never ran")


def cancel():
    with connect(autocommit=True) as conn, connect(autocommit=True) as watch:

        def sleeper():
            raises("57014", lambda: conn.execute("select pg_sleep(60) /* psycopg3 cancel */"), "cancelled")

        thread = threading.Thread(target=sleeper, daemon=True)
        thread.start()
        wait_until_running(watch, "pg_sleep(60) /* psycopg3 cancel")
        conn.cancel()
        thread.join(30)
        true(not thread.is_alive(), "the cancelled query ended")
        # A cancel that comes when nothing runs hits nobody.
        conn.cancel()
        equal(watch.execute("select 1").fetchone(), (1,), "the other client goes on")
        equal(conn.execute("select 2").fetchone(), (2,), "and so does this one")


def startup_parameters(client):
    zone = ("Asia/Tokyo", "America/Lima", "UTC")[client % 3]
    name = f"psycopg3-{client}"
    with connect(autocommit=True, application_name=name, options=f"-c timezone={zone} -c datestyle=ISO,DMY") as conn:
        for _ in range(5):
            shown = conn.execute("select current_setting('application_name'), current_setting('timezone')").fetchone()
            equal(shown, (name, zone), "startup parameters follow the client")
            equal(str(conn.execute("select '2/3/2024'::date").fetchone()[0]), "2024-03-02", "DateStyle")
        equal(conn.info.parameter_status("TimeZone"), zone, "reported time zone")
        equal(conn.info.parameter_status("application_name"), name, "reported name")
        true(conn.info.server_version >= 140000, "server_version is PostgreSQL's")


def notices(client):
    with connect(autocommit=True) as conn:
        seen = []
        conn.add_notice_handler(lambda diagnostic: seen.append((diagnostic.severity, diagnostic.message_primary)))
        conn.execute(f"do $$ begin raise notice 'hello {client}'; raise warning 'careful {client}'; end $$")
        equal(seen, [("NOTICE", f"hello {client}"), ("WARNING", f"careful {client}")], "notices")


def session_state(client):
    """Only where the client has its backend for as long as it stays."""
    with connect(autocommit=True) as conn:
        conn.execute(f"set application_name = 'mine {client}'; set work_mem = '{64 + client}kB'")
        conn.execute("create temporary table mine (n int)")
        conn.execute("insert into mine values (%s)", (client,))
        conn.execute(f"listen channel_{client}")
        conn.execute(f"prepare by_sql as select {client}")
        equal(conn.execute("execute by_sql").fetchone(), (client,), "SQL-level prepared statement")
        equal(conn.execute("show work_mem").fetchone(), (f"{64 + client}kB",), "setting")
        equal(conn.execute("select n from mine").fetchall(), [(client,)], "temporary table")
        notes = []
        conn.add_notify_handler(lambda note: notes.append((note.channel, note.payload)))
        conn.execute(f"notify channel_{client}, 'payload'")
        # PostgreSQL sends a session its own notification before the ReadyForQuery of the NOTIFY.
        equal(notes, [(f"channel_{client}", "payload")], "notification")
    with connect(autocommit=True) as conn:
        equal(conn.execute("select count(*) from pg_listening_channels()").fetchone(), (0,), "nothing is left: LISTEN")
        equal(conn.execute("select to_regclass('pg_temp.mine')").fetchone(), (None,), "nothing is left: tables")


async def async_client(client):
    async with await psycopg.AsyncConnection.connect(password=PASSWORD, autocommit=True, connect_timeout=30) as conn:
        conn.prepare_threshold = 1
        for n in range(10):
            cur = await conn.execute("select %s::int, %s::int", (client, n))
            equal(await cur.fetchone(), (client, n), "asyncio")
        async with conn.pipeline():
            cursors = [await conn.execute("select %s::int - %s::int", (client, n)) for n in range(20)]
            for n, cur in enumerate(cursors):
                equal(await cur.fetchone(), (client - n,), "asyncio pipeline")
        async with conn.transaction():
            async with conn.cursor(name="stream") as cur:
                await cur.execute("select n from generate_series(1, 30) n")
                equal([row[0] async for row in cur], list(range(1, 31)), "asyncio cursor")
        await raises_async("42601", conn.execute("selec"), "asyncio error")
        rows = [row async for row in conn.cursor().stream("select n from generate_series(1, 500) n")]
        equal(len(rows), 500, "row by row")


async def async_crowd():
    await asyncio.wait_for(asyncio.gather(*(async_client(n) for n in range(CLIENTS))), 90)


def client(number):
    with connect() as conn:
        parameters(number, conn)
    prepared(number)
    evicted(number)
    discarded(number)
    pipeline(number)
    transactions(number)
    server_side_cursors(number)
    copy(number)
    startup_parameters(number)
    notices(number)
    if SESSION:
        session_state(number)


def script():
    with connect(autocommit=True) as conn:
        conn.execute(f"drop table if exists {TABLE}")
        conn.execute(f"create table {TABLE} (client int, n int, note text)")
    try:
        crowd(client)
        asyncio.run(async_crowd())
        cancel()
    finally:
        with connect(autocommit=True) as conn:
            conn.execute(f"drop table {TABLE}")


main(script)
