// What the node scripts share: where the server is, counted checks, and waiting for a query to run.
//
// The address comes from libpq's own variables (PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD). SLUICE_POOL_MODE is
// "transaction" (default) or "session": state that outlives a transaction is only checked in the latter. SLUICE_CLIENTS
// (default 12) is how many clients share the pool.

import { isDeepStrictEqual, inspect } from 'node:util'

export const session = process.env.SLUICE_POOL_MODE === 'session'
export const clients = Number(process.env.SLUICE_CLIENTS ?? 12)
export const address = {
  host: process.env.PGHOST,
  port: Number(process.env.PGPORT),
  database: process.env.PGDATABASE,
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
}

let passed = 0

export function equal(actual, expected, what) {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: expected ${inspect(expected)}, got ${inspect(actual)}`)
  }
  passed++
}

export async function fails(sqlstate, promise, what) {
  try {
    await promise
  } catch (error) {
    if (error.code !== sqlstate) {
      throw new Error(`${what}: expected SQLSTATE ${sqlstate}, got ${error.code}`, { cause: error })
    }
    passed++
    return
  }
  throw new Error(`${what}: expected SQLSTATE ${sqlstate}, but it succeeded`)
}

export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

// All clients at once. Waits for all of them, so that a failure does not leave others running into the clean-up.
export async function crowd(client) {
  const results = await Promise.allSettled(range(0, clients - 1).map(client))
  const errors = results.flatMap((result, n) =>
    result.status === 'rejected' ? [new Error(`client ${n}`, { cause: result.reason })] : [])
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${clients} clients failed`)
}

// Asks PostgreSQL itself, by count(marker), until it runs the marked query.
export async function untilRunning(count, marker) {
  for (let n = 0; n < 1000; n++) {
    if (await count(`%${marker}%`) > 0) return
  }
  throw new Error(`${marker} never ran`)
}

export const running =
  "select pg_sleep(0.01), count(*)::int as n from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()"

export async function main(script) {
  // A pool whose connections hang would keep node alive for ever.
  const watchdog = setTimeout(() => {
    console.error(`not done within 110 s, after ${passed} checks`)
    process.exit(1)
  }, 110_000)
  try {
    await script()
    console.log(`checks: ${passed}`)
  } catch (error) {
    console.error(inspect(error, { depth: 6 }))
    console.error(`failed after ${passed} checks`)
    process.exitCode = 1
  }
  clearTimeout(watchdog)
  if (process.exitCode) process.exit()
}
