// A second table of the same name would show that somebody migrated at the same time.
export async function up(knex) {
  await knex.raw("create policy own on knex_notes using (tenant = current_setting('app.tenant', true))")
  await knex.raw('alter table knex_notes enable row level security')
  await knex.raw('alter table knex_notes force row level security')
}

export async function down(knex) {
  await knex.raw('drop policy own on knex_notes')
}
