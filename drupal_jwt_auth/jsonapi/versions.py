"""Versions of resources: which one a request asks for.

Source: Drupal core 10.6, the negotiation of resource versions.
"""

from __future__ import annotations

import re

from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.request import Request

from drupal_jwt_auth.jsonapi.query import parameters, text_of
from drupal_jwt_auth.jsonapi.resource_type import AnyResourceType

PARAMETER = "resourceVersion"
LATEST, WORKING_COPY = "rel:latest-version", "rel:working-copy"
"""What names the newest version, which here is the one that is shown as well."""

_IDENTIFIER = re.compile("[^:]+:.+")
_NUMBER = re.compile("id:([0-9]{1,18})")


class NoVersions(APIException):
    """501: resources of a type have no versions."""

    status_code = 501
    default_detail = "Resource versioning is not yet supported for this resource type."
    default_code = "not_implemented"


def read_version(request: Request) -> str | None:
    """Return the version that is asked for, None for none in particular.

    Raise ParseError (400) for what names none.
    """
    wanted = text_of(parameters(request), PARAMETER)
    if wanted is None:
        return None
    if not _IDENTIFIER.fullmatch(wanted):
        raise ParseError(
            f"A resource version identifier was provided in an invalid format: `{wanted}`"
        )
    if wanted not in (LATEST, WORKING_COPY) and not _NUMBER.fullmatch(wanted):
        raise ParseError(f"An invalid resource version identifier, `{wanted}`, was provided.")
    return wanted


def check_version(request: Request, resource_type: AnyResourceType) -> int | None:
    """Return the number of the version that is asked for, None for the newest one.

    Raise ParseError (400) for what names none, `NoVersions` (501) for a type without.
    """
    wanted = read_version(request)
    if wanted is None:
        return None
    if not resource_type.is_versionable:
        raise NoVersions
    found = _NUMBER.fullmatch(wanted)
    return int(found[1]) if found else None


def check_no_version(request: Request, resource_type: AnyResourceType) -> None:
    """Raise ParseError (400) where a version is named by who writes: that is the newest one.

    Raise `NoVersions` (501) for a type without.
    """
    if PARAMETER not in parameters(request):
        return
    if not resource_type.is_versionable:
        raise NoVersions
    raise ParseError(
        f"{request.method} requests with a `{PARAMETER}` query parameter are not supported."
    )


def check_collection_version(request: Request) -> None:
    """Raise ParseError (400) where a list is asked for at the version of one of its members."""
    if text_of(parameters(request), PARAMETER) not in (None, LATEST, WORKING_COPY):
        raise ParseError(
            "Collection resources only support the following resource version identifiers: "
            f"{LATEST}, {WORKING_COPY}"
        )


def no_version(number: int) -> NotFound:
    """Return the error (404) for a version that there is not."""
    return NotFound(f"The requested version, identified by `id:{number}`, could not be found.")
