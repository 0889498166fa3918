// postgres.js: prepared by default, pipelined by default, transactions, cursors, COPY, cancel.

import postgres from 'postgres'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { address, clients, crowd, equal, fails, main, range, running, session, untilRunning } from './checks.mjs'

const { user, ...rest } = address
const connect = (options = {}) => postgres({ ...rest, username: user, max: 1, onnotice: () => {}, ...options })

// A connection that a failed check left open would keep its backend from the other clients in session mode.
async function connected(options, use) {
  const sql = connect(options)
  try {
    await use(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function parameters(number, sql) {
  for (const n of range(1, 5)) equal([...(await sql`select ${number}::int + ${n}::int as v`)], [{ v: number + n }], 'sum')
  const [row] = await sql`select ${'ä€😀'}::text as a, ${Buffer.from([0, 255])}::bytea as b, ${[1, number]}::int[] as c, ${null}::text as d`
  equal({ ...row }, { a: 'ä€😀', b: Buffer.from([0, 255]), c: [1, number], d: null }, 'values')
  const results = await sql`select 1 as a; select 2 as b`.simple()
  equal(results.map((r) => ({ ...r[0] })), [{ a: 1 }, { b: 2 }], 'several statements')
  equal((await sql`select repeat('y', 2000000) as big`)[0].big.length, 2000000, '2 MB in one value')
  await fails('22012', sql`select 1 / ${0}::int`, 'division')
  await fails('42P01', sql`select * from no_such_table`, 'failed Parse')
  const described = await sql`select ${1}::int as a, ${'x'}::text as b`.describe()
  equal(described.types, [23, 25], 'described parameters')
  equal(described.columns.map((c) => c.name), ['a', 'b'], 'described columns')
}

// Up to 100 queries are on the way on one connection; the answers come in order, errors among them.
async function pipelined(number, sql) {
  const results = await Promise.allSettled(range(1, 150).map((n) =>
    n % 25 === 0 ? sql`select 1 / (${n}::int - ${n}::int)`
    : n % 3 === 0 ? sql.unsafe(`select ${number} * 1000 + ${n} as v`)
    : sql`select ${number}::int * 1000 + ${n}::int as v`))
  results.forEach((result, i) => {
    const n = i + 1
    if (n % 25 === 0) equal(result.reason?.code, '22012', 'error in a pipeline')
    else equal(result.value?.[0].v, number * 1000 + n, `answer ${n} of a pipeline`)
  })
}

async function transactions(number, sql) {
  await sql.begin(async (tx) => {
    await tx`insert into postgres_items values (${number}, 0, 'kept')`
    await tx.savepoint(async (inner) => {
      await inner`insert into postgres_items values (${number}, 1, 'lost')`
      await inner`select 1 / 0`
    }).catch((error) => equal(error.code, '22012', 'error in a savepoint'))
  })
  await fails('25006', sql.begin('read only', (tx) => tx`delete from postgres_items`), 'read-only transaction')
  const [pipelinedSum] = await sql.begin((tx) => [tx`select ${number}::int as a`, tx`select 2 as b`])
  equal(pipelinedSum[0].a, number, 'pipelined transaction')
  equal((await sql`select note from postgres_items where client = ${number}`).map((r) => r.note), ['kept'], 'savepoint')
}

async function cursors(number, sql) {
  const got = []
  await sql`select ${number}::int * 1000 + n as v from generate_series(1, 50) n`.cursor(7, (rows) => { got.push(...rows.map((r) => r.v)) })
  equal(got, range(1, 50).map((n) => number * 1000 + n), 'cursor to its end')
  const early = []
  for await (const rows of sql`select n from generate_series(1, 1000) n`.cursor(3)) {
    early.push(...rows.map((r) => r.n))
    if (early.length >= 6) break
  }
  equal(early, range(1, 6), 'cursor closed early')
  let count = 0
  await sql`select n from generate_series(1, 500) n`.forEach(() => { count++ })
  equal(count, 500, 'row by row')
}

async function copy(number, sql) {
  const lines = range(1000, 1499).map((n) => `${number}\t${n}\tcopied ${n}\n`)
  await pipeline(Readable.from(lines), await sql`copy postgres_items from stdin`.writable())
  const out = []
  const source = await sql.unsafe(`copy (select * from postgres_items where client = ${number} and n >= 1000 order by n) to stdout`).readable()
  for await (const chunk of source) out.push(chunk)
  equal(Buffer.concat(out).toString(), lines.join(''), 'COPY in and out')
}

async function startupParameters(number) {
  const timeZone = ['Asia/Tokyo', 'UTC'][number % 2]
  await connected({ connection: { application_name: `postgres-${number}`, TimeZone: timeZone } }, async (sql) => {
    for (const _ of range(1, 5)) {
      const [row] = await sql`select current_setting('application_name') as name, current_setting('timezone') as zone`
      equal({ ...row }, { name: `postgres-${number}`, zone: timeZone }, 'startup parameters follow the client')
    }
  })
}

async function sessionState(number, sql) {
  await sql`set work_mem = ${sql.unsafe(`'${64 + number}kB'`)}`
  await sql`create temporary table mine as select ${sql.unsafe(`${number}`)} as n`
  equal((await sql`select n from mine`)[0].n, number, 'temporary table')
  equal((await sql`show work_mem`)[0].work_mem, `${64 + number}kB`, 'setting')
}

async function listen() {
  const sql = connect()
  let hear
  const heard = new Promise((resolve) => { hear = resolve })
  // postgres.js listens on a connection of its own.
  const { unlisten } = await sql.listen('postgres_js', hear)
  await sql.notify('postgres_js', 'hello')
  equal(await heard, 'hello', 'notification')
  await unlisten()
  await sql.end()
}

async function cancel() {
  const sql = connect()
  const watch = connect()
  const query = sql`select pg_sleep(60) /* postgres.js cancel */`
  const refused = fails('57014', query, 'cancelled')
  await untilRunning(async (like) => (await watch.unsafe(running, [like]))[0].n, 'pg_sleep(60) /* postgres.js cancel')
  await query.cancel()
  await refused
  equal((await watch`select 1 as one`)[0].one, 1, 'the other client goes on')
  equal((await sql`select 2 as two`)[0].two, 2, 'and so does this one')
  await sql.end()
  await watch.end()
}

async function pool() {
  const sql = connect({ max: session ? 3 : clients })
  const rows = await Promise.all(range(1, 300).map((n) => sql`select ${n}::int * 3 as v`))
  equal(rows.map((r) => r[0].v), range(1, 300).map((n) => n * 3), 'pooled')
  await sql.end()
}

await main(async () => {
  await connected({}, async (setup) => {
    await setup`drop table if exists postgres_items`
    await setup`create table postgres_items (client int, n int, note text)`
  })
  try {
    await crowd(async (number) => {
      await connected({}, async (sql) => {
        await parameters(number, sql)
        await pipelined(number, sql)
        await transactions(number, sql)
        await cursors(number, sql)
        await copy(number, sql)
        if (session) await sessionState(number, sql)
      })
      await startupParameters(number)
    })
    await pool()
    if (session) await listen()
    await cancel()
  } finally {
    await connected({}, (cleanup) => cleanup`drop table postgres_items`)
  }
})
