#!/usr/bin/env bash
# psql: \copy, \watch, \gdesc, \g, \gset, \gexec, \bind, ON_ERROR_STOP, several statements, large output, Ctrl-C.
. "$(dirname "$0")/checks.sh"

cleanup() {
  query -c 'drop table if exists psql_items; drop sequence if exists psql_watch' 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

query -c 'drop table if exists psql_items' -c 'create table psql_items (client int, n int, note text)' 2>/dev/null
major=$(psql -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')

equal 'one query' '1' "$(query -c 'select 1')"
equal 'several statements in one string' $'1\n2' "$(query -c 'select 1; select 2')"
equal 'several -c' $'1\n2' "$(query -c 'select 1' -c 'select 2')"
equal 'parts of one message' $'1\n2' "$(query <<<'select 1\; select 2;')"
equal 'aligned output' $' a | b \n---+---\n 1 | x\n(1 row)' "$(psql -X -c "select 1 as a, 'x' as b")"
equal 'tags' $'BEGIN\nINSERT 0 1\nROLLBACK' "$(psql -X -c "begin; insert into psql_items values (0, 0, ''); rollback")"

# An error inside one message undoes what came before it there, and leaves the connection usable.
out=$(psql -XAt -c "insert into psql_items values (0, 1, 'undone'); select 1 / 0; select 3" -c 'select 4' 2>&1) && code=0 || code=$?
contains 'error in a message' 'division by zero' "$out"
equal 'goes on after it' "$(printf '%s' "$out" | tail -1)" 4
equal 'exit code of the last' 0 "$code"
equal 'implicit transaction rolled back' 0 "$(query -c 'select count(*) from psql_items')"
code=0; printf 'select 1;\nselect 1 / 0;\nselect 3;\n' >"$work/stop.sql"
out=$(query -f "$work/stop.sql" 2>/dev/null) || code=$?
equal 'ON_ERROR_STOP exit code' 3 "$code"
equal 'ON_ERROR_STOP stops' 1 "$out"
equal 'SQLSTATE' 22012 "$(psql -XAtq 2>/dev/null <<<$'select 1 / 0;\n\\echo :SQLSTATE')"
contains 'verbose error' 'ERROR:  42703: column "nope" does not exist' "$(psql -XAtq 2>&1 <<<$'\\set VERBOSITY verbose\nselect nope;')"
contains 'error position' $'LINE 1: select nope;\n               ^' "$(psql -XAtq 2>&1 <<<'select nope;')"
equal 'single transaction' 0 "$(psql -XAtq -1 -v ON_ERROR_STOP=1 -c "insert into psql_items values (0, 2, '')" -c 'select 1 / 0' >/dev/null 2>&1 || query -c 'select count(*) from psql_items')"
equal 'ON_ERROR_ROLLBACK' $'1\n2' "$(psql -XAtq -v ON_ERROR_ROLLBACK=on 2>/dev/null <<<$'begin;\nselect 1;\nselect 1 / 0;\nselect 2;\ncommit;')"

# Backslash commands, each its own way to talk to the server.
equal '\gdesc' $'a|integer\nb|text\nc|numeric(10,2)' "$(query <<<$'select 1 as a, \'x\'::text as b, 1.5::numeric(10,2) as c \\gdesc')"
equal '\gdesc of an error' 'division' "$(psql -XAtq 2>&1 <<<$'select nope \\gdesc\nselect \'division\';' | tail -1)"
equal '\g to a file' $'1\n2' "$(query <<<"select generate_series(1, 2) \\g $work/g.out" && cat "$work/g.out")"
equal '\gset' 42 "$(query <<<$'select 42 as answer \\gset\n\\echo :answer')"
equal '\gexec' $'10\n20' "$(query <<<$'select format(\'select %s * 10\', n) from generate_series(1, 2) n \\gexec')"
equal '\gx' $'a|1\nb|2' "$(query <<<$'select 1 as a, 2 as b \\gx')"
equal '\crosstabview' $'r|x|y\n1|2|3' "$(psql -XAq -v ON_ERROR_STOP=1 -P footer=off <<<$'select 1 as r, c, v from (values (\'x\', 2), (\'y\', 3)) t (c, v) \\crosstabview')"
if [ "$major" -ge 16 ]; then
  equal '\bind' '7' "$(query <<<$'select $1::int + $2::int \\bind 3 4 \\g')"
  equal '\watch c=3' $'1\n1\n1' "$(query <<<$'select 1 \\watch i=0.05 c=3')"
else
  # An older psql watches until an error: the fourth run divides by zero.
  query -c 'create sequence psql_watch'
  equal '\watch ended by an error' $'6\n3\n2' "$(psql -XAtq 2>/dev/null <<<$'select 6 / nullif(n, 4) + 1 / abs(n - 4) * 0 from nextval(\'psql_watch\') n \\watch 0.05' | sed '/^$/d; /every/d')"
fi
contains '\d' 'client | integer' "$(psql -X -c '\d psql_items')"
contains '\dt' 'psql_items' "$(psql -X -c '\dt')"
contains '\conninfo' "port \"$PGPORT\"" "$(psql -X -c '\conninfo' | tr '|' ' ' | sed 's/Server Port *\([0-9]*\)/port "\1"/')"
equal '\encoding' UTF8 "$(psql -XAtq <<<'\encoding')"
equal '\c to the same place' $'1' "$(query <<<$'\\c\nselect 1;' | tail -1)"
equal 'umlauts and more' 'ä€😀' "$(query -c "select 'ä€😀'")"
equal 'a startup parameter' 'Asia/Tokyo' "$(PGTZ=Asia/Tokyo query -c 'show timezone')"
equal 'application_name' 'psql through the pool' "$(PGAPPNAME='psql through the pool' query -c 'show application_name')"
for name in one two three four; do
  equal 'VACUUM, which wants no transaction' VACUUM "$(PGAPPNAME=$name psql -X -c 'vacuum psql_items')"
  equal 'first of its transaction' serializable "$(PGAPPNAME=$name query -c 'begin isolation level serializable' -c 'show transaction_isolation' -c 'commit')"
done
contains 'NOTICE' 'NOTICE:  hello' "$(query -c "do \$\$ begin raise notice 'hello'; end \$\$" 2>&1)"

# \copy both ways, more than any buffer.
seq 1 100000 | sed 's/.*/0\t&\trow number &/' >"$work/in.tsv"
equal '\copy in' 'COPY 100000' "$(psql -X -c "\\copy psql_items from '$work/in.tsv'")"
equal '\copy out' 'COPY 100000' "$(psql -X -c "\\copy (select * from psql_items order by n) to '$work/out.tsv'")"
same_files 'what \copy wrote is what it read' "$work/in.tsv" "$work/out.tsv"
equal 'copy from stdin inside a script' 2 "$(query <<<$'copy psql_items from stdin;\n1\t1\ta\n1\t2\tb\n\\.\nselect count(*) from psql_items where client = 1;')"
contains 'bad data in \copy' 'invalid input syntax for type integer' "$(printf 'x\t1\ty\n' | psql -X -c '\copy psql_items from stdin' 2>&1 || true)"
query -c 'copy psql_items to stdout' | sort >"$work/all.tsv"
equal 'COPY TO in a simple query' 100002 "$(wc -l <"$work/all.tsv")"

# Large output: 40 MB of rows, the same with a cursor in portions, and one value of 20 MB.
query -c "select n, repeat('x', 400) from generate_series(1, 100000) n" | cksum >"$work/rows.sum"
seq 1 100000 | sed "s/\$/|$(printf 'x%.0s' $(seq 400))/" | cksum >"$work/expected.sum"
same_files '40 MB of rows' "$work/expected.sum" "$work/rows.sum"
query -v FETCH_COUNT=1000 -c "select n, repeat('x', 400) from generate_series(1, 100000) n" | cksum >"$work/fetch.sum"
same_files 'in portions of FETCH_COUNT' "$work/expected.sum" "$work/fetch.sum"
equal 'one value of 20 MB' 20000001 "$(query -c "select repeat('y', 20000000)" | wc -c | tr -d ' ')"
query -c "select repeat('x', 400) from generate_series(1, 1000000)" 2>/dev/null | head -1 >"$work/head" || true
equal 'a reader that goes away' 401 "$(wc -c <"$work/head" | tr -d ' ')"

# Ctrl-C cancels this query, and only this one.
psql -XAtq -c "select pg_sleep(60) /* psql cancel */" >/dev/null 2>"$work/cancel.err" &
sleeper=$!
until_running="select pg_sleep(0.01), count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(60) /* psql cancel%' and pid <> pg_backend_pid()"
tries=0
while [ "$(query -c "$until_running")" = '|0' ]; do
  tries=$((tries + 1)); [ "$tries" -lt 500 ] || fail 'the query to cancel never ran'
done
kill -INT "$sleeper"
wait "$sleeper" && fail 'the cancelled query succeeded' || true
contains 'Ctrl-C' 'canceling statement due to user request' "$(cat "$work/cancel.err")"

if [ "$mode" = session ]; then
  equal 'SET lasts' '77kB' "$(query -c 'set work_mem = 77' -c 'show work_mem')"
  equal 'nothing is left for the next' "$(query -c "select boot_val || unit from pg_settings where name = 'work_mem'")" "$(query -c 'show work_mem' | sed 's/4MB/4096kB/')"
  equal 'temporary table' 1 "$(query -c 'create temporary table t (n int)' -c 'insert into t values (1)' -c 'select * from t')"
  equal 'PREPARE and EXECUTE' 5 "$(query -c 'prepare p (int) as select $1 + 1' -c 'execute p (4)')"
  contains 'LISTEN' 'Asynchronous notification "here" received' "$(query <<<$'listen here;\nnotify here;\nselect 1;')"
fi

# More psqls than backends, each with its own answers.
crowd() {
  for n in $(seq 1 10); do
    printf 'begin;\ninsert into psql_items values (%s, %s, %s) returning client, n;\ncommit;\nselect %s * 1000 + %s;\n' "$1" "1000$n" "'crowd'" "$1" "$n"
  done | query >"$work/crowd.$1" 2>&1
}
pids=
for c in $(seq 2 $((clients + 1))); do crowd "$c" & pids="$pids $!"; done
for pid in $pids; do wait "$pid" || fail "a psql of the crowd failed: $(cat "$work"/crowd.*)"; done
for c in $(seq 2 $((clients + 1))); do
  equal "answers of psql $c" "$(for n in $(seq 1 10); do printf '%s|%s\n%s\n' "$c" "1000$n" $((c * 1000 + n)); done)" "$(cat "$work/crowd.$c")"
done
equal 'all were committed' $((clients * 10)) "$(query -c "select count(*) from psql_items where note = 'crowd'")"

printf 'checks: %s\n' "$passed"
