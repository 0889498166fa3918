from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100, unique=True)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    title = models.CharField(max_length=100)
    printed = models.DateTimeField(null=True)
    copies = models.IntegerField(default=0)


class Note(models.Model):
    """Under row security: a session sees what is its own by app.tenant."""

    tenant = models.CharField(max_length=20)
