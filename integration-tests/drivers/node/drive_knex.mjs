// Knex: migrations by several instances at once, its pool, nested transactions, streams, and what an application sets on
// each connection; LISTEN and NOTIFY by node-postgres beside it.

import knex from 'knex'
import pg from 'pg'
import { fileURLToPath } from 'node:url'
import { address, clients, crowd, equal, fails, main, range } from './checks.mjs'

const zones = ['Asia/Tokyo', 'America/Lima', 'UTC']
const hours = { 'Asia/Tokyo': '21', 'America/Lima': '07', UTC: '12' }
const rounds = 6

function open(options = {}) {
  return knex({
    client: 'pg',
    connection: address,
    pool: { min: 0, max: 4 },
    acquireConnectionTimeout: 60_000,
    migrations: { directory: fileURLToPath(new URL('migrations', import.meta.url)), loadExtensions: ['.mjs'] },
    ...options,
  })
}

// Who meets the lock of another tries again, as a deployment does.
async function migrate(instance) {
  for (;;) {
    try {
      const [, done] = await instance.migrate.latest()
      return done.length
    } catch (error) {
      const met = error.name === 'MigrationLocked' || ['23505', '42P07', '40001'].includes(error.code)
      if (!met) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function migrations() {
  const instances = range(1, 3).map(() => open())
  // Its own tables are made without a lock.
  equal(await instances[0].migrate.currentVersion(), 'none', 'nothing yet')
  const done = await Promise.all(instances.map(migrate))
  equal(done.reduce((sum, n) => sum + n), 3, 'each migration once')
  equal(await instances[1]('knex_migrations').pluck('name').orderBy('id'),
    ['1_tables.mjs', '2_row_security.mjs', '3_index.mjs'], 'migrated')
  equal(await instances[2]('knex_migrations_lock').pluck('is_locked'), [0], 'lock released')
  await Promise.all(instances.map((instance) => instance.destroy()))
}

// Every connection is given a time zone and a tenant once, and keeps them.
function configured() {
  let number = 0
  return open({
    pool: {
      min: 0,
      max: clients,
      afterCreate(connection, done) {
        connection.own = { zone: zones[number % zones.length], tenant: `tenant${number % 4}` }
        number++
        connection.query(
          `set time zone '${connection.own.zone}'; set app.tenant = '${connection.own.tenant}'; set statement_timeout = '50s'`,
          (error) => done(error, connection))
      },
    },
  })
}

async function ownSettings(db) {
  await db.transaction(async (trx) => {
    const { own } = await trx.client.acquireConnection()
    const { rows } = await trx.raw(`select current_setting('timezone') as zone, current_setting('app.tenant') as tenant,
      current_setting('statement_timeout') as timeout, to_char(timestamptz '2024-07-01 12:00+00', 'HH24') as hour`)
    equal(rows, [{ ...own, timeout: '50s', hour: hours[own.zone] }], 'settings of this connection')
    await trx('knex_notes').insert({ tenant: own.tenant })
    equal(await trx('knex_notes').distinct().pluck('tenant'), [own.tenant], 'own rows')
    await trx.raw("set local app.tenant = 'nobody'")
    equal(await trx('knex_notes').pluck('tenant'), [], "nobody's rows")
  })
}

// Without a transaction: each query takes whatever connection of Knex's pool is free.
async function ownRows(db) {
  const { rows } = await db.raw("select count(distinct tenant)::int as tenants, bool_and(tenant = current_setting('app.tenant')) as own from knex_notes")
  equal(rows[0].tenants <= 1 && rows[0].own !== false, true, 'one tenant at most')
}

async function transactions(number, round, db) {
  const name = `${number}/${round}`
  await db.transaction(async (trx) => {
    const [{ id }] = await trx('knex_authors').insert({ name }).returning('id')
    await trx.batchInsert('knex_books', range(1, 60).map((n) => ({ author_id: id, title: `${name}/${n}` })), 20)
    await fails('23505', trx.transaction((nested) => nested('knex_authors').insert({ name })), 'refused in a savepoint')
    const nested = await trx.transaction()
    await nested('knex_books').del()
    await nested.rollback()
  })
  await db.transaction(async (trx) => {
    await trx('knex_authors').insert({ name: `${name} lost` })
    throw new Error('on purpose')
  }).catch((error) => equal(error.message, 'on purpose', 'rolled back'))
  const books = db('knex_books').join('knex_authors', 'knex_authors.id', 'author_id').where({ name })
  equal(await books.clone().count('* as n').first(), { n: '60' }, 'books')
  equal(await db('knex_authors').where('name', 'like', `${name} %`), [], 'nothing of the lost one')
  const level = await db.transaction(async (trx) => {
    const { rows } = await trx.raw('show transaction_isolation')
    return rows[0].transaction_isolation
  }, { isolationLevel: 'serializable' })
  equal(level, 'serializable', 'isolation level')
  const readOnly = db.transaction((trx) => trx('knex_authors').del(), { readOnly: true })
  await fails('25006', readOnly, 'read-only')
  const titles = []
  for await (const row of books.clone().select('title').orderBy('knex_books.id').stream({ batchSize: 25 })) titles.push(row.title)
  equal(titles, range(1, 60).map((n) => `${name}/${n}`), 'stream')
}

// A listener of its own, as applications have it beside Knex's pool.
async function notifications(db) {
  const listener = new pg.Client(address)
  await listener.connect()
  const heard = []
  const all = new Promise((resolve) => listener.on('notification', ({ channel, payload }) => {
    heard.push(`${channel} ${payload}`)
    if (heard.length === 20) resolve()
  }))
  await listener.query('listen knex_told')
  await Promise.all(range(1, 20).map((n) => db.transaction(async (trx) => {
    await trx.raw('select pg_notify(?, ?)', ['knex_told', String(n)])
    await trx.raw("notify knex_other, 'not for the listener'")
  })))
  await all
  equal(heard.sort(), range(1, 20).map((n) => `knex_told ${n}`).sort(), 'notifications')
  await listener.query('unlisten knex_told')
  await listener.end()
}

await main(async () => {
  await migrations()
  const db = open({ pool: { min: 0, max: clients } })
  const own = configured()
  try {
    await crowd(async (number) => {
      for (const round of range(1, rounds)) {
        await transactions(number, round, db)
        await ownSettings(own)
        await ownRows(own)
      }
    })
    await notifications(db)
    await own.destroy()
    equal((await db.migrate.rollback(undefined, true))[1].length, 3, 'migrated back')
  } finally {
    await db.destroy()
  }
})
