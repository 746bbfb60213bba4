"""What relationships of a resource lead to, and the relationships themselves.

Source: JSON:API 1.0, and Drupal core 10.6 for who sees them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, NoReturn

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import DENIED, AccessResult
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.file import FileReferenceType
from drupal_jwt_auth.http.views import no_route
from drupal_jwt_auth.jsonapi.includes import Includer
from drupal_jwt_auth.jsonapi.objects import NO_RELATIONSHIP, ShownField
from drupal_jwt_auth.jsonapi.presenting import Omitted
from drupal_jwt_auth.jsonapi.query import request_link
from drupal_jwt_auth.jsonapi.views import IndividualView


class RelationshipOfResource(IndividualView):
    """A relationship of the resource that a path names: whoever sees both may read it."""

    route: str
    """What Drupal calls the route, after the name of the field."""
    tail: str
    """What follows the id in the path, before the name of the field."""

    def check_resource(self, request: Request) -> None:
        """Raise NotFound (404) for a path that names no relationship as well."""
        super().check_resource(request)
        self.check_relationship(request)

    def check_relationship(self, request: Request) -> None:
        """Raise NotFound (404) for what is no relationship."""
        if self.kwargs["field"] not in self.resource_type.relationships:
            raise NotFound(no_route(request))

    def not_there(self) -> NotFound:
        """Return the error (404) for a UUID that no entity has."""
        name = self.kwargs["field"]
        return self.resource_type.not_found(f"/{self.tail}{name}", f"{name}.{self.route}")

    def use(self, entity: Any | None) -> None:
        """Take an entity whose own bundle has the field; raise NotFound (404)."""
        super().use(entity)
        if self.kwargs["field"] not in self.shown.resource_type.relationships:
            raise NotFound(no_route(self.request))

    @cached_property
    def field(self) -> Field:
        """Return the field that the relationship is, as the entity has it."""
        return self.shown.resource_type.relationships[self.kwargs["field"]]

    def get_access(self) -> AccessResult:
        """Return whether the account may see the entity, and the field of it."""
        access = super().get_access() if self.shown.view.allowed else self.shown.view
        if access.allowed and not self.shown.shows(self.field):
            access = DENIED
        return access._replace(reason=f"{NO_RELATIONSHIP} {access.reason}".rstrip())

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse, without a place in a document."""
        super(IndividualView, self).permission_denied(request, message, code)


class RelatedView(RelationshipOfResource):
    """``GET /jsonapi/node/article/{uuid}/uid``: what a relationship leads to."""

    methods_of_options: ClassVar[tuple[str, ...]] = ("GET",)
    route, tail = "related", ""

    @property
    def methods(self) -> tuple[str, ...]:  # type: ignore[override]  # others know theirs
        """Return the methods; raise NotFound (404) where there are none.

        To Drupal any name may be that of a field that takes files, where resources have such.
        """
        fields = self.resource_type.relationships
        takes_files = any(isinstance(each.type, FileReferenceType) for each in fields.values())
        reading = ("GET", "HEAD") if self.kwargs["field"] in fields else ()
        methods = (*reading, *(("POST",) if takes_files else ()))
        if not methods:
            raise NotFound(no_route(self.request))
        return methods

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with what the account sees of it."""
        references = self.shown.references(self.field)
        omitted = Omitted()
        includer = Includer(self.presenter, omitted)
        includer.look_up(references)
        known = (includer.known[each] for each in references if each in includer.known)
        seen = includer.seen(known)
        data = ShownField(self.shown, self.field).one_or_many(self.presenter.present(seen))
        return Response(self.document_with({"data": data}, seen, omitted))


class RelationshipView(RelationshipOfResource):
    """``GET /jsonapi/node/article/{uuid}/relationships/uid``: a relationship itself."""

    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET",)
    route, tail = "relationship", "relationships/"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the resource identifiers."""
        shown = ShownField(self.shown, self.field)
        self.presenter.look_up([(self.shown, {self.kwargs["field"]: shown})])
        data = shown.one_or_many(self.presenter.identifiers(shown))
        links = self.presenter.links_of_relationship(self.shown, self.kwargs["field"])
        links["self"] = {"href": request_link(request)}
        return Response(self.document_with({"data": data}, [self.shown], links=links))
