"""SQLAlchemy over psycopg 2 and over asyncpg: Core, the ORM, its pool, isolation levels, savepoints, cursors, temporary
tables, and what its connect event sets on each connection."""

import asyncio
import threading

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from checks import CLIENTS, DATABASE, HOST, PASSWORD, PORT, USER, crowd, equal, main, true

ROUNDS = 6
TENANTS = 4
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
Base = orm.declarative_base()


class Author(Base):
    __tablename__ = "alchemy_authors"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String, unique=True)
    version = sa.Column(sa.Integer, nullable=False)
    books = orm.relationship("Book", order_by="Book.id", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class Book(Base):
    __tablename__ = "alchemy_books"
    id = sa.Column(sa.Integer, primary_key=True)
    author_id = sa.Column(sa.ForeignKey(Author.id))
    title = sa.Column(sa.String)


ORDERS = sa.table("alchemy_orders", sa.column("tenant"))


def url(driver):
    return sa.engine.URL.create(driver, USER, PASSWORD, HOST, PORT, DATABASE)


def engine(**options):
    return sa.create_engine(url("postgresql+psycopg2"), connect_args={"connect_timeout": 30}, **options)


def state(error):
    """asyncpg's errors are wrapped once more."""
    cause = error.orig
    return getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None)


def refused(sqlstate, work, what):
    try:
        work()
    except DBAPIError as error:
        equal(state(error), sqlstate, what)
        return
    raise AssertionError(f"{what}: not refused")


def core(number, pool):
    with pool.begin() as conn:
        conn.execute(sa.insert(Author), [{"name": f"core {number}/{n}", "version": 1} for n in range(50)])
    with pool.connect() as conn:
        own = sa.select(sa.func.count()).select_from(Author).where(Author.name.like(f"core {number}/%"))
        equal(conn.execute(own).scalar(), 50, "inserted")
        conn.rollback()
        with conn.begin():
            nested = conn.begin_nested()
            conn.execute(sa.delete(Author).where(Author.name.like(f"core {number}/%")))
            equal(conn.execute(own).scalar(), 0, "deleted")
            nested.rollback()
            equal(conn.execute(own).scalar(), 50, "rolled back to a savepoint")
            with conn.begin_nested():
                conn.execute(sa.delete(Author).where(Author.name.like(f"core {number}/4%")))
        equal(conn.execute(own).scalar(), 39, "committed")


def session(number, round_, pool):
    name = f"orm {number}/{round_}"
    with orm.Session(pool, future=True) as work, work.begin():
        work.add(Author(name=name, books=[Book(title=f"{name}/{n}") for n in range(20)]))
        work.flush()
        try:
            with work.begin_nested():
                work.add(Author(name=name))
                work.flush()
        except IntegrityError as error:
            equal(state(error), "23505", "refused inside a savepoint")
    with orm.Session(pool, future=True) as work:
        author = work.execute(sa.select(Author).where(Author.name == name)).scalar_one()
        work.commit()
        # Expired by the commit: loaded again, maybe on another backend.
        equal([book.title for book in author.books], [f"{name}/{n}" for n in range(20)], "lazy loading")
        del author.books[10:]
        work.commit()
        equal(len(author.books), 10, "orphans deleted")
    with orm.Session(pool, future=True, expire_on_commit=False) as late, orm.Session(pool, future=True) as early:
        stale = late.execute(sa.select(Author).where(Author.name == name)).scalar_one()
        late.commit()
        early.execute(sa.select(Author).where(Author.name == name)).scalar_one().name = name + "!"
        early.commit()
        stale.name = "too late"
        try:
            late.commit()
            raise AssertionError("a lost update")
        except orm.exc.StaleDataError:
            late.rollback()
        equal(late.get(Author, stale.id).name, name + "!", "renamed meanwhile")


def isolation(number, round_, pool):
    level = LEVELS[(number + round_) % 3]
    with pool.connect().execution_options(isolation_level=level) as conn:
        equal(conn.exec_driver_sql("show transaction_isolation").scalar(), level.lower(), "isolation level")
    with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("vacuum (skip_locked) alchemy_books")
        true(True, "autocommit")
    with pool.connect().execution_options(postgresql_readonly=True, isolation_level="SERIALIZABLE") as conn:
        equal(conn.exec_driver_sql("show transaction_read_only").scalar(), "on", "read-only")
        refused("25006", lambda: conn.execute(sa.delete(Author)), "read-only")
    with pool.connect() as conn:
        equal(conn.exec_driver_sql("show transaction_isolation").scalar(), "read committed", "isolation level after")
        equal(conn.exec_driver_sql("show transaction_read_only").scalar(), "off", "read-only after")


def cursors(number, pool):
    """With stream_results the result is a named cursor of the server."""
    query = sa.text("select :number * 1000 + n from generate_series(1, 500) n").bindparams(number=number)
    expected = [number * 1000 + n for n in range(1, 501)]
    with pool.connect() as conn:
        rows = conn.execution_options(stream_results=True, max_row_buffer=60).execute(query)
        equal([row[0] for row in rows], expected, "stream_results")
        with orm.Session(conn, future=True) as work:
            parts = work.execute(query, execution_options={"yield_per": 70}).partitions()
            equal([row[0] for part in parts for row in part], expected, "yield_per")


def temporary_tables(number, pool):
    """SQLAlchemy keeps the connection, but not the transaction."""
    scratch = sa.Table("scratch", sa.MetaData(), sa.Column("n", sa.Integer), prefixes=["TEMPORARY"])
    brief = sa.Table("brief", sa.MetaData(), sa.Column("n", sa.Integer), prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    with pool.connect() as conn:
        with conn.begin():
            scratch.create(conn)
        with conn.begin():
            conn.execute(scratch.insert(), [{"n": number}, {"n": number + 1}])
        equal(conn.execute(sa.select(scratch.c.n).order_by(scratch.c.n)).scalars().all(), [number, number + 1], "own table")
        conn.rollback()
        with conn.begin():
            scratch.drop(conn)
    with pool.begin() as conn:
        brief.create(conn)
        conn.execute(brief.insert(), {"n": number})
        equal(conn.execute(sa.select(brief.c.n)).scalar(), number, "table of one transaction")
    with pool.connect() as conn:
        refused("42P01", lambda: conn.execute(sa.select(brief.c.n)), "dropped")


def own_settings():
    """A pool whose every connection has a tenant, a time zone and an isolation level, set once by the connect event."""
    pool = engine(pool_size=CLIENTS, max_overflow=0, future=True)
    number = iter(range(CLIENTS * 2))
    lock = threading.Lock()

    @event.listens_for(pool, "connect")
    def connect(connection, record):
        with lock:
            n = next(number)
        record.info["zone"] = ("Asia/Tokyo", "America/Lima", "UTC")[n % 3]
        record.info["tenant"] = f"alchemy_{n % TENANTS}"
        record.info["level"] = LEVELS[n % 3]
        cursor = connection.cursor()
        cursor.execute(f"set time zone '{record.info['zone']}'")
        cursor.execute(f"set search_path to {record.info['tenant']}, public")
        cursor.execute(f"set session characteristics as transaction isolation level {record.info['level']}")
        cursor.execute("select set_config('app.tenant', %s, false)", [record.info["tenant"]])
        cursor.close()
        connection.commit()

    return pool


def settings(pool):
    with pool.connect() as conn:
        own = conn.connection._connection_record.info
        row = conn.exec_driver_sql(
            "select current_setting('timezone'), current_setting('transaction_isolation'),"
            " current_setting('app.tenant'), to_char(timestamptz '2024-07-01 12:00+00', 'HH24')").one()
        hour = {"Asia/Tokyo": "21", "America/Lima": "07", "UTC": "12"}[own["zone"]]
        equal(tuple(row), (own["zone"], own["level"].lower(), own["tenant"], hour), "settings of this connection")
        equal(conn.execute(sa.select(ORDERS.c.tenant)).scalars().all(), [own["tenant"]], "orders of this tenant")
        conn.rollback()
        with conn.begin() as work:
            conn.exec_driver_sql("set local search_path to alchemy_0")
            equal(conn.execute(sa.select(ORDERS.c.tenant)).scalars().all(), ["alchemy_0"], "another for a transaction")
            work.rollback()
        with conn.begin() as work:
            conn.exec_driver_sql("set search_path to alchemy_1")
            equal(conn.execute(sa.select(ORDERS.c.tenant)).scalars().all(), ["alchemy_1"], "another, rolled back")
            work.rollback()
        equal(conn.execute(sa.select(ORDERS.c.tenant)).scalars().all(), [own["tenant"]], "its own again")


def threads(pool, configured):
    streaming = engine(pool_size=CLIENTS, execution_options={"stream_results": True}, future=True)

    def client(number):
        core(number, pool)
        for round_ in range(ROUNDS):
            session(number, round_, pool)
            isolation(number, round_, pool)
            cursors(number, pool)
            settings(configured)
            with streaming.connect() as conn:
                rows = conn.execute(sa.text("select n from generate_series(1, 300) n"))
                equal(len(rows.fetchall()), 300, "all results streamed")
        temporary_tables(number, pool)

    crowd(client)
    streaming.dispose()


async def with_asyncpg():
    """Prepared statements of asyncpg's, kept per connection, and text parsed under the connection's own search_path."""
    pool = create_async_engine(url("postgresql+asyncpg"), pool_size=CLIENTS, max_overflow=0,
                               connect_args={"timeout": 30, "server_settings": {"application_name": "alchemy"}})

    async def client(number):
        tenant = f"alchemy_{number % TENANTS}"
        async with pool.connect() as conn:
            await conn.exec_driver_sql(f"set search_path to {tenant}")
            await conn.commit()
            for _ in range(ROUNDS):
                async with conn.begin():
                    equal((await conn.execute(sa.select(ORDERS.c.tenant))).scalars().all(), [tenant], "asyncpg: own orders")
                    async with conn.begin_nested() as nested:
                        await conn.exec_driver_sql("set search_path to alchemy_0")
                        await nested.rollback()
                    equal((await conn.execute(sa.select(ORDERS.c.tenant))).scalars().all(), [tenant], "asyncpg: own again")
            result = await conn.stream(sa.text("select n from generate_series(1, 200) n"))
            equal([row[0] async for row in result], list(range(1, 201)), "asyncpg: stream")
            await conn.rollback()
            await conn.exec_driver_sql("reset search_path")
            await conn.commit()
        async with AsyncSession(pool) as work:
            name = f"async {number}"
            async with work.begin():
                work.add(Author(name=name, books=[Book(title=name)]))
            found = await work.execute(sa.select(Author).where(Author.name == name).options(orm.selectinload(Author.books)))
            equal([book.title for book in found.scalar_one().books], [name], "asyncpg: ORM")
        async with pool.connect() as conn:
            serializable = await conn.execution_options(isolation_level="SERIALIZABLE")
            level = await serializable.exec_driver_sql("show transaction_isolation")
            equal(level.scalar(), "serializable", "asyncpg: isolation level")

    await asyncio.wait_for(asyncio.gather(*(client(n) for n in range(CLIENTS))), 90)
    await pool.dispose()


def script():
    setup = engine(poolclass=NullPool, future=True)
    Base.metadata.create_all(setup)
    with setup.begin() as conn:
        for n in range(TENANTS):
            conn.exec_driver_sql(f"create schema alchemy_{n}")
            conn.exec_driver_sql(f"create table alchemy_{n}.alchemy_orders as select 'alchemy_{n}'::text as tenant")
    pool = engine(pool_size=CLIENTS, max_overflow=0, pool_pre_ping=True, future=True)
    configured = own_settings()
    try:
        threads(pool, configured)
        asyncio.run(with_asyncpg())
    finally:
        pool.dispose()
        configured.dispose()
        with setup.begin() as conn:
            for n in range(TENANTS):
                conn.exec_driver_sql(f"drop schema alchemy_{n} cascade")
        Base.metadata.drop_all(setup)


main(script)
