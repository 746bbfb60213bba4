"""Resources of JSON:API: collections, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar, NoReturn

from django.db.models import Q
from rest_framework.exceptions import MethodNotAllowed, NotFound, ParseError, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.access import ALLOWED, AccessResult
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import no_route, site_url
from drupal_jwt_auth.jsonapi.documents import document_of
from drupal_jwt_auth.jsonapi.errors import errors_handler
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed
from drupal_jwt_auth.jsonapi.filters import Filter
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE, JSONAPIRenderer
from drupal_jwt_auth.jsonapi.query import (
    base_of,
    check_query,
    page_links,
    read_fields,
    read_page,
    request_link,
)
from drupal_jwt_auth.jsonapi.resource_type import ResourceType
from drupal_jwt_auth.jsonapi.serializers import ResourceSerializer
from drupal_jwt_auth.resources.access import WritingResource
from drupal_jwt_auth.resources.individual import IndividualResource

CURRENT_VERSIONS = frozenset({"rel:latest-version", "rel:working-copy"})
"""What names the current revision, besides its number."""


class JSONAPIResource(WritingResource):
    """What the views of all resources share: the media type, the query, the resource type.

    Schemas of a project (OpenAPI) leave them out: JSON:API has its own description of documents.
    """

    schema = None
    content_types = frozenset({MEDIA_TYPE})
    renderer_classes = (JSONAPIRenderer,)
    content_negotiation_class = FixedNegotiation
    serializer_class: ClassVar[type[ResourceSerializer]] = ResourceSerializer

    def get_exception_handler(self) -> Any:
        """Return the handler that answers with documents of errors."""
        return errors_handler

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.kwargs["entity_type"])

    @cached_property
    def resource_type(self) -> ResourceType:
        """Return the resource type that the path names; raise NotFound (404)."""
        bundles = get_structure(self.account.stamp).bundles_of(self.entity_type)
        bundle = bundles.get(self.kwargs["bundle"])
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
        # What is no resource is not found, whatever is asked of it.
        if request.method not in SAFE_METHODS and self.resource_type and self.is_read_only:
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
        structure = get_structure(self.account.stamp)
        return structure.setting("jsonapi.settings", "read_only", default=False)

    def check_resource(self, request: Request) -> None:
        """Raise NotFound (404) for an unknown resource type, and for a wrong query what it says."""
        check_query(request)
        vars(self)["resource_type"] = self.resource_type

    def document(self, request: Request) -> Any:
        """Return the document; raise ParseError (400)."""
        if request.stream is None:
            raise ParseError("Empty request body.")
        return request.data


class CollectionView(JSONAPIResource):
    """``GET`` and ``POST /jsonapi/node/article``: the resources of a type, and a new one."""

    methods = ("GET", "HEAD", "POST")
    methods_of_options = ("GET", "POST")
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
        """Answer with a page of what the account may see, in the order of the ids."""
        if any(base_of(name) == "sort" for name in request.GET):
            raise ParseError("Resources cannot be sorted yet: they come in the order of their ids.")
        serializer = self.get_serializer()
        page = read_page(request)
        condition = self.entity_type.access.visible_to(self.account)
        condition &= Filter(self.resource_type, serializer.site).condition(request)
        column = self.entity_type.bundle_column
        if column is not None:
            condition &= Q(**{column.attname: self.resource_type.bundle.id})
        found = self.entity_type.storage.query().filter(condition).order_by("pk")
        entities = list(found[page.offset : page.offset + page.limit + 1])
        resources = serializer.resources(entities[: page.limit], may_view=True)
        links = page_links(request, page, is_last=len(entities) <= page.limit)
        return Response(document_of(data=resources, links=links))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save the entity, and answer 201 with where it is, and all of it."""
        serializer = self.serializer
        # It knows the view: neither is to keep the other once this is answered.
        del self.serializer
        serializer.is_valid(raise_exception=True)
        entity = serializer.save()
        document = document_of(
            data=serializer.to_representation(entity),
            links={"self": {"href": request_link(request)}},
        )
        location = "".join(serializer.address(entity))
        return Response(document, status=201, headers={"Location": location})


class IndividualView(JSONAPIResource, IndividualResource):
    """``GET``, ``PATCH`` and ``DELETE /jsonapi/node/article/{uuid}``, whichever bundle it names."""

    methods = ("GET", "HEAD", "DELETE", "PATCH")
    methods_of_options = ("GET", "DELETE", "PATCH")

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the entity that the path names; raise NotFound (404)."""
        self.check_resource(request)
        IndividualResource.load(self, request, *args, **kwargs)

    def find(self) -> Any | None:
        """Return the entity with the UUID in the path."""
        return self.entity_type.storage.with_uuid(self.kwargs["uuid"])

    @cached_property
    def address(self) -> tuple[None, Any]:
        """Return that there is no path for it, and the key of the entity with the UUID."""
        site = SiteContext(self.account, get_structure(self.account.stamp))
        key = site.key_of(self.entity_type.id, self.kwargs["uuid"])
        return None, self.entity_type.key_reader.in_json(key)

    def not_there(self) -> NotFound:
        """Return the error (404) for a UUID that no entity has."""
        method = self.request.method or ""
        of_method = "" if method in SAFE_METHODS else f".{method.lower()}"
        return NotFound(
            'The "entity" parameter was not converted for the path '
            f'"/{self.resource_type.path}/{{entity}}" '
            f'(route name: "jsonapi.{self.resource_type.name}.individual{of_method}")'
        )

    def sent(self, request: Request) -> RawValues:
        """Return the raw items that were sent; raise what is wrong with the document."""
        serializer = self.get_serializer(data=self.document(request))
        return serializer.read_sent(serializer.initial_data)[1]

    def get_access(self) -> AccessResult:
        """Return whether the account may do to the entity what the method stands for."""
        access = super().get_access()
        if self.operation is not None:
            return access
        text = "The current user is not allowed to GET the selected resource."
        return access._replace(reason=f"{text} {access.reason}".rstrip())

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse, with the place in the document that the client would have got."""
        try:
            super().permission_denied(request, message, code)
        except PermissionDenied as refusal:
            if self.operation is not None:
                raise
            raise NotAllowed(str(refusal.detail), "/data") from None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the resource."""
        serializer = self.get_serializer()
        wanted = request.GET.get("resourceVersion")
        current = {f"id:{serializer.revision(self.entity)}", *CURRENT_VERSIONS}
        if wanted is not None and wanted not in current:
            raise ParseError("Of a resource only the current version can be asked for yet.")
        (resource,) = serializer.resources([self.entity], may_view=True)
        links = {"self": {"href": request_link(request)}}
        return Response(document_of(data=resource, links=links))

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what was sent, and answer with the whole resource."""
        serializer = self.get_serializer(self.entity, data=self.document(request))
        serializer.is_valid(raise_exception=True)
        serializer.save()
        links = {"self": {"href": request_link(request)}}
        return Response(document_of(data=serializer.data, links=links))

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the entity with all that belongs to it, and answer with nothing."""
        self.remove()
        return Response(status=204)
