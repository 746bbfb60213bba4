"""What a file has in columns of a kind of their own."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Model, Value, When
from django.db.models.functions import Concat

from drupal_jwt_auth.content.entity.places import Column, Kind
from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.files.storage import PRIVATE, PUBLIC, name_of, uri_of


class StoredName(Attribute):
    """The name of a file in the storage, which items hold as Drupal's URI."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        private = When(**{f"{self.path}__startswith": PRIVATE}, then=F(self.path))
        uri = Case(private, default=Concat(Value(PUBLIC), self.path), output_field=CharField())
        return Column(uri, Kind.TEXT)

    def read(self, value: Any) -> Any:
        """Return the URI."""
        return uri_of(str(value))

    def write(self, value: Any) -> Any:
        """Return the name in the storage."""
        return name_of(str(value))
