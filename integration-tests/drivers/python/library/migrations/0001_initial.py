import django.db.models.deletion
from django.db import migrations, models


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.CreateModel("Author", [key(), ("name", models.CharField(max_length=100, unique=True))]),
        migrations.CreateModel("Book", [
            key(),
            ("author", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="library.author")),
            ("title", models.CharField(max_length=100)),
            ("copies", models.IntegerField(default=0)),
        ]),
        migrations.CreateModel("Note", [key(), ("tenant", models.CharField(max_length=20))]),
    ]
