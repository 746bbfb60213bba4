"""Users as other issuers name them: found with one query, and made where the issuer may do that."""

from __future__ import annotations

import logging
import string
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction
from django.db.models import Exists, OuterRef, Q

from drupal_jwt_auth.auth.tokens.issuers import Issuer, IssuerUsersError, trusted_issuer
from drupal_jwt_auth.auth.tokens.refusals import log_reason
from drupal_jwt_auth.auth.tokens.users import TokenUser, load_user, with_token_state
from drupal_jwt_auth.auth.tokens.verifying import VerifiedToken
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.user_uuids import user_key

_ENOUGH = 20
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
logger = logging.getLogger(__name__)


def load_external_user(token: VerifiedToken, key: str) -> TokenUser | None:
    """Return the user whom the token of another issuer names, or None.

    ``key`` is what the token is looked up by among the revoked ones. A user is made where there is
    none and the issuer's entry says so.
    """
    issuer = trusted_issuer(token.issuer)
    if issuer is None:
        log_reason("this issuer is not trusted any more", issuer=token.issuer)
        return None
    if issuer.user == "id":
        found = load_user(token.subject, key)
        if found is None:
            _log_whose(issuer, token, "no user")
        return found
    if issuer.user == "email" and issuer.require_verified_email and not _is_verified(token):
        log_reason("its e-mail address is not verified", issuer=issuer.name)
        return None
    return _find(issuer, token, key)


def _find(issuer: Issuer, token: VerifiedToken, key: str) -> TokenUser | None:
    """Return the one user whom a token names by a name, an address or a UUID."""
    condition = _condition(issuer, token.subject)
    if condition is None:
        _log_whose(issuer, token, "no user")
        return None
    # Where tokens are written too; see `drupal_jwt_auth.auth.tokens.users`.
    alias = router.db_for_write(get_user_model())
    candidates = _candidates(condition, key, alias)
    if not candidates and issuer.create_users:
        _create_user(issuer, token.subject, alias)
        # Perhaps another request has made the user first.
        candidates = _candidates(condition, key, alias)
    named = [user for user in candidates if _is_named(issuer, user, token.subject)]
    if len(named) == 1:
        return TokenUser.of(named[0])
    _log_whose(issuer, token, "several users" if named else "no user")
    return None


def _log_whose(issuer: Issuer, token: VerifiedToken, whose: str) -> None:
    reason = "the %s %r is that of %s"
    log_reason(reason, issuer.user, token.subject, whose, issuer=issuer.name)


def check_users(issuer: Issuer) -> None:
    """Raise IssuerUsersError where users have not what the issuer's claim is."""
    if issuer.user == "email" and _email_field() is None:
        raise IssuerUsersError(
            f"Issuer {issuer.name!r} names users by e-mail, and the user model has no such field."
        )


def _email_field() -> str | None:
    """Return the name of the field that holds a user's e-mail address, if the model has one."""
    name: str = get_user_model().get_email_field_name()
    names = {field.name for field in get_user_model()._meta.get_fields()}
    return name if name in names else None


def _is_verified(token: VerifiedToken) -> bool:
    """Tell whether the issuer has seen that the address is the user's (OpenID Connect Core, 5.1).

    Some write a text: AWS Cognito does.
    """
    verified = token.claims.get("email_verified")
    return verified is True or verified == "true"


def _candidates(condition: Q, key: str, alias: str) -> list[Any]:
    """Return the users whom the database takes for those of a name; it may be too generous."""
    users = get_user_model()._default_manager.using(alias).filter(condition).order_by()
    return list(with_token_state(users, key)[:_ENOUGH])


def _condition(issuer: Issuer, name: str) -> Q | None:
    """Return what to ask the database, or None for a name that can be nobody's."""
    if issuer.user == "username":
        return _by_username(name)
    if issuer.user == "email":
        field = _email_field()
        return None if field is None else Q((f"{field}__iexact", name))
    return _by_uuid(name)


def _by_username(name: str) -> Q | None:
    user_model = get_user_model()
    field: Any = user_model._meta.get_field(user_model.USERNAME_FIELD)
    try:
        return Q((field.name, field.to_python(name)))
    except ValidationError:
        return None


def _by_uuid(name: str) -> Q:
    """Look for an imported UUID, else for one made from the key, as for references to users."""
    imported = UserUUID.objects.filter(user=OuterRef("pk"))
    has_it = Q(Exists(imported.filter(uuid=name)))
    key = user_key(name)
    return has_it if key is None else Q(has_it, Q(Q(pk=key), ~Exists(imported)), _connector=Q.OR)


def _is_named(issuer: Issuer, user: Any, name: str) -> bool:
    """Tell whether this is the user's name, and none that only looks like it.

    Databases may take two letters for one, and somebody else's name for an administrator's.
    """
    if issuer.user == "username":
        return bool(str(user.get_username()) == name == user.normalize_username(name))
    if issuer.user == "email":
        own = str(getattr(user, user.get_email_field_name()))
        return own.translate(_ASCII_LOWER) == name.translate(_ASCII_LOWER)
    return True


def _create_user(issuer: Issuer, name: str, alias: str) -> None:
    """Make a user of this name without a password or a permission, if the name is a good one."""
    user_model = get_user_model()
    user: Any = user_model(**{user_model.USERNAME_FIELD: name})
    if issuer.user == "email":
        setattr(user, user.get_email_field_name(), name)
    for field in user_model._meta.get_fields():
        if field.name in {"is_staff", "is_superuser"}:
            setattr(user, field.name, False)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        logger.warning("No user %r is made for %r: %s", name, issuer.name, error.messages)
        return
    if user.get_username() != name or _is_taken(name, alias):
        logger.warning("No user %r is made for %r: others look like it.", name, issuer.name)
        return
    try:
        with transaction.atomic(using=alias):
            user.save(using=alias, force_insert=True)
    except IntegrityError:
        logger.info("The user %r has been made by another request.", name)
    else:
        logger.info("The user %r was made for %r.", name, issuer.name)


def _is_taken(name: str, alias: str) -> bool:
    """Tell whether a user has this name in other letters: to Drupal they are the same."""
    user_model = get_user_model()
    taken = {f"{user_model.USERNAME_FIELD}__iexact": name}
    return user_model._default_manager.using(alias).filter(**taken).exists()
