"""A column, rows by the ORM, row security, and an index that cannot be made inside a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def first_author(apps, schema_editor):
    apps.get_model("library", "Author").objects.create(name="the first")


def no_author(apps, schema_editor):
    apps.get_model("library", "Author").objects.all().delete()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("Book", "printed", models.DateTimeField(null=True)),
        migrations.RunPython(first_author, no_author),
        migrations.RunSQL([
            "create policy own on library_note using (tenant = current_setting('app.tenant', true))",
            "alter table library_note enable row level security",
            "alter table library_note force row level security",
        ], ["drop policy own on library_note"]),
        AddIndexConcurrently("Book", models.Index(fields=["title"], name="library_book_title")),
    ]
