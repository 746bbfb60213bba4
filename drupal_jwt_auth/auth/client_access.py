"""Access by IP address (``ALLOWED_ADDRESSES`` and its like) and by path (``ROLE_PATHS``)."""

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
    """403: this client has no access, or not to this path, whatever token it sends.

    Not a PermissionDenied, which becomes a 401 where nobody is logged in: a token would not help.
    """

    status_code = 403


class AddressNotAllowed(ClientNotAllowed):
    """403: the address is blocked, or is not one of those that are allowed."""

    default_detail = "Your IP address is not allowed to use this site's API."
    default_code = "ip_blocked"


class PathNotAllowed(ClientNotAllowed):
    """403: the roles of the user may use other paths only."""

    default_detail = "Your roles are not allowed to use this path."
    default_code = "access_denied"

    def __init__(self, user: AbstractBaseUser) -> None:
        super().__init__()
        # For the audit log.
        self.user = user


def check_address(request: HttpRequest | Request) -> None:
    """Raise AddressNotAllowed unless the lists of addresses allow the client.

    An address in both lists is blocked. A client whose address is not known is refused where there
    is a list of either kind.
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
    """Raise PathNotAllowed if the roles of the user may not use the path.

    A user with roles that ``ROLE_PATHS`` lists may use the paths of these roles only, and any other
    user all paths. One query if groups are listed. For an anonymous request, whose user is None, it
    raises NotAuthenticated, as a token may help.
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
    """Return the path that ``ROLE_PATHS`` is about: that of the URLconf, without ``index.php``."""
    behind_script = site_root(request).endswith(SCRIPT)
    return request.path_info.replace(SCRIPT, "", 1) if behind_script else request.path_info


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Return True if a path matches one of the patterns, in which ``*`` is any text.

    As in Drupal's path matcher, case and a slash at the end do not matter.
    """
    path = _normalised(path)
    return any(stands_for(_normalised(pattern), path) for pattern in patterns)


def stands_for(pattern: str, path: str) -> bool:
    """Return True if a path matches a pattern, in a time that is linear in its length.

    Each part between stars is searched once, from the end of the part before. A regular expression
    would try all combinations of places, which with several stars takes very long.
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
    """Return the roles of a user that have rules."""
    if user is None:
        return {app_settings.ANONYMOUS_ROLE} & set(rules)
    special = {app_settings.ANONYMOUS_ROLE, app_settings.AUTHENTICATED_ROLE}
    roles = {app_settings.AUTHENTICATED_ROLE} & set(rules)
    groups = set(rules) - special
    if groups and isinstance(user, PermissionsMixin):
        # A database may also find names that only look the same: keep those that are listed.
        found = user.groups.filter(name__in=groups).values_list("name", flat=True)
        roles.update(groups.intersection(found))
    return roles


def _is_among(address: Address, entries: Sequence[str]) -> bool:
    return any(address in network for network in _networks(tuple(entries)))


@lru_cache
def _networks(entries: tuple[str, ...]) -> list[Network]:
    return [parse_network(entry) for entry in entries]
