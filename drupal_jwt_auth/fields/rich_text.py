"""The editor for texts in HTML, for projects that ask for it: what it may make, and its script.

Tiptap edits, of which django-prose-editor brings a module that browsers can load as it is; nothing
of that package is imported here. The script finds a select box of formats, and the textarea that
belongs to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.forms.widgets import Script
from django.templatetags.static import static
from django.utils.translation import gettext as _

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.widgets import OpenSelect
from drupal_jwt_auth.text import TextFormat

EDITOR = "django_prose_editor"
"""The app that has the editor's files."""

NEEDED = ("p", "br")
"""What the editor makes whatever one does: as Drupal's own, it is for formats that allow these."""

Restriction = dict[str, dict[str, list[str] | None]]
"""By tags and names of attributes the values that are allowed, None for any.

Of names and values, what ends with a star stands for all that begin so.
"""


def is_on() -> bool:
    """Tell whether the project asks for the editor, and has it."""
    return app_settings.RICH_TEXT and apps.is_installed(EDITOR)


def editable(formats: Sequence[TextFormat]) -> dict[str, list[Restriction]]:
    """Return the formats whose texts can be edited, with all that restricts the HTML in them."""
    found = {each.format: each.restrictions() for each in formats}
    return {
        name: [{tag: rules.listed() for tag, rules in each.items()} for each in restrictions]
        for name, restrictions in found.items()
        if restrictions is not None and all(tag in each for each in restrictions for tag in NEEDED)
    }


class FormatSelect(OpenSelect):
    """A select box of text formats, which says what can be edited in which."""

    formats: Sequence[TextFormat] = ()

    @property
    def media(self) -> forms.Media:
        """Return the script and the styles of the editor, where there is one."""
        if not is_on():
            return forms.Media()
        styles = (f"{EDITOR}/material-icons.css", "drupal_jwt_auth/rich-text.css")
        scripts: Any = [editor_script()]
        return forms.Media(css={"all": styles}, js=scripts)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with the formats that can be edited."""
        if is_on():
            attrs = {**(attrs or {}), "data-rich-text": json.dumps(editable(self.formats))}
        return super().get_context(name, value, attrs)


def editor_script() -> Script:
    """Return the script, which knows where the editor is, and what its buttons are called."""
    modules = {
        "data-editor": static(f"{EDITOR}/editor.js"),
        "data-markup": static("drupal_jwt_auth/rich-text-markup.js"),
    }
    words = json.dumps(_words(), ensure_ascii=False)
    return Script("drupal_jwt_auth/rich-text.js", **modules, **{"data-words": words})


def _words() -> Mapping[str, str]:
    return {
        "toolbar": _("Text formatting"),
        "block": _("Kind of paragraph"),
        "paragraph": _("Paragraph"),
        "heading": _("Heading %(level)s"),
        "codeBlock": _("Preformatted"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "underline": _("Underlined"),
        "strike": _("Struck through"),
        "code": _("Code"),
        "subscript": _("Subscript"),
        "superscript": _("Superscript"),
        "link": _("Link"),
        "address": _("Address"),
        "apply": _("Apply"),
        "cancel": _("Cancel"),
        "bulletList": _("Bulleted list"),
        "orderedList": _("Numbered list"),
        "blockquote": _("Quotation"),
        "horizontalRule": _("Horizontal line"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "source": _("Source"),
        "kept": _(
            "This text has markup that the editor would lose or change, so it is shown as source."
        ),
    }
