"""Django: migrations, the ORM, transactions and savepoints, server-side cursors, time zones, persistent connections.

SLUICE_PROCESSES processes (default 2) with as many threads together as SLUICE_CLIENTS; each thread has its own
connection, with its own time zone and tenant.
"""

import datetime
import itertools
import multiprocessing
import os

import django
from django.conf import settings
from django.core import signals
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.models import F

import checks
from checks import CLIENTS, DATABASE, HOST, PASSWORD, PORT, USER, crowd, equal, main, true

PROCESSES = int(os.environ.get("SLUICE_PROCESSES", "2"))
# Without a history: Django 3 reads a time in any other zone as one of the zone's first offset.
ZONES = {"UTC": 12, "Etc/GMT-9": 21, "Etc/GMT+5": 7}
ROUNDS = 4


def database(zone, age):
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": DATABASE, "HOST": HOST, "PORT": PORT, "USER": USER,
        "PASSWORD": PASSWORD, "TIME_ZONE": zone, "CONN_MAX_AGE": age, "OPTIONS": {"connect_timeout": 30},
    }


def configure():
    """One alias per time zone: a connection that stays, sets it once, and relies on it from then on."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "library"],
        DATABASES={
            "default": database("UTC", None),
            "1": database("Etc/GMT-9", None),
            "2": database("Etc/GMT+5", None),
            "brief": database("Etc/GMT-9", 0),
        },
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


def value(sql, parameters=(), using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def request(work):
    """As Django serves one: what has outlived CONN_MAX_AGE is closed before and after it."""
    signals.request_started.send(sender=None)
    try:
        work()
    finally:
        signals.request_finished.send(sender=None)


def migrate():
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    equal(value("select count(*) from django_migrations where app = 'library'"), 2, "migrated once")
    equal(value("select indisvalid from pg_index where indexrelid = 'library_book_title'::regclass"), True, "index")
    call_command("migrate", "library", "0001", verbosity=0)
    equal(value("select count(*) from django_migrations where app = 'library'"), 1, "migrated back")
    call_command("migrate", verbosity=0)


def orm(number, using):
    from library.models import Author, Book

    author = Author.objects.using(using).create(name=f"author {number}")
    Book.objects.using(using).bulk_create([Book(author=author, title=f"{number}/{n}") for n in range(300)], batch_size=100)
    own = Book.objects.using(using).filter(author__name=f"author {number}")
    equal(own.count(), 300, "bulk_create")
    equal(own.filter(title__startswith=f"{number}/1").update(copies=F("copies") + 2), 111, "update")
    equal(sum(own.values_list("copies", flat=True)), 222, "sum")
    equal(own.select_related("author").order_by("id").first().author.name, f"author {number}", "join")
    equal(Book.objects.using(using).filter(title__startswith=f"{number}/").exclude(author=author).count(), 0, "own rows")


def transactions(number, using):
    from library.models import Author

    authors = Author.objects.using(using)
    with transaction.atomic(using=using):
        authors.create(name=f"outer {number}")
        try:
            with transaction.atomic(using=using):
                authors.create(name=f"inner {number}")
                authors.create(name=f"outer {number}")
        except IntegrityError:
            true(True, "refused inside a savepoint")
        authors.create(name=f"later {number}")
    try:
        with transaction.atomic(using=using):
            authors.create(name=f"lost {number}")
            raise KeyError
    except KeyError:
        pass
    names = authors.filter(name__endswith=f"r {number}").order_by("id").values_list("name", flat=True)
    equal([n for n in names if not n.startswith("author")], [f"outer {number}", f"later {number}"], "savepoint, rollback")
    with transaction.atomic(using=using):
        locked = authors.select_for_update().get(name=f"outer {number}")
        locked.name = f"renamed {number}"
        locked.save(using=using)
    equal(authors.filter(name=f"renamed {number}").count(), 1, "select_for_update")
    told = []
    with transaction.atomic(using=using):
        transaction.on_commit(lambda: told.append(number), using=using)
        equal(told, [], "not yet committed")
    equal(told, [number], "on_commit")


def cursors(number, using):
    """iterator() is a cursor of the server: WITH HOLD outside of a transaction, plain inside."""
    from library.models import Book

    own = Book.objects.using(using).filter(author__name=f"author {number}").order_by("id").values_list("title", flat=True)
    expected = [f"{number}/{n}" for n in range(300)]
    equal(list(own.iterator(chunk_size=70)), expected, "iterator")
    with transaction.atomic(using=using):
        equal(list(own.iterator(chunk_size=70)), expected, "iterator in a transaction")
    # Left before its end, and other statements in between.
    rows = own.iterator(chunk_size=10)
    equal(list(itertools.islice(rows, 15)), expected[:15], "first rows")
    equal(value("select %s", [number], using), number, "another statement")
    equal(list(itertools.islice(rows, 10)), expected[15:25], "next rows")
    rows.close()
    equal(value("select count(*) from pg_cursors", (), using), 0, "closed")


def time_zones(number, using, zone):
    from library.models import Book

    equal(value("show timezone", (), using), zone, "time zone")
    equal(value("select extract(hour from timestamptz '2024-07-01 12:00+00')::int", (), using),
          ZONES[zone], "hour")
    noon = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
    book = Book.objects.using(using).filter(author__name=f"author {number}").first()
    book.printed = noon
    book.save(using=using)
    book.refresh_from_db(using=using)
    equal(book.printed, noon, "point in time")
    equal(Book.objects.using(using).filter(id=book.id, printed__hour=12).count(), 1, "hour by the ORM's zone")


def tenants(number, using):
    from library.models import Note

    tenant = f"tenant{number % 7}"
    with connections[using].cursor() as cursor:
        cursor.execute("set app.tenant = %s", [tenant])
    notes = Note.objects.using(using)
    notes.create(tenant=tenant)
    equal(set(notes.values_list("tenant", flat=True)), {tenant}, "own rows")
    try:
        notes.create(tenant="another")
        raise AssertionError("written for another tenant")
    except DatabaseError as error:
        equal(error.__cause__.pgcode, "42501", "refused by row security")
    with transaction.atomic(using=using):
        equal(set(notes.values_list("tenant", flat=True)), {tenant}, "own rows in a transaction")
    with connections[using].cursor() as cursor:
        cursor.execute("reset app.tenant")
    equal(notes.count(), 0, "nothing without a tenant")


def brief(number):
    """CONN_MAX_AGE = 0: a connection per request."""
    def work():
        equal(value("show timezone", (), "brief"), "Etc/GMT-9", "time zone of a new connection")
        equal(value("select %s", [number], "brief"), number, "brief")
    request(work)
    equal(connections["brief"].connection, None, "closed behind the request")


def client(number):
    using = ("default", "1", "2")[number % 3]
    zone = list(ZONES)[number % 3]
    try:
        request(lambda: orm(number, using))
        backend = connections[using].connection
        request(lambda: transactions(number, using))
        for _ in range(ROUNDS):
            request(lambda: cursors(number, using))
            request(lambda: time_zones(number, using, zone))
            request(lambda: tenants(number, using))
            brief(number)
        true(connections[using].connection is backend, "the connection stays")
    finally:
        connections.close_all()


def process(share, passed):
    """Its part of the clients, as threads."""
    configure()
    crowd(lambda n: client(share + n * PROCESSES), len(range(share, CLIENTS, PROCESSES)))
    passed.value = checks.passed()


def script():
    configure()
    migrate()
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    counts = [context.Value("i", 0) for _ in range(PROCESSES)]
    processes = [context.Process(target=process, args=(share, counts[share])) for share in range(PROCESSES)]
    for one in processes:
        one.start()
    for one in processes:
        one.join(100)
        equal(one.exitcode, 0, "process")
    checks.add(sum(count.value for count in counts))
    call_command("migrate", "library", "zero", verbosity=0)
    connection.close()


if __name__ == "__main__":
    main(script)
