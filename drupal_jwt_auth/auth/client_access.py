"""Who may call: lists of addresses, and the paths that a role may use."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.http import HttpRequest
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.client_address import Address, Network, client_address, parse_network
from drupal_jwt_auth.http.paths import SCRIPT, site_root

logger = logging.getLogger(__name__)


class ClientNotAllowed(APIException):
    """403, whatever the token: this caller is not served, or not at this path.

    It is no PermissionDenied: a token would not help, so that nobody is told to send one.
    """

    status_code = 403


class AddressNotAllowed(ClientNotAllowed):
    """The address is blocked, or is not among those that are allowed."""

    default_detail = "Your IP address is not allowed to use this site's API."
    default_code = "ip_blocked"


class PathNotAllowed(ClientNotAllowed):
    """The caller's roles may use other paths only."""

    default_detail = "Your roles are not allowed to use this path."
    default_code = "access_denied"

    def __init__(self, user: AbstractBaseUser) -> None:
        super().__init__()
        # For the audit log.
        self.user = user


def check_address(request: HttpRequest | Request) -> None:
    """Raise AddressNotAllowed for a client that the lists of addresses do not let in.

    What is in both lists is blocked. A client whose address is not known may be one of those who
    are blocked, and need not be one of those who are allowed: where there is a list, it is refused.
    """
    allowed, blocked = app_settings.ALLOWED_ADDRESSES, app_settings.BLOCKED_ADDRESSES
    if allowed is None and not blocked:
        return
    address = client_address(request)
    if address is None:
        reason = "its address is not known"
    elif _is_among(address, blocked):
        reason = "its address is blocked"
    elif allowed is not None and not _is_among(address, allowed):
        reason = "its address is not among those allowed"
    else:
        return
    logger.warning("Refused %s %r from %s: %s.", request.method, request.path_info, address, reason)
    raise AddressNotAllowed


def check_path(request: HttpRequest | Request, user: AbstractBaseUser | None) -> None:
    """Raise PathNotAllowed for a user whose roles may not use the path.

    Who has roles that ``ROLE_PATHS`` lists may use the paths of these roles only; who has none of
    them, any path. One query, where groups are listed. For None, somebody without a token, it is
    NotAuthenticated: a token may help.
    """
    rules = app_settings.ROLE_PATHS
    if not rules:
        return
    roles = _roles(user, rules)
    if roles and not any(matches(_path(request), rules[role]) for role in roles):
        logger.warning(
            "Refused %s %r from %s: not among the paths of %s.",
            request.method,
            request.path_info,
            client_address(request),
            ", ".join(sorted(roles)),
        )
        raise PathNotAllowed(user) if user else NotAuthenticated


def _path(request: HttpRequest | Request) -> str:
    """Return the path that rules are about: as the URLconf has it, without ``index.php``."""
    behind_script = site_root(request).endswith(SCRIPT)
    return request.path_info.replace(SCRIPT, "", 1) if behind_script else request.path_info


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path is one of those that patterns stand for, ``*`` for any characters.

    As Drupal's path matcher does, in upper and lower case, with or without a slash at its end.
    """
    path = _normalised(path)
    return any(stands_for(_normalised(pattern), path) for pattern in patterns)


def stands_for(pattern: str, path: str) -> bool:
    """Tell whether a path is what a pattern stands for, going once through the path.

    Each part between stars is looked for from the end of the last on: a regular expression would
    try all places, for several stars in long paths without an end.
    """
    first, *others = pattern.split("*")
    if not others:
        return path == first
    *parts, last = others
    end = len(path) - len(last)
    position = len(first)
    if not (path.startswith(first) and path.endswith(last) and position <= end):
        return False
    for part in parts:
        found = path.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _normalised(path: str) -> str:
    return path.lower() if path == "/" else path.lower().removesuffix("/")


def _roles(user: AbstractBaseUser | None, rules: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the roles of a user that there are rules for."""
    if user is None:
        return {app_settings.ANONYMOUS_ROLE} & set(rules)
    special = {app_settings.ANONYMOUS_ROLE, app_settings.AUTHENTICATED_ROLE}
    roles = {app_settings.AUTHENTICATED_ROLE} & set(rules)
    groups = set(rules) - special
    if groups and isinstance(user, PermissionsMixin):
        # To some databases other names are the same.
        found = user.groups.filter(name__in=groups).values_list("name", flat=True)
        roles.update(groups.intersection(found))
    return roles


def _is_among(address: Address, entries: Sequence[str]) -> bool:
    return any(address in network for network in _networks(tuple(entries)))


@lru_cache
def _networks(entries: tuple[str, ...]) -> list[Network]:
    return [parse_network(entry) for entry in entries]
