"""Users named by tokens of other issuers: found with one query, or made if the issuer may do so."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction

from drupal_jwt_auth.auth.tokens.former_keys import FORMER_SITE, former_site
from drupal_jwt_auth.auth.tokens.issuers import Issuer, IssuerUsersError, trusted_issuer
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.auth.tokens.users import TokenUser
from drupal_jwt_auth.auth.tokens.verifying import VerifiedToken
from drupal_jwt_auth.errors import Error

logger = logging.getLogger(__name__)


def load_external_user(token: VerifiedToken, revocation_key: str) -> TokenUser:
    """Return the user whom the token of another issuer names.

    ``revocation_key`` is what the token is looked up by among the revoked ones. A user who does not
    exist is created if the issuer's entry says so. Raise AuthenticationError,
    USER_INFORMATION_NOT_FOUND, where no single user is named.
    """
    error = Error.USER_INFORMATION_NOT_FOUND
    issuer = former_site() if token.issuer == FORMER_SITE else trusted_issuer(token.issuer)
    if issuer is None:
        raise refusal(error, "this issuer is not trusted any more", issuer=token.issuer)
    lookup = issuer.user_lookup
    if issuer.require_verified_email and not _is_verified(issuer, token):
        raise refusal(error, "its e-mail address is not verified", issuer=issuer.name)
    candidates = lookup.candidates(token.subject, revocation_key)
    if not candidates and issuer.create_users:
        _create_user(issuer, token.subject)
        # Perhaps another request has made the user first.
        candidates = lookup.candidates(token.subject, revocation_key)
    named = [found for found in candidates if lookup.matches(found.user, token.subject)]
    if len(named) != 1:
        reason = "several users have the %s %r" if named else "no user has the %s %r"
        raise refusal(error, reason, lookup.name, token.subject, issuer=issuer.name)
    return named[0]


def check_users(issuer: Issuer) -> None:
    """Raise IssuerUsersError if the user model lacks the field the claim is compared with."""
    if not issuer.user_lookup.is_supported():
        raise IssuerUsersError(
            f"Issuer {issuer.name!r} names users by {issuer.user_lookup.name}, and the user model "
            "has no such field."
        )


def _is_verified(issuer: Issuer, token: VerifiedToken) -> bool:
    """Return True if the issuer says that it has verified what names the user, where it must.

    That is ``email_verified`` of OpenID Connect Core, 5.1; some, as AWS Cognito, write it as text.
    """
    claim = issuer.user_lookup.verified_claim
    if claim is None:
        return True
    verified = token.claims.get(claim)
    return verified is True or verified == "true"


def _create_user(issuer: Issuer, name: str) -> None:
    """Create a user of this name, without a password or a permission, if the name is valid."""
    user_model = get_user_model()
    alias = router.db_for_write(user_model)
    user: Any = user_model()
    issuer.user_lookup.assign(user, name)
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
    """Return True if a user has this name in upper or lower case: to Drupal they are the same."""
    user_model = get_user_model()
    taken = {f"{user_model.USERNAME_FIELD}__iexact": name}
    return user_model._default_manager.using(alias).filter(**taken).exists()
