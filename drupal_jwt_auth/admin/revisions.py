"""The revisions of a node in the admin: list, show, compare two, revert to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.comparison import FieldText, compare, describe, items_of
from drupal_jwt_auth.admin.entity import EntityAdmin
from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.content.node.revisions import revert
from drupal_jwt_auth.models import Node, Revision


class RevisionPages(EntityAdmin):
    """The pages for the revisions of a node.

    To see revisions is to see the node, and takes ``view all revisions`` or that of its type. To
    revert to one is to change the node and takes ``revert all revisions``, to delete one is to
    delete the node and takes ``delete all revisions``, or those of its type.
    """

    def get_urls(self) -> list[URLPattern]:
        """Return the pages before those of Django, whose last one takes any path."""
        pages = {
            "revisions": "<int:nid>/revisions/",
            "compare": "<int:nid>/revisions/compare/",
            "revision": "<int:nid>/revisions/<int:vid>/",
            "revert": "<int:nid>/revisions/<int:vid>/revert/",
            "delete_revision": "<int:nid>/revisions/<int:vid>/delete/",
        }
        own = [
            self.page(route, getattr(self, f"{name}_view"), name) for name, route in pages.items()
        ]
        return own + super().get_urls()

    # Permissions

    def may_view_revisions(self, request: HttpRequest, node: Node) -> bool:
        """Tell whether somebody may see the revisions of a node."""
        account, access = account_of(request), self.entity_type.access
        return access.view(account, node).allowed and access.view_revisions(account, node)

    def may_revert(self, request: HttpRequest, node: Node) -> bool:
        """Tell whether somebody may revert a node."""
        return self.entity_type.access.revert(account_of(request), node)

    def may_delete_revision(self, request: HttpRequest, node: Node) -> bool:
        """Tell whether somebody may delete older revisions of a node."""
        return self.entity_type.access.delete_revision(account_of(request), node)

    def _node(self, request: HttpRequest, nid: int) -> Node:
        """Return the node; raise Http404, or PermissionDenied where it may not be seen."""
        nodes = Node.objects.select_related("type", "revision")
        node: Node = get_object_or_404(nodes, pk=nid)
        may_write = self.may_revert(request, node) or self.may_delete_revision(request, node)
        if not (may_write or self.may_view_revisions(request, node)):
            raise PermissionDenied
        return node

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the form whether it leads to the revisions."""
        node = context["original"]
        context["may_view_revisions"] = node and self.may_view_revisions(request, node)
        return super().render_change_form(request, context, *args, **kwargs)

    # Pages

    def revisions_view(self, request: HttpRequest, nid: int) -> HttpResponse:
        """List the revisions of a node, the newest first."""
        node = self._node(request, nid)
        revisions = node.revisions.select_related("revision_uid").defer("snapshot")
        shown = revisions.annotate(is_known=Q(snapshot__isnull=False))
        page = self.get_paginator(request, shown, self.list_per_page).get_page(
            request.GET.get("page")
        )
        context = {
            "title": _("Revisions for %(title)s") % {"title": node.title},
            "page": page,
            "may_revert": self.may_revert(request, node),
            "may_delete_revision": self.may_delete_revision(request, node),
        }
        return self._render(request, "revisions", node, context)

    def revision_view(self, request: HttpRequest, nid: int, vid: int) -> HttpResponse:
        """Show what a node was at a revision."""
        node = self._node(request, nid)
        revision = self._revision(node, vid)
        context = {
            "title": _("Revision of %(title)s from %(date)s")
            % {"title": node.title, "date": revision.made_on},
            "revision": revision,
            "fields": describe(node, items_of(node, revision), self.site(request)),
            "may_revert": self.may_revert(request, node) and revision != node.get_revision(),
        }
        return self._render(request, "revision", node, context)

    def compare_view(self, request: HttpRequest, nid: int) -> HttpResponse:
        """Show the fields that differ between the revisions ``old`` and ``new`` of the query."""
        node = self._node(request, nid)
        try:
            numbers = sorted({int(request.GET[name]) for name in ("old", "new")})
        except (KeyError, ValueError):
            raise Http404 from None
        if len(numbers) == 1:
            self.message_user(
                request, _("Select different revisions to compare."), messages.WARNING
            )
            return self._to_list(node)
        old, new = (self._revision(node, number) for number in numbers)
        context = {
            "title": _("Changes to %(title)s") % {"title": node.title},
            "old": old,
            "new": new,
            "differences": self._differences(request, node, old, new),
        }
        return self._render(request, "compare", node, context)

    def revert_view(self, request: HttpRequest, nid: int, vid: int) -> HttpResponse:
        """Ask whether to revert to an older revision, and do so."""
        with self.writing(request, str(nid)):
            node = self._node(request, nid)
            if not self.may_revert(request, node):
                raise PermissionDenied
            revision = self._revision(node, vid)
            if revision == node.get_revision():
                raise Http404
            if request.method == "POST":
                return self._revert(request, node, revision)
        context = {
            "title": _("Are you sure you want to revert to the revision from %(date)s?")
            % {"date": revision.made_on},
            "old": node.get_revision(),
            "new": revision,
            "differences": self._differences(request, node, node.get_revision(), revision),
        }
        return self._render(request, "revert", node, context)

    def delete_revision_view(self, request: HttpRequest, nid: int, vid: int) -> HttpResponse:
        """Ask whether to delete an older revision, and do so."""
        with self.writing(request, str(nid)):
            node = self._node(request, nid)
            if not self.may_delete_revision(request, node):
                raise PermissionDenied
            revision = self._older(node, vid)
            told = {"title": node.title, "date": revision.made_on}
            if request.method == "POST":
                text = _("Revision from %(date)s of %(title)s has been deleted.") % told
                self.log_change(request, node, text)
                revision.delete()
                self.message_user(request, text, messages.SUCCESS)
                return self._to_list(node)
        title = _("Are you sure you want to delete the revision from %(date)s?") % told
        return self._render(request, "delete_revision", node, {"title": title})

    def _older(self, node: Node, vid: int) -> Revision:
        """Return a revision that is not the current one; raise Http404."""
        revision: Revision = get_object_or_404(node.revisions.filter(current_for=None), pk=vid)
        return revision

    def _revert(self, request: HttpRequest, node: Node, revision: Revision) -> HttpResponse:
        revert(node, revision, request.user)
        self.log_change(request, node, node.revision_log or "")
        text = _("%(type)s %(title)s has been reverted to the revision from %(date)s.")
        values = {"type": node.type.name, "title": node.title, "date": revision.made_on}
        self.message_user(request, text % values, messages.SUCCESS)
        return self._to_list(node)

    def _to_list(self, node: Node) -> HttpResponse:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_revisions"
        return HttpResponseRedirect(reverse(name, args=(node.pk,)))

    def _render(
        self, request: HttpRequest, page: str, node: Node, context: Mapping[str, Any]
    ) -> HttpResponse:
        template = f"admin/drupal_jwt_auth/node/{page}.html"
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "node": node,
            "may_list": self.has_view_permission(request),
            "may_see_node": self.has_view_or_change_permission(request, node),
        }
        return TemplateResponse(request, template, {**common, **context})

    def _revision(self, node: Node, vid: int) -> Revision:
        """Return a revision of which is known what the node was; raise Http404."""
        revision: Revision = get_object_or_404(
            node.revisions.select_related("revision_uid"), pk=vid
        )
        if revision.snapshot is None and revision != node.get_revision():
            raise Http404
        return revision

    def _differences(
        self, request: HttpRequest, node: Node, old: Revision, new: Revision
    ) -> list[FieldText]:
        return compare(node, items_of(node, old), items_of(node, new), self.site(request))
