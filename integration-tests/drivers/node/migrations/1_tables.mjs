export async function up(knex) {
  await knex.schema.createTable('knex_authors', (table) => {
    table.increments('id')
    table.string('name').unique().notNullable()
  })
  await knex.schema.createTable('knex_books', (table) => {
    table.increments('id')
    table.integer('author_id').references('knex_authors.id').onDelete('cascade')
    table.string('title')
  })
  await knex.schema.createTable('knex_notes', (table) => {
    table.increments('id')
    table.string('tenant')
  })
}

export async function down(knex) {
  await knex.schema.dropTable('knex_notes').dropTable('knex_books').dropTable('knex_authors')
}
