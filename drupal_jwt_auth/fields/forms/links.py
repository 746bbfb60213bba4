"""The form field for links: paths of the site, content by its title, and other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from drupal_jwt_auth.fields.base import Reference
from drupal_jwt_auth.fields.forms.inputs import TextFormField, id_in, with_id
from drupal_jwt_auth.fields.forms.site import FormSite, SiteFormField
from drupal_jwt_auth.fields.keys import shown_key

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field

FRONT = "<front>"
ROUTES = ("<nolink>", "<none>", "<button>")
"""What leads nowhere, under Drupal's names."""

INTERNAL, ROUTE, NODE = "internal:", "route:", "entity:node/"


class LinkInput(forms.TextInput):
    """An input for a link, which suggests content by its title."""

    site: FormSite

    def __init__(self) -> None:
        super().__init__(attrs={"class": "vTextField", "placeholder": "/about, <front>, https://…"})

    @property
    def media(self) -> forms.Media:
        """Return the script for suggestions."""
        return forms.Media(js=["drupal_jwt_auth/references.js"])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with where to ask for titles."""
        url = self.site.suggestions_of("node")
        own = {"data-suggestions": url, "autocomplete": "off"} if url else {}
        return super().get_context(name, value, {**(attrs or {}), **own})


class LinkFormField(SiteFormField, TextFormField):
    """A link as people write it, stored as Drupal does.

    ``/about`` is ``internal:/about``, ``<front>`` is ``internal:/``, ``<nolink>`` is
    ``route:<nolink>``, and ``The title (3)`` is ``entity:node/3``; anything else is a URL.
    """

    site: FormSite

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=True, widget=LinkInput(), **kwargs)

    def use(self, site: FormSite, field: Field) -> None:
        """Show what the links lead to."""
        self.site = self.widget.site = site

    def prepare_value(self, value: Any) -> Any:
        """Return a stored link as people write it."""
        if not isinstance(value, str):
            return value
        if value in {f"{INTERNAL}/", f"{ROUTE}{FRONT}"}:
            return FRONT
        if value.startswith(NODE):
            key = value.removeprefix(NODE)
            target = (
                self.site.describe(Reference("node", shown_key(int(key)))) if _is_id(key) else None
            )
            return value if target is None else with_id(target, key)
        path = value.removeprefix(INTERNAL)
        if path != value and path.startswith(("/", "?", "#")):
            return path
        route = value.removeprefix(ROUTE)
        return route if route in ROUTES else value

    def clean(self, value: Any) -> Any:
        """Return what is stored for a link."""
        text = super().clean(value)
        if text == FRONT:
            return f"{INTERNAL}/"
        if text in ROUTES:
            return f"{ROUTE}{text}"
        if text.startswith(("/", "?", "#")):
            return f"{INTERNAL}{text}"
        key = id_in(text)
        return f"{NODE}{key}" if key and _is_id(key) and "://" not in text else text


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004  fits any database
