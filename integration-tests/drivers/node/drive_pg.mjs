// node-postgres: parameters, named statements, its pool, pipelining, cursors, streams, COPY, cancel.

import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { address, clients, crowd, equal, fails, main, range, running, session, untilRunning } from './checks.mjs'

const table = 'pg_items'

async function connect(options = {}) {
  const client = new pg.Client({ ...address, ...options })
  await client.connect()
  return client
}

// A connection that a failed check left open would keep its backend from the other clients in session mode.
async function connected(options, use) {
  const client = await connect(options)
  try {
    await use(client)
  } finally {
    await client.end()
  }
}

async function parameters(number, client) {
  for (const n of range(1, 5)) {
    const { rows } = await client.query('select $1::int + $2::int as sum', [number, n])
    equal(rows, [{ sum: number + n }], 'sum')
  }
  const values = ['ä€😀', Buffer.from([0, 255, 0]), [1, number], '12.50', { k: 'v' }, null]
  const { rows } = await client.query({
    text: 'select $1::text, $2::bytea, $3::int[], $4::numeric, $5::jsonb, $6::text',
    values,
    rowMode: 'array',
  })
  equal(rows, [values], 'values')
  const results = await client.query('select 1 as a; select 2 as b')
  equal(results.map((result) => result.rows), [[{ a: 1 }], [{ b: 2 }]], 'several statements')
  const big = await client.query('select repeat($1, 2000000) as big', ['x'])
  equal(big.rows[0].big.length, 2000000, '2 MB in one value')
  equal((await client.query('')).command, null, 'empty query')
  await fails('22P02', client.query('select $1::int', ['x']), 'bad integer')
  await fails('42601', client.query('selec'), 'syntax error')
}

// One name, another text on every client: PostgreSQL must never see one client's statement run for another.
async function named(number, client) {
  for (const n of range(1, 10)) {
    const { rows } = await client.query({ name: 'same', text: `select ${number} * 100 + $1::int as v`, values: [n] })
    equal(rows, [{ v: number * 100 + n }], 'named statement')
    const shared = await client.query({ name: `own-${number}`, text: 'select $1::text as v', values: [`${number}/${n}`] })
    equal(shared.rows, [{ v: `${number}/${n}` }], 'shared text')
  }
  await fails('42P01', client.query({ name: 'bad', text: 'select * from no_such_table' }), 'failed Parse')
  await fails('42P01', client.query({ name: 'bad', text: 'select * from no_such_table' }), 'failed Parse again')
}

async function transactions(number, client) {
  await client.query('begin')
  await client.query(`insert into ${table} values ($1, 0, 'kept')`, [number])
  await client.query('savepoint s')
  await fails('22012', client.query('select 1 / $1::int', [0]), 'division')
  await fails('25P02', client.query('select 1'), 'failed transaction')
  await client.query('rollback to savepoint s')
  await client.query('commit')
  await client.query('begin')
  await client.query({ name: 'insert', text: `insert into ${table} values ($1, 1, 'lost')`, values: [number] })
  await client.query('rollback')
  const { rows } = await client.query(`select note from ${table} where client = $1`, [number])
  equal(rows, [{ note: 'kept' }], 'committed and rolled back')
}

async function cursors(number, client) {
  const cursor = client.query(new Cursor('select $1::int * 1000 + n as v from generate_series(1, 50) n', [number]))
  const got = []
  for (let rows = await cursor.read(7); rows.length > 0; rows = await cursor.read(7)) got.push(...rows.map((r) => r.v))
  await cursor.close()
  equal(got, range(1, 50).map((n) => number * 1000 + n), 'cursor to its end')

  const early = client.query(new Cursor('select n from generate_series(1, 1000) n'))
  equal((await early.read(3)).map((r) => r.n), [1, 2, 3], 'first three')
  await early.close()
  equal((await client.query('select 1 as one')).rows, [{ one: 1 }], 'goes on after a cursor closed early')

  const stream = client.query(new QueryStream('select n from generate_series(1, $1) n', [500], { batchSize: 37 }))
  const streamed = []
  for await (const row of stream) streamed.push(row.n)
  equal(streamed, range(1, 500), 'query stream')
}

async function copy(number, client) {
  const lines = range(1000, 1999).map((n) => `${number}\t${n}\tcopied ${n}\n`)
  await pipeline(Readable.from(lines), client.query(copyFrom(`copy ${table} from stdin`)))
  const out = []
  const source = client.query(copyTo(`copy (select * from ${table} where client = ${number} and n >= 1000 order by n) to stdout`))
  for await (const chunk of source) out.push(chunk)
  equal(Buffer.concat(out).toString(), lines.join(''), 'COPY in and out')
  await fails('22P04', pipeline(Readable.from(['1\n']), client.query(copyFrom(`copy ${table} from stdin`))), 'bad data')
  equal((await client.query('select 1 as one')).rows, [{ one: 1 }], 'goes on after a bad COPY')
}

// pg's own pipeline mode writes every query at once, each with its Sync.
async function pipelined(number, client) {
  const results = await Promise.allSettled(range(1, 60).map((n) =>
    n % 10 === 0
      ? client.query('select 1 / $1::int', [0])
      : client.query(n % 2 ? { name: `p${n % 6}`, text: `select $1::int + ${n % 6} as v`, values: [number] }
                           : { text: 'select $1::int as v', values: [number * 100 + n] })))
  results.forEach((result, i) => {
    const n = i + 1
    if (n % 10 === 0) equal(result.reason?.code, '22012', 'error in a pipeline')
    else equal(result.value?.rows, [{ v: n % 2 ? number + (n % 6) : number * 100 + n }], `answer ${n} of a pipeline`)
  })
}

async function startupParameters(number) {
  const timeZone = ['Asia/Tokyo', 'America/Lima', 'UTC'][number % 3]
  await connected({ application_name: `pg-${number}`, options: `-c timezone=${timeZone}` }, async (client) => {
    for (const _ of range(1, 5)) {
      const { rows } = await client.query("select current_setting('application_name') as name, current_setting('timezone') as zone")
      equal(rows, [{ name: `pg-${number}`, zone: timeZone }], 'startup parameters follow the client')
    }
  })
}

async function notices(number, client) {
  const seen = []
  const listener = (notice) => seen.push(notice.message)
  client.on('notice', listener)
  await client.query(`do $$ begin raise notice 'one ${number}'; raise notice 'two ${number}'; end $$`)
  client.off('notice', listener)
  equal(seen, [`one ${number}`, `two ${number}`], 'notices')
}

async function sessionState(number, client) {
  const heard = new Promise((resolve) => client.once('notification', (n) => resolve([n.channel, n.payload])))
  await client.query(`listen pg_${number}`)
  await client.query(`notify pg_${number}, 'hello'`)
  equal(await heard, [`pg_${number}`, 'hello'], 'notification')
  await client.query(`set work_mem = '${64 + number}kB'`)
  await client.query(`create temporary table mine as select ${number} as n`)
  equal((await client.query('select n from mine')).rows, [{ n: number }], 'temporary table')
  equal((await client.query('show work_mem')).rows, [{ work_mem: `${64 + number}kB` }], 'setting')
}

async function cancel() {
  const client = await connect()
  const watch = await connect()
  const query = new pg.Query('select pg_sleep(60) /* pg cancel */')
  const ended = new Promise((resolve, reject) => { query.callback = (error) => (error ? reject(error) : resolve()) })
  client.query(query)
  const refused = fails('57014', ended, 'cancelled')
  await untilRunning(async (like) => (await watch.query(running, [like])).rows[0].n, 'pg_sleep(60) /* pg cancel')
  new pg.Client(address).cancel(client, query)
  await refused
  equal((await watch.query('select 1 as one')).rows, [{ one: 1 }], 'the other client goes on')
  equal((await client.query('select 2 as two')).rows, [{ two: 2 }], 'and so does this one')
  await client.end()
  await watch.end()
}

async function pool() {
  const shared = new pg.Pool({ ...address, max: session ? 3 : clients })
  const tasks = range(1, 200).map(async (n) => {
    const { rows } = await shared.query({ name: `task${n % 5}`, text: `select $1::int * ${n % 5} as v`, values: [n] })
    equal(rows, [{ v: n * (n % 5) }], 'pooled')
  })
  await Promise.all(tasks)
  await shared.end()
}

await main(async () => {
  await connected({}, (setup) => setup.query(`drop table if exists ${table}; create table ${table} (client int, n int, note text)`))
  try {
    await crowd(async (number) => {
      await connected({}, async (client) => {
        await parameters(number, client)
        await named(number, client)
        await transactions(number, client)
        await cursors(number, client)
        await copy(number, client)
        await notices(number, client)
        if (session) await sessionState(number, client)
      })
      await connected({ pipeline: true }, (client) => pipelined(number, client))
      await startupParameters(number)
    })
    await pool()
    await cancel()
  } finally {
    await connected({}, (cleanup) => cleanup.query(`drop table ${table}`))
  }
})
