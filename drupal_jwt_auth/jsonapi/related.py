"""What relationships of a resource lead to, and the relationships themselves.

Source: JSON:API 1.0, and Drupal core 10.6 for who sees them.
"""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn

from rest_framework.exceptions import NotFound, ParseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import DENIED, AccessResult
from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.http.exceptions import Conflict
from drupal_jwt_auth.http.views import NO_BODY, no_route
from drupal_jwt_auth.jsonapi.includes import Includer
from drupal_jwt_auth.jsonapi.linkage import Linkage
from drupal_jwt_auth.jsonapi.objects import NO_RELATIONSHIP, ShownField
from drupal_jwt_auth.jsonapi.presenting import Omitted
from drupal_jwt_auth.jsonapi.query import request_link
from drupal_jwt_auth.jsonapi.relationships import Relationship
from drupal_jwt_auth.jsonapi.serializers import ItemsSerializer
from drupal_jwt_auth.jsonapi.views import IndividualView
from drupal_jwt_auth.resources.serializers import Values

NOT_EDITED = "The current user is not allowed to edit this relationship."


class RelationshipOfResource(IndividualView):
    """A relationship of the resource that a path names: whoever sees both may read it."""

    route: ClassVar[str]
    """What Drupal calls the route, after the name of the field."""
    tail: ClassVar[str]
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

    def sent(self, request: Request) -> RawValues:
        """Return that nothing takes long: what is referred to is looked up behind the lock."""
        return {}

    def save(self, raw: Values) -> None:
        """Save raw items of single fields of the entity; raise what is wrong with them."""
        context = self.get_serializer().context
        serializer = ItemsSerializer(self.entity, data=raw, context=context)
        serializer.is_valid(raise_exception=True)
        serializer.save()

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

        To Drupal any name may be that of a field that takes files, where resources have such. Of a
        type that there is not, no more is told than that other methods are none.
        """
        try:
            resource_type = self.resource_type
        except NotFound:
            return ("GET", "HEAD", "POST")
        reading = ("GET", "HEAD") if self.kwargs["field"] in resource_type.relationships else ()
        methods = (*reading, *(("POST",) if resource_type.takes_files else ()))
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
    """``/jsonapi/node/article/{uuid}/relationships/uid``: a relationship itself.

    ``GET`` tells what it is, ``POST`` adds to it, ``PATCH`` puts something else in its place,
    ``DELETE`` removes some of it.
    """

    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST", "PATCH", "DELETE")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET", "POST", "PATCH", "DELETE")
    operations = MappingProxyType(dict.fromkeys(("POST", "PATCH", "DELETE"), "update"))
    tail = "relationships/"

    @property
    def route(self) -> str:  # type: ignore[override]  # that of others is the same for all methods
        """Return what Drupal calls the route, after the name of the field."""
        method = self.request.method or ""
        return f"relationship.{'get' if method in SAFE_METHODS else method.lower()}"

    def get_access(self) -> AccessResult:
        """Return whether the account may see the relationship, or change it."""
        if self.operation is None:
            return super().get_access()
        access = self.entity_type.access.update(self.account, self.entity)
        if access.allowed:
            access = self.edit_access()
        return access._replace(reason=f"{NOT_EDITED} {access.reason}".rstrip())

    def edit_access(self) -> AccessResult:
        """Return whether the account may set the field; nobody may set the bundle."""
        if self.field.name == self.entity_type.keys.bundle:
            return DENIED
        bundle = self.shown.resource_type.bundle
        return self.entity_type.access.edit_field(self.account, self.field, bundle, self.entity)

    def document(self, request: Request) -> Any:
        """Return the document; raise ParseError (400)."""
        if request.method == "DELETE" and self.read_body(request) in NO_BODY:
            raise ParseError(
                "You need to provide a body for DELETE operations on a relationship "
                f"({self.kwargs['field']})."
            )
        return super().document(request)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the resource identifiers."""
        shown = ShownField(self.shown, self.field)
        self.presenter.look_up([(self.shown, {self.kwargs["field"]: shown})])
        data = shown.one_or_many(self.presenter.identifiers(shown))
        links = self.presenter.links_of_relationship(self.shown, self.kwargs["field"])
        links["self"] = {"href": request_link(request)}
        return Response(self.document_with({"data": data}, [self.shown], links=links))

    def change(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change it, and answer with what it is now, if the client cannot know that."""
        relationship = Relationship(self.entity, self.field, self.site)
        sent = relationship.read(self.document(request))
        self.save({self.field.name: self.items_after(relationship, sent)})
        if request.method == "DELETE" or relationship.is_told_by(sent):
            return Response(status=204)
        return self.get(request)

    post = patch = delete = change

    def items_after(self, relationship: Relationship, sent: Linkage) -> list[Item]:
        """Return the items that the method wants; raise Conflict (409) where it is not for one."""
        method = self.request.method
        if method == "PATCH":
            return relationship.only(sent)
        if not relationship.is_to_many:
            does = "POST to" if method == "POST" else "DELETE from"
            name = self.kwargs["field"]
            raise Conflict(
                f"You can only {does} to-many relationships. {name} is a to-one relationship."
            )
        return relationship.with_more(sent) if method == "POST" else relationship.without(sent)
