"""What the project has in its own database."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    """Its author is in another database."""

    text = models.CharField(max_length=20, unique=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False
    )

    def __str__(self) -> str:
        return self.text
