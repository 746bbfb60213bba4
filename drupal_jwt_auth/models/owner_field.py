"""The key of a row that belongs to another one: the key of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    OneToOneField = models.OneToOneField[Any, Any]
else:
    OneToOneField = models.OneToOneField


class OwnerField(OneToOneField):
    """A primary key that is the key of the owner, and stands among the fields in dumps as well.

    There ``dumpdata --natural-foreign`` names the owner. As a mere primary key it would be a number
    that may be somebody else's on the site where the dump is loaded.
    """

    def contribute_to_class(self, *args: Any, **kwargs: Any) -> None:
        """Undo what Django does to primary keys."""
        super().contribute_to_class(*args, **kwargs)
        self.serialize = True
