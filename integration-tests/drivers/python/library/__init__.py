"""The Django application of drive_django.py."""
