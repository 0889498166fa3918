// graphile-worker: two runners that LISTEN for jobs, each on a connection of its own, and take them over their pools.
//
// They look for jobs by themselves only once in ten minutes: what is done in time, a notification has told them of.

import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { address, clients, crowd, equal, main, range } from './checks.mjs'

const jobs = 8
const quiet = new Logger(() => () => {})

const broken = []

function pool(max) {
  const made = new pg.Pool({ ...address, max })
  made.on('error', (error) => broken.push(error))
  made.on('connect', (client) => client.on('error', (error) => broken.push(error)))
  return made
}

async function within(seconds, promise, what) {
  let timer
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${what}: not within ${seconds} s`)), seconds * 1000) })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

await main(async () => {
  const pools = range(1, 2).map(() => pool(6))
  const shared = pool(clients)
  const utils = await makeWorkerUtils({ pgPool: shared, logger: quiet })
  await utils.migrate()

  const done = []
  let all
  const finished = new Promise((resolve) => { all = resolve })
  const taskList = {
    async told(payload, helpers) {
      const { rows } = await helpers.query('select $1::text as told', [payload.name])
      equal(rows, [{ told: payload.name }], 'a query of a job')
      done.push(payload.name)
      if (done.length === clients * jobs) all()
    },
    async twice(payload, helpers) {
      if (helpers.job.attempts === 1) throw new Error('on purpose')
    },
  }
  const options = { taskList, concurrency: 4, pollInterval: 600_000, noHandleSignals: true, logger: quiet }
  const runners = await Promise.all(pools.map((pgPool) => run({ ...options, pgPool })))

  await crowd(async (number) => {
    for (const n of range(1, jobs)) {
      await utils.addJob('told', { name: `${number}/${n}` }, { queueName: n % 2 ? `queue ${number}` : undefined })
    }
  })
  await within(60, finished, 'all jobs')
  const names = range(0, clients - 1).flatMap((number) => range(1, jobs).map((n) => `${number}/${n}`))
  equal(done.sort(), names.sort(), 'each job once')

  // A job of the future is replaced by its key, and removed.
  const later = { jobKey: 'later', runAt: new Date(Date.now() + 3_600_000) }
  await utils.addJob('told', { name: 'never' }, later)
  await utils.addJob('told', { name: 'never either' }, later)
  const { rows } = await shared.query("select count(*)::int as n from graphile_worker.jobs where key = 'later'")
  equal(rows, [{ n: 1 }], 'replaced')
  await utils.withPgClient((client) => client.query("select graphile_worker.remove_job('later')"))

  const failed = new Promise((resolve) => runners.forEach((runner) => runner.events.once('job:error', resolve)))
  await utils.addJob('twice', {}, { maxAttempts: 2 })
  await within(60, failed, 'a failure')

  await Promise.all(runners.map((runner) => runner.stop()))
  equal(done.length, clients * jobs, 'nothing else was done')
  await utils.release()
  await Promise.all([...pools, shared].map((one) => one.end()))
  equal(broken, [], 'no connection was lost')
})
