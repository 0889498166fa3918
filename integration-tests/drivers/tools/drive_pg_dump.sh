#!/usr/bin/env bash
# pg_dump and restore: plain, custom, and directory in parallel; restored, dumped again and compared.
# pg_dump sets session state, and in parallel it shares a snapshot: through a pooler that is session mode.
. "$(dirname "$0")/checks.sh"
[ "$mode" = session ] || fail 'pg_dump needs a database in session mode'

drop_all() {
  query -c 'set client_min_messages = warning; drop schema if exists dump_a, dump_b cascade;
            select count(lo_unlink(oid)) from pg_largeobject_metadata' >/dev/null
}
cleanup() { drop_all || true; rm -rf "$work"; }
trap cleanup EXIT

# Newer minor versions write a random key into a plain dump; versions and times are not what is compared.
normal() { sed -e '/^\\restrict /d' -e '/^\\unrestrict /d' -e '/^-- /d' "$1"; }
dump() { pg_dump -Fp --file="$work/$1.raw" && normal "$work/$1.raw" >"$work/$1.sql"; }

drop_all
query >/dev/null <<'SQL'
create schema dump_a;
create schema dump_b;
create type dump_a.mood as enum ('sad', 'ok', 'happy');
create domain dump_a.positive as int check (value > 0);
create sequence dump_a.numbers start 100 increment 5;
create table dump_a.people (
  id bigint primary key default nextval('dump_a.numbers'),
  name text not null collate "C",
  mood dump_a.mood default 'ok',
  born date,
  tags text[],
  data jsonb,
  picture bytea,
  score numeric(12, 4),
  full_name text generated always as (name || '!') stored
);
create table dump_b.orders (
  id int generated always as identity,
  person bigint references dump_a.people on delete cascade,
  amount dump_a.positive,
  placed timestamptz default '2024-01-01 00:00:00+00',
  primary key (id, placed)
) partition by range (placed);
create table dump_b.orders_2024 partition of dump_b.orders for values from ('2024-01-01') to ('2025-01-01');
create table dump_b.orders_rest partition of dump_b.orders default;
create unique index people_name on dump_a.people (lower(name));
create index people_data on dump_a.people using gin (data);
create index people_sad on dump_a.people (id) where mood = 'sad';
create view dump_a.happy as select id, name from dump_a.people where mood = 'happy';
create materialized view dump_b.totals as select person, 0 as total from dump_b.orders;
create function dump_a.twice(n int) returns int language sql immutable as $$ select n * 2 $$;
create function dump_a.touch() returns trigger language plpgsql as $f$
begin
  new.data := coalesce(new.data, '{}') || '{"touched": true}';
  return new;
end $f$;
create procedure dump_b.nothing() language plpgsql as $$ begin null; end $$;
create trigger touch before insert on dump_a.people for each row execute function dump_a.touch();
create rule quiet as on delete to dump_b.orders_rest do instead nothing;
alter table dump_a.people enable row level security;
create policy everyone on dump_a.people using (true);
comment on table dump_a.people is E'who \\ lives ''here''\nin two lines';
insert into dump_a.people (name, mood, born, tags, data, picture, score)
  select 'person ' || n || E'\t\\ ä€😀', (array['sad', 'ok', 'happy']::dump_a.mood[])[1 + n % 3], date '2000-01-01' + n,
         array['a' || n, null, '{"'], jsonb_build_object('n', n, 'text', repeat('x', n % 500)),
         decode(lpad(to_hex(n), 8, '0'), 'hex'), n / 7.0
  from generate_series(1, 5000) n;
insert into dump_b.orders (person, amount, placed)
  select 100 + 5 * (n % 5000), n, timestamptz '2024-06-01' + n * interval '1 hour' from generate_series(1, 10000) n;
refresh materialized view dump_b.totals;
select lo_from_bytea(0, decode(repeat('00ff7f', 100000), 'hex'));
select lo_from_bytea(0, 'a small one');
SQL

summary() {
  query -c "select count(*), sum(hashtext(p::text)) from dump_a.people p" \
    -c "select count(*), sum(hashtext(o::text)) from dump_b.orders o" \
    -c "select count(*), sum(length(lo_get(oid))), md5(string_agg(md5(lo_get(oid)), '' order by oid)) from pg_largeobject_metadata" \
    -c "select dump_a.twice(21), nextval('dump_a.numbers') > 0"
}
before=$(summary)
contains 'something to dump' '5000|' "$before"
dump first
[ "$(wc -c <"$work/first.sql")" -gt 2000000 ] || fail 'the dump is too small'

# The summary took a number of the sequence; the dumps that are compared come after it.
compare() {
  dump "$1"
  same_files "$1: dumped again" "$work/first.sql" "$work/$1.sql"
  equal "$1: contents" "$before" "$(summary)"
  query -c "select setval('dump_a.numbers', last_value - 5) from dump_a.numbers" >/dev/null
}

drop_all
query -f "$work/first.raw" >/dev/null
compare plain

pg_dump -Fc --file="$work/custom.dump"
contains 'contents of the custom dump' 'TABLE DATA dump_a people' "$(pg_restore -l "$work/custom.dump")"
drop_all
pg_restore --exit-on-error -d "$PGDATABASE" "$work/custom.dump"
compare custom

drop_all
pg_restore --exit-on-error --jobs=2 -d "$PGDATABASE" "$work/custom.dump"
compare custom_parallel

# Two workers and a leader that exported the snapshot: all of a pool of three.
pg_dump -Fd --jobs=2 --file="$work/directory"
drop_all
pg_restore --exit-on-error --single-transaction -d "$PGDATABASE" "$work/directory"
compare directory

pg_dump -Fp --inserts --rows-per-insert=100 -t dump_a.people --file="$work/inserts.sql"
query -c 'set client_min_messages = warning; truncate dump_a.people cascade'
normal "$work/inserts.sql" | grep -v '^SET\|^SELECT' | sed -n '/^INSERT/,/;$/p' | query -1 -c 'alter table dump_a.people disable trigger all' -f - -c 'alter table dump_a.people enable trigger all'
equal 'restored from INSERTs' "$(head -1 <<<"$before")" "$(summary 2>/dev/null | head -1)"

pg_dump --schema-only -n dump_b --file="$work/schema.sql"
contains 'schema only' 'CREATE MATERIALIZED VIEW dump_b.totals' "$(cat "$work/schema.sql")"

printf 'checks: %s\n' "$passed"
