"""The entry point: where all collections are, and who asks."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import ALLOWED, AccessResult
from drupal_jwt_auth.content.entity.accounts import ACCOUNT
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.jsonapi.documents import document_of
from drupal_jwt_auth.jsonapi.query import check_query
from drupal_jwt_auth.jsonapi.resource import JSONAPIView
from drupal_jwt_auth.jsonapi.resource_type import ROOT, all_types, types_of


class EntryPointView(JSONAPIView):
    """``GET /jsonapi``: the addresses of all collections, and that of who asks."""

    def get_access(self) -> AccessResult:
        """Return that anybody may ask: what they may not see is left out."""
        return ALLOWED

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise ParseError (400) for a wrong query."""
        check_query(request)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the links."""
        links = {
            each.name: {"href": self.presenter.base + each.path}
            for each in all_types(self.site.structure)
        }
        links["self"] = {"href": f"{self.presenter.base}{ROOT}"}
        me = {} if self.account.user is None else self.me()
        meta = {"meta": {"links": {"me": me}}} if me else {}
        return Response(document_of(data=[], **meta, links=dict(sorted(links.items()))))

    def me(self) -> dict[str, Any]:
        """Return the link to the account that asks; none where accounts are not served."""
        uuid = self.account.uuid
        for each in types_of(ENTITY_TYPES.get(ACCOUNT), self.site.structure):
            return {"meta": {"id": uuid}, "href": f"{self.presenter.base}{each.path}/{uuid}"}
        return {}
