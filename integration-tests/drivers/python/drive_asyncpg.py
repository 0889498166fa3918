"""asyncpg: its statement cache, cursors, COPY, cancel by timeout, type introspection, and the pool's reset queries."""

import asyncio
import datetime
import decimal
import io

import asyncpg

from checks import CLIENTS, DATABASE, HOST, PASSWORD, PORT, SESSION, USER, equal, main, raises_async, true

TABLE = "asyncpg_items"
ADDRESS = dict(host=HOST, port=PORT, database=DATABASE, user=USER, password=PASSWORD, timeout=30)


async def parameters(client, conn):
    for n in range(10):
        equal(await conn.fetchval("select $1::int + $2::int", client, n), client + n, "cached statement")
        equal(await conn.fetchval(f"select {client} * 10 + $1::int", n), client * 10 + n, "a text of its own")
    row = await conn.fetchrow(
        "select $1::text a, $2::bytea b, $3::int[] c, $4::numeric d, $5::timestamptz e, $6::interval f",
        "ä€😀", b"\x00\xff", [1, client], decimal.Decimal("12.50"),
        datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc), datetime.timedelta(days=3, seconds=client),
    )
    equal(row["a"], "ä€😀", "text")
    equal(row["b"], b"\x00\xff", "bytea")
    equal(row["c"], [1, client], "array")
    equal(row["d"], decimal.Decimal("12.50"), "numeric")
    equal(row["e"].isoformat(), "2024-02-29T12:00:00+00:00", "time stamp")
    equal(row["f"], datetime.timedelta(days=3, seconds=client), "interval")
    equal(await conn.execute("select 1; select 2; select 3"), "SELECT 1", "several statements")
    rows = await conn.fetch("select n, repeat('x', 200) from generate_series(1, 2000) n")
    equal([len(rows), rows[-1]["n"]], [2000, 2000], "2000 rows")
    equal(len(await conn.fetchval("select repeat($1, 2000000)", "y")), 2000000, "2 MB in one value")


async def prepared(client, conn):
    statement = await conn.prepare("select $1::int, $2::text")
    equal([t.name for t in statement.get_parameters()], ["int4", "text"], "parameter types")
    equal([a.type.name for a in statement.get_attributes()], ["int4", "text"], "column types")
    for n in range(5):
        equal(tuple(await statement.fetchrow(client, str(n))), (client, str(n)), "prepared by hand")
    await raises_async("42P01", conn.prepare("select * from no_such_table"), "failed Parse")
    await raises_async("22012", conn.fetchval("select 1 / $1::int", 0), "failed Execute")
    equal(await conn.fetchval("select $1::int", client), client, "goes on after errors")


async def introspection(client, conn):
    """Types that asyncpg does not know make it ask the catalog, with prepared statements of its own."""
    row = await conn.fetchval("select row(1, $1::text)::asyncpg_pair", f"second {client}")
    equal(tuple(row), (1, f"second {client}"), "composite type")
    equal(await conn.fetchval("select $1::asyncpg_mood", "happy"), "happy", "enum")
    equal(await conn.fetchval("select array[$1::asyncpg_mood]", "sad"), ["sad"], "array of enums")
    equal(str((await conn.fetchval("select int4range(1, $1)", 10 + client)).upper), str(10 + client), "range")


async def transactions(client, conn):
    async with conn.transaction():
        await conn.execute(f"insert into {TABLE} values ($1, 0, 'kept')", client)
        try:
            async with conn.transaction():
                await conn.execute(f"insert into {TABLE} values ($1, 1, 'lost')", client)
                await conn.execute("select 1 / 0")
        except asyncpg.DivisionByZeroError:
            pass
    equal(await conn.fetch(f"select note from {TABLE} where client = $1", client), [("kept",)], "savepoint")
    transaction = conn.transaction(isolation="repeatable_read", readonly=True)
    await transaction.start()
    equal(await conn.fetchval("show transaction_isolation"), "repeatable read", "isolation")
    await raises_async("25006", conn.execute(f"delete from {TABLE}"), "read-only transaction")
    await raises_async("25P02", conn.fetchval("select 1"), "failed transaction")
    await transaction.rollback()
    true(not conn.is_in_transaction(), "idle again")


async def cursors(client, conn):
    async with conn.transaction():
        got = []
        async for row in conn.cursor("select $1::int * 1000 + n from generate_series(1, 100) n", client, prefetch=9):
            got.append(row[0])
        equal(got, [client * 1000 + n for n in range(1, 101)], "cursor by portal")
        cursor = await conn.cursor("select n from generate_series(1, 20) n")
        await cursor.forward(5)
        equal([row[0] for row in await cursor.fetch(3)], [6, 7, 8], "moved and fetched")


async def many(client, conn):
    await conn.executemany(f"insert into {TABLE} values ($1, $2, $3)", [(client, 10 + n, f"m{n}") for n in range(300)])
    equal(await conn.fetchval(f"select count(*) from {TABLE} where client = $1 and n >= 10", client), 300, "executemany")
    bad = [(client, 5000, "x"), (client, 5001, None), (client, 5002, "z")]
    await raises_async("23502", conn.executemany(f"insert into {TABLE} values ($1, $2, $3)", bad), "one bad row")
    equal(await conn.fetchval(f"select count(*) from {TABLE} where client = $1 and n >= 5000", client), 0, "all or none")


async def copy(client, conn):
    records = [(client, 1000 + n, f"record {n}") for n in range(1000)]
    tag = await conn.copy_records_to_table(TABLE, records=records)
    equal(tag, "COPY 1000", "copy_records_to_table (binary)")
    out = io.BytesIO()
    await conn.copy_from_query(f"select n from {TABLE} where client = $1 and n >= 1000 order by n", client, output=out)
    equal(out.getvalue(), b"".join(b"%d\n" % (1000 + n) for n in range(1000)), "copy_from_query")
    source = io.BytesIO(b"".join(b"%d\t%d\tcsv\n" % (client, 3000 + n) for n in range(100)))
    equal(await conn.copy_to_table(TABLE, source=source), "COPY 100", "copy_to_table")
    await raises_async("22P04", conn.copy_to_table(TABLE, source=io.BytesIO(b"1\n")), "bad COPY data")
    equal(await conn.fetchval("select 1"), 1, "goes on after a bad COPY")


async def timeout(client, conn):
    """asyncpg cancels on the server when its own timeout fires, waits until the connection of its cancel request is
    closed, and goes on: if that came too early, the next query would be the one that is cancelled."""
    for _ in range(5):
        try:
            await conn.fetch("select pg_sleep(60)", timeout=0.05)
        except asyncio.TimeoutError:
            pass
        equal(await conn.fetchval("select $1::int", client), client, "goes on after a cancelled query")


async def changed_plan(conn, other):
    """A result type that changes under a cached plan: asyncpg prepares again if PostgreSQL says so."""
    await conn.execute("create table asyncpg_changing (a int)")
    try:
        await conn.execute("insert into asyncpg_changing values (1)")
        for connection in (conn, other):
            equal(tuple(await connection.fetchrow("select * from asyncpg_changing")), (1,), "before")
        await conn.execute("alter table asyncpg_changing add b text default 'new'")
        for connection in (conn, other):
            equal(tuple(await connection.fetchrow("select * from asyncpg_changing")), (1, "new"), "after")
    finally:
        await conn.execute("drop table asyncpg_changing")


async def session_state(client, conn):
    heard = asyncio.get_running_loop().create_future()
    await conn.add_listener(f"asyncpg{client}", lambda c, pid, channel, payload: heard.set_result((channel, payload)))
    await conn.execute(f"notify asyncpg{client}, 'hello'")
    equal(await asyncio.wait_for(heard, 30), (f"asyncpg{client}", "hello"), "notification")
    await conn.execute(f"set work_mem = '{64 + client}kB'")
    await conn.execute(f"create temporary table mine as select {client} as n")
    equal(await conn.fetchval("select n from mine"), client, "temporary table")
    equal(await conn.fetchval("show work_mem"), f"{64 + client}kB", "setting")
    # What asyncpg's own pool sends at release.
    await conn.reset()
    equal(await conn.fetchval("select count(*) from pg_listening_channels()"), 0, "reset: LISTEN")


async def client(number):
    settings = {"application_name": f"asyncpg-{number}", "timezone": ("Asia/Tokyo", "UTC")[number % 2]}
    conn = await asyncpg.connect(**ADDRESS, server_settings=settings)
    try:
        await parameters(number, conn)
        await prepared(number, conn)
        await introspection(number, conn)
        await transactions(number, conn)
        await cursors(number, conn)
        await many(number, conn)
        await copy(number, conn)
        await timeout(number, conn)
        for _ in range(3):
            row = await conn.fetchrow("select current_setting('application_name'), current_setting('timezone')")
            equal(tuple(row), tuple(settings.values()), "startup parameters follow the client")
        if SESSION:
            await session_state(number, conn)
    finally:
        await conn.close(timeout=30)


async def pool():
    """asyncpg's pool runs CLOSE ALL, UNLISTEN *, RESET ALL and pg_advisory_unlock_all at each release."""
    size = 2 if SESSION else CLIENTS
    async with asyncpg.create_pool(**ADDRESS, min_size=size, max_size=size) as shared:

        async def task(n):
            async with shared.acquire() as conn:
                equal(await conn.fetchval("select $1::int * 7", n), n * 7, "pooled")

        await asyncio.gather(*(task(n) for n in range(100)))


async def script():
    conn = await asyncpg.connect(**ADDRESS)
    cleanup = f"drop table if exists {TABLE}; drop type if exists asyncpg_pair; drop type if exists asyncpg_mood"
    await conn.execute(cleanup)
    await conn.execute(f"create table {TABLE} (client int, n int, note text not null)")
    await conn.execute("create type asyncpg_pair as (a int, b text); create type asyncpg_mood as enum ('sad', 'happy')")
    try:
        await asyncio.wait_for(asyncio.gather(*(client(n) for n in range(CLIENTS))), 120)
        await pool()
        other = await asyncpg.connect(**ADDRESS)
        await changed_plan(conn, other)
        await other.close(timeout=30)
    finally:
        await conn.execute(cleanup)
        await conn.close(timeout=30)


main(lambda: asyncio.run(script()))
