"""Lists of entities as resources, at paths of their own: Drupal's views with a REST export."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import ResolverMatch
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    AccessResult,
    allowed_if,
    allowed_if_has_permission,
)
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.lists.known import KnownList, known_lists
from drupal_jwt_auth.content.lists.parameters import NotScalarError, Parameters
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.content.lists.rows import FieldRows
from drupal_jwt_auth.content.lists.selection import NoSuchArgumentError, Selection
from drupal_jwt_auth.content.query.compiling import TooComplexError
from drupal_jwt_auth.content.user.roles import roles_of
from drupal_jwt_auth.http.exceptions import NotSupported
from drupal_jwt_auth.models import ContentModel
from drupal_jwt_auth.resources.access import AccessResource
from drupal_jwt_auth.rest.serializers import EntitySerializer

NOT_SERVED = "The list at this path uses what is not supported here."


def list_at(path: str, request: HttpRequest) -> ResolverMatch | None:
    """Return the match of a path that is a list's, None for any other.

    Lists of the project are known without a query. One tells those of an imported site, where the
    request names a format, or `LISTS_WITHOUT_FORMAT` is set.
    """
    is_own = any(declared.arguments(path) is not None for declared in LISTS)
    if not (is_own or "_format" in request.GET or app_settings.LISTS_WITHOUT_FORMAT):
        return None
    stamp = ContentModel.objects.values_list("stamp", flat=True).filter(pk=1).first()
    found = known_lists(get_structure(stamp)).at(path)
    if found is None:
        return None
    known, arguments = found
    return ResolverMatch(ListView.as_view(), (), {"known": known, "arguments": arguments})


class ListView(AccessResource):
    """``GET /api/articles``: the entities of a list, or some of their fields."""

    methods = ("GET", "HEAD")
    methods_of_options = ("GET",)

    @property
    def known(self) -> KnownList:
        """Return the list."""
        found: KnownList = self.kwargs["known"]
        return found

    @cached_property
    def site(self) -> SiteContext:
        """Return the site as the account sees it."""
        return SiteContext(self.account, get_structure(self.account.stamp), self.request)

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotSupported (501) for a list that cannot be served; why, is said elsewhere."""
        if self.known.faults:
            raise NotSupported(NOT_SERVED)

    def get_access(self) -> AccessResult:
        """Return whether the account may see the list: what a permission or a role allows."""
        declared = self.known.declared
        if declared.roles is not None:
            own = ["anonymous"] if self.account.user is None else roles_of(self.account.user)
            return allowed_if(not set(own).isdisjoint(declared.roles))
        if declared.permission is None:
            return ALLOWED
        return allowed_if_has_permission(self.account, declared.permission)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the rows."""
        entities = self.entities(request)
        declared = self.known.declared
        if declared.fields:
            formats = known_lists(self.site.structure).date_formats
            return Response(FieldRows(declared, self.site, formats).rows(entities))
        context = {
            "request": request,
            "account": self.account,
            "entity_type": ENTITY_TYPES.content(declared.entity_type),
        }
        return Response(EntitySerializer(entities, many=True, context=context).data)

    def entities(self, request: Request) -> list[Any]:
        """Return the entities that are asked for; raise NotFound (404) and ParseError (400)."""
        parameters, arguments = Parameters(request.GET), self.kwargs["arguments"]
        try:
            return Selection(self.known.declared, self.site, parameters, arguments).entities()
        except NoSuchArgumentError:
            raise NotFound("") from None
        except NotScalarError as error:
            text = f'Input value "{error.name}" contains a non-scalar value.'
            raise ParseError(text) from None
        except TooComplexError:
            raise NotSupported(NOT_SERVED) from None
