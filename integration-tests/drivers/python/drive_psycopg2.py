"""psycopg2: simple-protocol queries, named cursors, COPY, execute_values, large objects, notices, cancel, polling."""

import io
import select
import threading

import psycopg2
import psycopg2.extensions as ext
from psycopg2.extras import DictCursor, execute_batch, execute_values

from checks import PASSWORD, SESSION, crowd, equal, main, raises, true

TABLE = "psycopg2_items"


def connect(**options):
    return psycopg2.connect(password=PASSWORD, connect_timeout=30, **options)


def parameters(client, conn):
    with conn, conn.cursor() as cur:
        for n in range(5):
            cur.execute("select %s + %s", (client, n))
            equal(cur.fetchone(), (client + n,), "sum")
        cur.execute("select %s, %s::bytea, %s, %s", ("it's ä€😀 \\", psycopg2.Binary(b"\x00\xff"), [1, client], None))
        row = cur.fetchone()
        equal((row[0], bytes(row[1]), row[2], row[3]), ("it's ä€😀 \\", b"\x00\xff", [1, client], None), "values")
    with conn, conn.cursor(cursor_factory=DictCursor) as cur:
        cur.execute("select 1 as a; select 2 as b")
        equal(dict(cur.fetchone()), {"b": 2}, "the last of several statements")
        cur.execute("select repeat(%s, 3000000)", (chr(97 + client % 26),))
        equal(cur.fetchone()[0], chr(97 + client % 26) * 3000000, "3 MB in one value")


def bulk(client, conn):
    with conn, conn.cursor() as cur:
        rows = [(client, n, f"note {n}") for n in range(500)]
        got = execute_values(cur, f"insert into {TABLE} values %s returning n", rows, page_size=100, fetch=True)
        equal(got, [(n,) for n in range(500)], "execute_values")
        execute_batch(cur, f"update {TABLE} set note = %s where client = %s and n = %s",
                      [(f"changed {n}", client, n) for n in range(100)], page_size=25)
        cur.execute(f"select count(*) from {TABLE} where client = %s and note like 'changed%%'", (client,))
        equal(cur.fetchone(), (100,), "execute_batch")


def named_cursors(client, conn):
    with conn:
        with conn.cursor("same_name_everywhere") as cur:
            cur.itersize = 13
            cur.execute("select %s * 1000 + n from generate_series(1, 100) n", (client,))
            equal([row[0] for row in cur], [client * 1000 + n for n in range(1, 101)], "named cursor")
        with conn.cursor("scrolling", scrollable=True) as cur:
            cur.execute("select n from generate_series(1, 10) n")
            cur.scroll(5)
            equal(cur.fetchmany(2), [(6,), (7,)], "scrolled")
            cur.scroll(0, mode="absolute")
            equal(cur.fetchone(), (1,), "and back")


def copy(client, conn):
    with conn, conn.cursor() as cur:
        lines = "".join(f"{client}\t{1000 + n}\tcopied {n}\n" for n in range(2000))
        cur.copy_from(io.StringIO(lines), TABLE, columns=("client", "n", "note"))
        equal(cur.rowcount, 2000, "rows copied in")
        out = io.StringIO()
        cur.copy_expert(f"copy (select * from {TABLE} where client = {client} and n >= 1000 order by n) to stdout", out)
        equal(out.getvalue(), lines, "and out again")
    with conn.cursor() as cur:
        raises("22P04", lambda: cur.copy_from(io.StringIO("1\n"), TABLE), "missing columns")
        raises("25P02", lambda: cur.execute("select 1"), "failed transaction")
    conn.rollback()


def transactions(client, conn):
    with conn.cursor() as cur:
        cur.execute(f"insert into {TABLE} values (%s, -1, 'kept')", (client,))
        cur.execute("savepoint s")
        raises("42703", lambda: cur.execute("select missing"), "no such column")
        cur.execute("rollback to s")
        conn.commit()
        cur.execute(f"insert into {TABLE} values (%s, -2, 'lost')", (client,))
        equal(conn.info.transaction_status, ext.TRANSACTION_STATUS_INTRANS, "in a transaction")
        conn.rollback()
        cur.execute(f"select note from {TABLE} where client = %s and n < 0", (client,))
        equal(cur.fetchall(), [("kept",)], "committed and rolled back")
        conn.rollback()
    conn.set_session(readonly=True, isolation_level="REPEATABLE READ")
    with conn.cursor() as cur:
        cur.execute("select current_setting('transaction_isolation')")
        equal(cur.fetchone(), ("repeatable read",), "isolation")
        raises("25006", lambda: cur.execute(f"delete from {TABLE}"), "read-only transaction")
    conn.rollback()
    conn.set_session(readonly=False, isolation_level="DEFAULT")


def two_phase(client, conn):
    xid = conn.xid(1, f"psycopg2-{client}", "branch")
    try:
        conn.tpc_begin(xid)
        with conn.cursor() as cur:
            cur.execute(f"insert into {TABLE} values (%s, -3, 'two-phase')", (client,))
        conn.tpc_prepare()
    except psycopg2.Error as error:
        # max_prepared_transactions is 0 on a server that was not set up for it.
        equal(error.pgcode, "55000", "two-phase is switched off")
        conn.tpc_rollback()
        return
    conn.tpc_rollback()


def large_objects(client, conn):
    data = bytes(range(256)) * 400 + str(client).encode()
    with conn:
        large = conn.lobject(0, "wb")
        large.write(data)
        oid = large.oid
        large.close()
    with conn:
        large = conn.lobject(oid, "rb")
        large.seek(256)
        equal(large.read(), data[256:], "large object, by function calls")
        large.unlink()


def notices(client, conn):
    conn.notices.clear()
    with conn, conn.cursor() as cur:
        cur.execute(f"do $$ begin for i in 1..5 loop raise notice 'client {client} notice %', i; end loop; end $$")
    equal([n.strip() for n in conn.notices], [f"NOTICE:  client {client} notice {i}" for i in range(1, 6)], "notices")


def wait(conn):
    while True:
        state = conn.poll()
        if state == ext.POLL_OK:
            return
        readers, writers = ([conn], []) if state == ext.POLL_READ else ([], [conn])
        if select.select(readers, writers, [], 30) == ([], [], []):
            raise AssertionError("nothing came in 30 s")


def polled(client):
    conn = psycopg2.connect(password=PASSWORD, async_=True)
    wait(conn)
    cur = conn.cursor()
    for n in range(5):
        cur.execute("select %s, n from generate_series(1, 1000) n", (client,))
        wait(conn)
        equal(cur.fetchall()[-1], (client, 1000), "asynchronous query")
    conn.close()


def startup_parameters(client):
    name = f"psycopg2-{client}"
    conn = connect(application_name=name, client_encoding="LATIN1" if client % 2 else "UTF8")
    conn.autocommit = True
    with conn.cursor() as cur:
        for _ in range(5):
            cur.execute("select current_setting('application_name'), current_setting('client_encoding'), 'é'")
            equal(cur.fetchone(), (name, "LATIN1" if client % 2 else "UTF8", "é"), "startup parameters follow the client")
    conn.close()


def cancel():
    conn, watch = connect(), connect()
    watch.autocommit = True

    def sleeper():
        with conn.cursor() as cur:
            raises("57014", lambda: cur.execute("select pg_sleep(60) /* psycopg2 cancel */"), "cancelled")

    thread = threading.Thread(target=sleeper, daemon=True)
    thread.start()
    with watch.cursor() as cur:
        for _ in range(1000):
            cur.execute("select pg_sleep(0.01), count(*) from pg_stat_activity where state = 'active' "
                        "and query like '%pg_sleep(60) /* psycopg2 cancel%' and pid <> pg_backend_pid()")
            if cur.fetchone()[1]:
                break
        conn.cancel()
        thread.join(30)
        true(not thread.is_alive(), "the cancelled query ended")
        conn.rollback()
        cur.execute("select 1")
        equal(cur.fetchone(), (1,), "the other client goes on")
    with conn.cursor() as cur:
        cur.execute("select 2")
        equal(cur.fetchone(), (2,), "and so does this one")
    conn.close()
    watch.close()


def session_state(client):
    conn = connect()
    conn.autocommit = True
    with conn.cursor() as cur:
        cur.execute(f"set statement_timeout = {100001 + client}")
        cur.execute("create temporary table mine as select %s as n", (client,))
        cur.execute(f"listen c{client}; notify c{client}, 'hello'")
        cur.execute("declare held cursor with hold for select %s", (client,))
        conn.poll()
        equal([(n.channel, n.payload) for n in conn.notifies], [(f"c{client}", "hello")], "notification")
        cur.execute("select n, current_setting('statement_timeout') from mine")
        equal(cur.fetchone(), (client, f"{100001 + client}ms"), "temporary table and setting")
        cur.execute("fetch held")
        equal(cur.fetchone(), (client,), "cursor with hold")
        cur.execute("select pg_advisory_lock(%s)", (client,))
        cur.execute("select pg_advisory_unlock(%s)", (client,))
        equal(cur.fetchone(), (True,), "advisory lock")
    conn.close()


def client(number):
    conn = connect()
    parameters(number, conn)
    bulk(number, conn)
    named_cursors(number, conn)
    copy(number, conn)
    transactions(number, conn)
    two_phase(number, conn)
    large_objects(number, conn)
    notices(number, conn)
    conn.close()
    polled(number)
    startup_parameters(number)
    if SESSION:
        session_state(number)


def script():
    conn = connect()
    with conn, conn.cursor() as cur:
        cur.execute(f"drop table if exists {TABLE}; create table {TABLE} (client int, n int, note text)")
    conn.close()
    try:
        crowd(client)
        cancel()
    finally:
        conn = connect()
        with conn, conn.cursor() as cur:
            cur.execute(f"drop table {TABLE}")
        conn.close()


main(script)
