"""Users as tokens name them, each with one query that also tells what was revoked."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models import Exists, Manager, Model, OuterRef, QuerySet, Subquery, Value

from drupal_jwt_auth.models import RevokedToken, TokenCutoff

_MAX_INTEGER = 2**63


class TokenUser(NamedTuple):
    """A user, whether the token was revoked, and when all of the user's tokens were, if ever.

    ``cutoff`` is Unix time in microseconds.
    """

    user: AbstractBaseUser
    revoked: bool
    cutoff: int | None

    @classmethod
    def of(cls, user: Any) -> TokenUser:
        """Return what a query `with_token_state` has found."""
        return cls(user, bool(user.token_revoked), user.token_cutoff)


def load_user(subject: str, key: str) -> TokenUser | None:
    """Return the user whose primary key is ``subject`` as text, or None.

    ``key`` is what the token is looked up by among the revoked ones.
    """
    primary_key = _read_key(subject)
    if primary_key is None:
        return None
    manager = get_user_model()._default_manager
    if type(manager).get_queryset is not Manager.get_queryset:
        # Which users there are may change from one request to the next.
        found = with_token_state(manager.all(), key).filter(pk=primary_key).first()
        return TokenUser.of(found) if found else None
    alias = router.db_for_read(get_user_model())
    values = {_KEY: key, _PRIMARY_KEY: _prepare_key(primary_key, alias)}
    sql, parameters = _statement(get_user_model(), alias)
    users = manager.db_manager(alias).raw(sql, [values.get(each, each) for each in parameters])
    return next(map(TokenUser.of, users), None)


def with_token_state(users: QuerySet[Any], key: str) -> QuerySet[Any]:
    """Return a query that also tells of each user what `TokenUser.of` reads."""
    return users.annotate(
        token_revoked=Exists(RevokedToken.objects.filter(key=key)),
        token_cutoff=Subquery(TokenCutoff.objects.filter(user=OuterRef("pk")).values("at")),
    )


# What stands for the values in the statement that is made once.
_KEY = "the key of the token"


class _Marker:
    """Something that no field takes for a value of its own."""


_PRIMARY_KEY = _Marker()


@lru_cache(maxsize=8)
def _statement(user_model: type[Model], alias: str) -> tuple[str, tuple[Any, ...]]:
    """Return SQL and parameters of the query, which costs more to make than to run."""
    users = with_token_state(user_model._default_manager.using(alias), _KEY)
    query = users.filter(pk=Value(_PRIMARY_KEY)).query
    sql, parameters = query.get_compiler(alias).as_sql()
    return sql, tuple(parameters)


def _read_key(subject: str) -> Any:
    """Return the primary key that a text stands for, or None.

    The database reads " 1" and "01" as 1 too; a user has one name.
    """
    try:
        key = get_user_model()._meta.pk.to_python(subject)
    except ValidationError:
        return None
    too_big = isinstance(key, int) and abs(key) >= _MAX_INTEGER
    return None if too_big or str(key) != subject else key


def _prepare_key(key: Any, alias: str) -> Any:
    return get_user_model()._meta.pk.get_db_prep_value(key, connections[alias])
