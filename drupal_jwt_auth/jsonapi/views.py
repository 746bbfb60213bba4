"""Resources of JSON:API: collections, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, ClassVar, NoReturn

from rest_framework.exceptions import MethodNotAllowed, NotFound, ParseError, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.content_log import Way
from drupal_jwt_auth.content.entity.access import ALLOWED, AccessResult, allowed_if
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import no_route, site_url
from drupal_jwt_auth.jsonapi.collections import Collection
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed
from drupal_jwt_auth.jsonapi.objects import NOT_SEEN, EntityObject
from drupal_jwt_auth.jsonapi.query import check_query, page_links, read_fields, read_page
from drupal_jwt_auth.jsonapi.resource import JSONAPIView
from drupal_jwt_auth.jsonapi.resource_type import ResourceType
from drupal_jwt_auth.jsonapi.serializers import ResourceSerializer
from drupal_jwt_auth.jsonapi.versions import (
    check_collection_version,
    check_no_version,
    check_version,
    no_version,
)
from drupal_jwt_auth.resources.access import WritingResource
from drupal_jwt_auth.resources.individual import IndividualResource

NO_VERSION = "The user does not have access to the requested version."


class JSONAPIResource(JSONAPIView, WritingResource):
    """What the views of content share: the resource type, and what reads and saves entities."""

    written_by = Way.JSONAPI
    serializer_class: ClassVar[type[ResourceSerializer]] = ResourceSerializer

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.kwargs["resource"].entity_type)

    @cached_property
    def resource_type(self) -> ResourceType:
        """Return the resource type that the path names; raise NotFound (404)."""
        bundles = self.site.structure.bundles_of(self.entity_type)
        bundle = bundles.get(self.kwargs["resource"].bundle)
        if bundle is None:
            raise NotFound(no_route(self.request))
        return ResourceType(bundle)

    def get_serializer(self, *args: Any, **kwargs: Any) -> ResourceSerializer:
        """Return a serializer that acts for the account."""
        context = {
            "request": self.request,
            "account": self.account,
            "entity_type": self.entity_type,
            "resource_type": self.resource_type,
            "fields": read_fields(self.request),
        }
        return self.serializer_class(*args, context=context, **kwargs)

    def check_method(self, request: Request) -> None:
        """Refuse what is not served, and what writes where the site is for reading alone (405)."""
        super().check_method(request)
        if request.method in SAFE_METHODS:
            return
        # What is no resource is not found, whatever is asked of it.
        vars(self)["resource_type"] = self.resource_type
        if self.is_read_only:
            self.headers["Allow"] = "GET"
            page = f"{site_url(request)}{site_root(request)}admin/config/services/jsonapi"
            raise MethodNotAllowed(
                request.method or "",
                "JSON:API is configured to accept only read operations. Site administrators can "
                f"configure this at {page}.",
            )

    @property
    def is_read_only(self) -> bool:
        """Tell whether nobody may write: the project says so, or the site that was imported."""
        chosen = app_settings.JSONAPI_READ_ONLY
        if chosen is not None:
            return chosen
        return self.site.structure.setting("jsonapi.settings", "read_only", default=False)

    def check_resource(self, request: Request) -> None:
        """Raise NotFound (404) for an unknown resource type, and for a wrong query what it says."""
        check_query(request)
        vars(self)["resource_type"] = self.resource_type
        if request.method not in SAFE_METHODS:
            check_no_version(request, self.resource_type)

    def document(self, request: Request) -> Any:
        """Return the document; raise ParseError (400)."""
        if request.stream is None:
            raise ParseError("Empty request body.")
        return request.data

    def document_of_saved(self, serializer: ResourceSerializer, entity: Any) -> Mapping[str, Any]:
        """Return the document of an entity that was saved a moment ago."""
        data = serializer.to_representation(entity)
        shown = EntityObject(entity, self.entity_type, serializer.site)
        return self.document_with({"data": data}, [shown])


class CollectionView(JSONAPIResource):
    """``GET`` and ``POST /jsonapi/node/article``: the resources of a type, and a new one."""

    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET", "POST")
    serializer: ResourceSerializer

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Open the transaction in which an entity is made, for those who may make one."""
        self.check_resource(request)
        if request.method not in SAFE_METHODS:
            self.check_permissions(request)
            self.serializer = self.in_transaction(self.creating(request))

    @contextmanager
    def creating(self, request: Request) -> Iterator[ResourceSerializer]:
        """Open the transaction for what the document describes, once it is read."""
        serializer = self.get_serializer(data=self.document(request))
        with serializer.to_create():
            yield serializer

    def get_access(self) -> AccessResult:
        """Return whether the account may create entities of the bundle; anybody may ask for some.

        What they may not see of them is left out.
        """
        if self.request.method in SAFE_METHODS:
            return ALLOWED
        return self.entity_type.access.create(self.account, self.resource_type.bundle)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of them, in the order of their keys unless another one is asked for.

        What is left out of a page, as the account may not see it, the document tells of.
        """
        check_collection_version(request)
        page = read_page(request)
        found = Collection(request, self.resource_type, self.site).window(page)
        shown = [EntityObject(each, self.entity_type, self.site) for each in found[: page.limit]]
        links = page_links(request, page, is_last=len(found) <= page.limit)
        return Response(self.list_of(shown, links))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save the entity, and answer 201 with where it is, and all of it."""
        serializer = self.serializer
        # It knows the view: neither is to keep the other once this is answered.
        del self.serializer
        serializer.is_valid(raise_exception=True)
        entity = serializer.save()
        headers = {"Location": serializer.address(entity)}
        return Response(self.document_of_saved(serializer, entity), status=201, headers=headers)


class IndividualView(JSONAPIResource, IndividualResource):
    """``GET``, ``PATCH`` and ``DELETE /jsonapi/node/article/{uuid}``, whichever bundle it names."""

    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "DELETE", "PATCH")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET", "DELETE", "PATCH")
    shown: EntityObject

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the entity that the path names; raise NotFound (404)."""
        self.check_resource(request)
        IndividualResource.load(self, request, *args, **kwargs)

    def find(self) -> Any | None:
        """Return the entity with the UUID in the path."""
        return self.entity_type.storage.with_uuid(self.kwargs["uuid"], self.site)

    @cached_property
    def address(self) -> tuple[None, Any]:
        """Return that there is no path for it, and the key of the entity with the UUID."""
        key = self.site.key_of(self.entity_type.id, self.kwargs["uuid"])
        return None, self.entity_type.key_reader.in_json(key)

    def not_there(self) -> NotFound:
        """Return the error (404) for a UUID that no entity has."""
        method = self.request.method or ""
        of_method = "" if method in SAFE_METHODS else f".{method.lower()}"
        return self.resource_type.not_found(route=f"individual{of_method}")

    def sent(self, request: Request) -> RawValues:
        """Return the raw items that were sent; raise what is wrong with the document."""
        serializer = self.get_serializer(data=self.document(request))
        return serializer.read_sent(serializer.initial_data)[1]

    def use(self, entity: Any | None) -> None:
        """Take an entity as the one that the path names; raise NotFound (404) for none.

        Who only looks at it may ask for an older version.
        """
        super().use(entity)
        is_read = self.operation is None
        number = check_version(self.request, self.resource_type) if is_read else None
        self.shown = self.at_version(entity, number)

    def at_version(self, entity: Any, number: int | None) -> EntityObject:
        """Return an entity at one of its versions; raise NotFound (404) for one that it has not."""
        newest = EntityObject(entity, self.entity_type, self.site)
        if number is None or number == newest.version:
            return newest
        bundle = newest.resource_type.bundle
        older = self.entity_type.storage.at_revision(entity, number, bundle)
        if older is None:
            raise no_version(number)
        return EntityObject(older, self.entity_type, self.site, is_latest=False)

    def get_access(self) -> AccessResult:
        """Return whether the account may do to the entity what the method stands for."""
        if self.operation is not None:
            return super().get_access()
        if self.shown.is_latest or not self.shown.view.allowed:
            return allowed_if(self.shown.is_seen, self.shown.refusal)
        rules = self.entity_type.access
        may_see_older = rules.view_revisions(self.account, self.entity)
        return allowed_if(may_see_older, f"{NOT_SEEN} {NO_VERSION}")

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse, with the place in the document that the client would have got."""
        try:
            super().permission_denied(request, message, code)
        except PermissionDenied as refusal:
            if self.operation is not None:
                raise
            via = self.presenter.url(self.shown)
            raise NotAllowed(str(refusal.detail), "/data", via) from None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the resource."""
        (data,) = self.presenter.present([self.shown])
        return Response(self.document_with({"data": data}, [self.shown]))

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what was sent, and answer with the whole resource."""
        serializer = self.get_serializer(self.entity, data=self.document(request))
        serializer.is_valid(raise_exception=True)
        return Response(self.document_of_saved(serializer, serializer.save()))

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the entity with all that belongs to it, and answer with nothing.

        An account is cancelled, which need not be the same.
        """
        self.remove(partial(self.entity_type.storage.cancel, site=self.site))
        return Response(status=204)
