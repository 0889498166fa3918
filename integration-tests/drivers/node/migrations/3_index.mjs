export const config = { transaction: false }

export async function up(knex) {
  await knex.raw('create index concurrently knex_books_title on knex_books (title)')
}

export async function down(knex) {
  await knex.raw('drop index knex_books_title')
}
