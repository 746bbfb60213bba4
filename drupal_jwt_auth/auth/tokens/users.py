"""Users of tokens, each loaded with one query that also tells whether the token was revoked.

It runs on the database that users and tokens are written to: a replica may not know yet that a
token was revoked, or a user blocked.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router
from django.db.models import Exists, Manager, OuterRef, QuerySet, Subquery

from drupal_jwt_auth.fields.user_keys import key_in_text
from drupal_jwt_auth.models import RevokedToken, TokenCutoff
from drupal_jwt_auth.prepared import Parameter, Prepared


class TokenUser(NamedTuple):
    """A user, and the state of the token: ``revoked``, and the ``cutoff`` of the user's tokens.

    ``cutoff`` is when all tokens of the user were revoked last, as Unix time in microseconds, or
    None.
    """

    user: AbstractBaseUser
    revoked: bool
    cutoff: int | None

    @classmethod
    def of(cls, user: Any) -> TokenUser:
        """Return the state of a user that was found by a query `with_token_state`."""
        return cls(user, bool(user.token_revoked), user.token_cutoff)


def load_user(subject: str, revocation_key: str) -> TokenUser | None:
    """Return the user whose primary key is ``subject`` as text, or None.

    ``revocation_key`` is what the token is looked up by among the revoked ones. Only the canonical
    spelling is accepted: the database would also find 1 by "01", or "a" by "A".
    """
    pk = key_in_text(subject)
    if pk is None:
        return None
    using = router.db_for_write(get_user_model())
    manager = get_user_model()._default_manager
    if type(manager).get_queryset is Manager.get_queryset:
        users = _USER.run(using, revocation_key=revocation_key, pk=pk)
    else:
        # A manager of the project's own may return other users from one request to the next.
        users = iter(with_token_state(manager.using(using), revocation_key).filter(pk=pk))
    return next((TokenUser.of(user) for user in users if str(user.pk) == subject), None)


def with_token_state(users: QuerySet[Any], revocation_key: str | Parameter) -> QuerySet[Any]:
    """Return the users annotated with what `TokenUser.of` reads: revoked token, and cutoff."""
    annotated: QuerySet[Any] = users.annotate(
        token_revoked=Exists(RevokedToken.objects.filter(key=revocation_key)),
        token_cutoff=Subquery(TokenCutoff.objects.filter(user=OuterRef("pk")).values("at")),
    )
    return annotated


def _user() -> QuerySet[Any]:
    user_model = get_user_model()
    revocation_key = Parameter("revocation_key", RevokedToken._meta.get_field("key"))
    users = with_token_state(user_model._default_manager.all(), revocation_key)
    return users.filter(pk=Parameter("pk", user_model._meta.pk))


_USER = Prepared(_user)
