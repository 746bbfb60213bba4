"""Paths as visitors of a site have them: what is there, and where it is as a resource.

Source: Drupal's module decoupled_router 2.0, which front ends ask by which page to show.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from rest_framework.exceptions import APIException, NotFound, ParseError, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import AccessResult, allowed_if_has_permission
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import SITE
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import site_url
from drupal_jwt_auth.jsonapi.objects import EntityObject
from drupal_jwt_auth.jsonapi.resource_type import ROOT, is_served
from drupal_jwt_auth.models.path_alias import source_of
from drupal_jwt_auth.resources.access import AccessResource
from drupal_jwt_auth.text.php import escape

NO_PATH = (
    "Unable to translate empty path. Please send a ?path query string parameter with your request."
)
NOT_FOUND = "None of the available methods were able to find a match for this path."
NO_ACCESS = "Access denied for entity."
AUTHENTICATE = (
    "This user does not have access to view the resolved entity. Please authenticate and try again."
)
DEPRECATED = (
    "This property has been deprecated and will be removed in the next version of Decoupled "
    "Router. Use basePath instead."
)

Found = tuple[ContentEntityType, Any]
"""A type, and the key of what may be an entity of it."""


class PathTranslationView(AccessResource):
    """``GET /router/translate-path?path=/about``: what is at a path, be it an alias.

    Found is what is served by JSON:API. The front page is ``page.front`` of the imported site.
    """

    schema = None
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET",)

    @cached_property
    def site(self) -> SiteContext:
        """Return the site as the account sees it."""
        return SiteContext(self.account, get_structure(self.account.stamp), self.request)

    def get_access(self) -> AccessResult:
        """Return whether the account may see published content."""
        return allowed_if_has_permission(self.account, "access content")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with what is there; raise NotFound (404), ParseError (400)."""
        path = self.path
        found = self.find(path)
        shown = None if found is None else self.shown(*found)
        if found is None or shown is None:
            return self.refusal(NotFound, f"Unable to resolve path {escape(path)}.", NOT_FOUND)
        if not shown.view.allowed:
            return self.refusal(PermissionDenied, NO_ACCESS, AUTHENTICATE)
        return Response(self.translation(shown, is_home=found == self.find(self.front_page)))

    def refusal(self, kind: type[APIException], message: str, details: str) -> Response:
        """Return the answer that the module has, which says more than an exception can."""
        self.audited_error = kind.default_code
        return Response({"message": message, "details": details}, status=kind.status_code)

    @property
    def path(self) -> str:
        """Return the path that is asked for."""
        if any(name.startswith("path[") for name in self.request.GET):
            raise ParseError('Input value "path" contains a non-scalar value.')
        path = self.request.GET.get("path")
        if path in (None, "", "0"):
            raise NotFound(NO_PATH)
        return f"/{path.lstrip('/')}"

    @property
    def front_page(self) -> str:
        """Return the path of what the site shows at its root."""
        return self.site.structure.setting(SITE, "page.front", default="")

    def find(self, path: str) -> Found | None:
        """Return what may be at a path; query and fragment of it say nothing of that.

        It may be percent-encoded once more: front ends send the segments of their own URLs.
        """
        below = path.partition("?")[0].partition("#")[0].removeprefix(site_root()).strip("/")
        there = f"/{unquote_plus(below)}" if below else self.front_page
        return ENTITY_TYPES.at(source_of(there) or there) if there else None

    def shown(self, entity_type: ContentEntityType, key: Any) -> EntityObject | None:
        """Return the entity with a key, None where there is none, or where it is no resource."""
        entity = entity_type.storage.at(None, key) if is_served(entity_type) else None
        if entity is None:
            return None
        shown = EntityObject(entity, entity_type, self.site)
        return shown if shown.resource_type.naming.is_served else None

    def translation(self, shown: EntityObject, *, is_home: bool) -> dict[str, Any]:
        """Return what is told of an entity."""
        site, root = site_url(self.request), site_root(self.request)
        storage = shown.entity_type.storage
        url = f"{site}{storage.path_of(shown.entity, root)}"
        base_path = f"{root}{ROOT}"
        return {
            "resolved": url,
            "isExternal": False,
            "isHomePath": is_home,
            "entity": {
                "canonical": url,
                "type": shown.entity_type.id,
                "bundle": shown.entity_type.bundle_of(shown.entity),
                "id": str(shown.entity.pk),
                "uuid": shown.uuid,
                "langcode": storage.langcode_of(shown.entity),
            },
            **({"label": shown.label} if shown.view_label.allowed else {}),
            "jsonapi": {
                "individual": f"{site}{root}{shown.path}",
                "resourceName": shown.resource_type.name,
                "pathPrefix": base_path.strip("/"),
                "basePath": base_path,
                "entryPoint": f"{site}{base_path}",
            },
            "meta": {"deprecated": {"jsonapi.pathPrefix": DEPRECATED}},
        }
