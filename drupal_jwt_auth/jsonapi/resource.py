"""What all views of JSON:API share: the media type, and documents with what is included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.jsonapi.documents import document_of
from drupal_jwt_auth.jsonapi.errors import errors_handler
from drupal_jwt_auth.jsonapi.includes import Includer, include_tree
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE, JSONAPIRenderer
from drupal_jwt_auth.jsonapi.objects import ResourceObject
from drupal_jwt_auth.jsonapi.presenting import Document, Omitted, Presenter
from drupal_jwt_auth.jsonapi.query import read_fields, read_includes, request_link
from drupal_jwt_auth.resources.access import AccessResource


class JSONAPIView(AccessResource):
    """What all views of JSON:API share.

    Schemas of a project (OpenAPI) leave them out: JSON:API has its own description of documents.
    """

    schema = None
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET",)
    content_types = frozenset({MEDIA_TYPE})
    renderer_classes = (JSONAPIRenderer,)
    content_negotiation_class = FixedNegotiation

    def get_exception_handler(self) -> Any:
        """Return the handler that answers with documents of errors."""
        return errors_handler

    @cached_property
    def site(self) -> SiteContext:
        """Return the site as the account sees it."""
        return SiteContext(self.account, get_structure(self.account.stamp), self.request)

    @cached_property
    def presenter(self) -> Presenter:
        """Return what shows resources."""
        return Presenter(self.request, self.site, read_fields(self.request))

    def document_with(
        self,
        members: Mapping[str, Any],
        shown: Sequence[ResourceObject],
        omitted: Omitted | None = None,
        links: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Return a document with what is included from some resources, and where it is.

        ``omitted`` is what was left out of these.
        """
        omitted = omitted or Omitted()
        included = self.included(shown, omitted)
        return document_of(
            **members,
            **({"included": included} if included else {}),
            **omitted.meta,
            links=links or {"self": {"href": request_link(self.request)}},
        )

    def included(self, shown: Sequence[ResourceObject], omitted: Omitted) -> list[Document]:
        """Return what is to be in the same document as some resources; note what is left out.

        The resources themselves are in it already, if they are shown.
        """
        paths = read_includes(self.request)
        types = {each.resource_type.name: each.resource_type for each in shown}
        tree = include_tree(paths, types.values(), self.site.structure)
        found = Includer(self.presenter, omitted).find(shown, tree)
        return self.presenter.present(found)

    def list_of(
        self, objects: Iterable[ResourceObject], links: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """Return a document with those of some resources that the account sees."""
        omitted = Omitted()
        seen = Includer(self.presenter, omitted).seen(objects)
        data = self.presenter.present(seen)
        return self.document_with({"data": data}, seen, omitted, links)
