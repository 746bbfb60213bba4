"""Lists for code of a project: declared in classes, served at paths of their own."""

from drupal_jwt_auth.content.lists.declaration import (
    ContextualFilter,
    EntityList,
    Filter,
    Pager,
    Shown,
    SortBy,
)
from drupal_jwt_auth.content.lists.registry import register

__all__ = ["ContextualFilter", "EntityList", "Filter", "Pager", "Shown", "SortBy", "register"]
