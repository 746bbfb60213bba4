"""Actions for many rows: above a number they are asked about, and done portion by portion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import model_ngettext
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drupal_jwt_auth.admin.content_list import MAX_DIGITS
from drupal_jwt_auth.admin.locking import LockingAdmin

ASKED_ABOVE = 100
"""How many rows an action is done to at once and unasked."""

PORTION = 200
"""How many rows are dealt with in a request, so that each ends before somebody's server ends it."""

NAMED = 20
"""How many of the rows are named in the question."""

DELETE = "delete_selected"
"""The action that Django has for all models."""

Do = Callable[[QuerySet[Any]], int]
"""Does something to rows; returns to how many it was done."""


class PortionPages(LockingAdmin):
    """Pages whose actions take any number of rows.

    The keys of many go to the browser and back as one value: Django takes no more than some number
    of them. Each portion is a transaction, and a script asks for the next one, with a bar that
    shows how far it is; without scripts that is a button.
    """

    def in_portions(
        self, request: HttpRequest, queryset: QuerySet[Any], action: str, do: Do
    ) -> HttpResponse | None:
        """Do something to the chosen rows, or to the next portion of them.

        Return the page that asks or goes on, and None at the end, as actions do.
        """
        keys = self._sent_keys(request)
        if keys is None:
            keys = [str(key) for key in queryset.values_list("pk", flat=True)]
            if len(keys) > ASKED_ABOVE:
                return self._page(request, action, keys, len(keys), queryset=queryset)
        portion, rest = keys[:PORTION], keys[PORTION:]
        done = _number(request, "done") + do(queryset.filter(pk__in=portion))
        if rest:
            return self._page(request, action, rest, _number(request, "total"), done=done)
        if done:
            self.message_user(request, self.told_of(action, done), messages.SUCCESS)
        return None

    def told_of(self, action: str, count: int) -> str:
        """Return what is said when an action was done to some rows."""
        if action == DELETE:
            values = {"count": count, "items": model_ngettext(self.opts, count)}
            return _("Successfully deleted %(count)d %(items)s.") % values
        text = ngettext(
            "%(action)s was applied to %(count)d item.",
            "%(action)s was applied to %(count)d items.",
            count,
        )
        return text % {"action": self.action_label(action), "count": count}

    def action_label(self, action: str) -> str:
        """Return what an action is called in the list."""
        found: Any = getattr(type(self), action)
        names = {"verbose_name_plural": self.opts.verbose_name_plural}
        return str(found.short_description % names)

    def log_changes(self, request: HttpRequest, rows: QuerySet[Any], action: str) -> None:
        """Write into the history of rows that an action was done to them."""
        user: Any = request.user
        if rows:
            LogEntry.objects.log_actions(
                user_id=user.pk,
                queryset=rows,
                action_flag=CHANGE,
                change_message=self.action_label(action),
            )

    def _sent_keys(self, request: HttpRequest) -> list[str] | None:
        """Return the keys that a page of this kind has sent; raise SuspiciousOperation (400)."""
        if "keys" not in request.POST:
            return None
        keys = request.POST["keys"].split()
        if not all(map(self.may_be_key, keys)):
            raise SuspiciousOperation("Something was chosen that can have no key.")
        return keys

    def _page(
        self,
        request: HttpRequest,
        action: str,
        keys: list[str],
        total: int,
        *,
        done: int | None = None,
        queryset: QuerySet[Any] | None = None,
    ) -> HttpResponse:
        """Return the page that asks whether to do it, or that goes on."""
        context = {
            **self.admin_site.each_context(request),
            "title": self.action_label(action),
            "opts": self.opts,
            "media": self.media,
            "action": action,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            "keys": keys,
            "total": total,
            "dealt_with": total - len(keys),
            "done": done,
            "question": _("%(action)s: %(count)d items. Are you sure?")
            % {"action": self.action_label(action), "count": total},
            "rows": [] if queryset is None else queryset[:NAMED],
            "more": total - NAMED,
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/entity/portions.html", context)


def _number(request: HttpRequest, name: str) -> int:
    """Return a number that the page has counted, 0 for what is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else 0
