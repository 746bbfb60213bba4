"""Entities as resources: one view to create, one to read, change and delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import NO_BODY, site_url
from drupal_jwt_auth.resources.access import AccessResource, WritingResource
from drupal_jwt_auth.resources.individual import IndividualResource
from drupal_jwt_auth.rest.links import entity_links
from drupal_jwt_auth.rest.serializers import EntitySerializer


def path_of_one(entity_type: ContentEntityType, segment: str) -> str:
    """Return the path of a resource: the canonical one with a segment in the place of the key."""
    own = entity_type.canonical is not None
    return entity_type.path_with(segment) if own else f"/entity/{entity_type.id}/{segment}"


def collection_path(entity_type: ContentEntityType) -> str:
    """Return the path that an entity is created at."""
    return entity_type.collection or f"/entity/{entity_type.id}"


class RestResource(AccessResource):
    """What all resources of the REST module share."""

    def not_found(self, name: str, path: str) -> NotFound:
        """Return the error (404) for a path of which the part ``name`` names nothing."""
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return NotFound(
            f'The "{name}" parameter was not converted for the path "{path}" '
            f'(route name: "rest.entity.{name}.{method}")'
        )


class EntityResource(RestResource, WritingResource):
    """What the views of a type of content share."""

    entity_type_id: str = ""
    serializer_class: ClassVar[type[EntitySerializer]] = EntitySerializer

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.entity_type_id)

    def get_serializer(self, *args: Any, **kwargs: Any) -> EntitySerializer:
        """Return a serializer that acts for the account; without a request, for nobody.

        Whoever writes a schema of the project asks for one.
        """
        if "context" not in kwargs and getattr(self, "request", None) is not None:
            kwargs["context"] = {
                "request": self.request,
                "view": self,
                "account": self.account,
                "entity_type": self.entity_type,
            }
        return self.serializer_class(*args, **kwargs)

    def absolute_url(self, entity: Any) -> str | None:
        """Return the URL of an entity: that of its alias, if it has one; None without a page."""
        path = self.entity_type.storage.path_of(entity, site_root(self.request))
        return None if path is None else site_url(self.request) + path


class EntityCreateView(EntityResource):
    """``POST /node``: create an entity of the bundle that the document names."""

    methods: ClassVar[tuple[str, ...]] = ("POST",)
    methods_of_options: ClassVar[tuple[str, ...]] = ("POST",)
    serializer: EntitySerializer

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Open the transaction in which the entity is made, for those who may make one."""
        self.check_permissions(request)
        self.serializer = self.in_transaction(self.creating(request))

    @contextmanager
    def creating(self, request: Request) -> Iterator[EntitySerializer]:
        """Open the transaction for what the document describes, once it is read."""
        serializer = self.get_serializer(data=self.document(request))
        with serializer.to_create():
            yield serializer

    def get_access(self) -> AccessResult:
        """Return whether the account may create entities of any bundle."""
        return self.entity_type.access.any(self.account, "create")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save the entity and answer 201 with where it has a page, and all of it."""
        serializer = self.serializer
        # It knows the view: neither is to keep the other once this is answered.
        del self.serializer
        serializer.is_valid(raise_exception=True)
        location = self.absolute_url(serializer.save())
        headers = {} if location is None else {"Location": location}
        return Response(serializer.data, status=201, headers=headers)


class EntityView(EntityResource, IndividualResource):
    """``GET``, ``PATCH`` and ``DELETE /node/{node}``, and the same at an alias of the entity."""

    @property
    def methods(self) -> tuple[str, ...]:  # type: ignore[override]  # others know theirs
        """Return the methods, in the order in which Drupal names those of pages, and of others."""
        if self.entity_type.canonical is None:
            return ("DELETE", "GET", "HEAD", "PATCH")
        return ("GET", "HEAD", "DELETE", "PATCH")

    @property
    def methods_of_options(self) -> tuple[str, ...]:  # type: ignore[override]  # others know theirs
        """Return what OPTIONS names: Drupal's HTML page at a canonical path takes GET and POST."""
        of_page = ("GET",) if self.entity_type.canonical is None else ("GET", "POST")
        return (*of_page, "DELETE", "PATCH")

    def sent(self, request: Request) -> Mapping[str, Sequence[Item]]:
        """Return the raw items that were sent; raise what is wrong with the document."""
        serializer = self.get_serializer(data=self.document(request))
        return serializer.read_sent(serializer.initial_data)[1]

    @property
    def address(self) -> tuple[str, Any]:
        """Return what the entity is found at: the path, which may be an alias, and a key in it.

        As in Drupal an alias wins where a path is both.
        """
        segment = str(self.kwargs.get(self.entity_type.id, ""))
        path = getattr(self.request, "path_alias", path_of_one(self.entity_type, segment))
        return path, self.entity_type.read_key(segment)

    def not_there(self) -> NotFound:
        """Return the error (404) for a path that names no entity."""
        name = self.entity_type.id
        return self.not_found(name, path_of_one(self.entity_type, f"{{{name}}}"))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the entity."""
        self.check_unneeded_document(request)
        links = entity_links(
            self.entity_type, self.entity, site_url(self.request), site_root(self.request)
        )
        headers = {"Link": links} if links else {}
        return Response(self.get_serializer(self.entity).data, headers=headers)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields that were sent and answer with the whole entity."""
        serializer = self.get_serializer(self.entity, data=self.document(request))
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the entity with all that belongs to it, and answer with nothing."""
        self.check_unneeded_document(request)
        self.remove(self.entity_type.storage.delete)
        return Response(status=204)

    def check_unneeded_document(self, request: Request) -> None:
        """Refuse a document that is wrong, as Drupal does, though nothing is done with it."""
        if self.read_body(request) not in NO_BODY:
            self.check_content_type(request)
            self.get_serializer(self.entity, data=request.data).check_document()
