"""Ways to reach somebody: e-mail addresses, telephone numbers, URIs, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.base import (
    GENERAL,
    NOT_A_PRIMITIVE,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import TextFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.links import LinkFormField
from drupal_jwt_auth.fields.primitives import is_scalar, is_storable, to_text
from drupal_jwt_auth.fields.settings import ChoiceSetting, unasked
from drupal_jwt_auth.fields.string import TOO_LONG_IN_FORM, StringType, text_faults
from drupal_jwt_auth.text.filters.protocols import PROTOCOLS
from drupal_jwt_auth.wording import Wording

EMAIL_MAX_LENGTH = 254
EMAIL_USER_MAX_LENGTH = 64
"""Of the part before the at sign, in bytes."""
TELEPHONE_MAX_LENGTH = 256
LINK_TEXT_MAX_LENGTH = 255

EMAIL_TOO_LONG = Wording(
    "{label}: the email address can not be longer than {max_length} characters.", TOO_LONG_IN_FORM
)
NOT_AN_ADDRESS = Wording(
    "This value is not a valid email address.", _("Enter a valid email address.")
)
NUMBER_TOO_LONG = Wording(
    "{label}: the telephone number may not be longer than {max_length} characters.",
    TOO_LONG_IN_FORM,
)
NOT_A_URI = Wording(NOT_A_PRIMITIVE, _("Enter a valid URL."))
NOT_A_LINK = Wording("The path '{uri}' is invalid.", _("“{uri}” is no link that is taken here."))
NOT_TO_FOLLOW = Wording(
    "The path '{uri}' is inaccessible.",
    _("There is nothing at “{uri}” that you may see."),
)
TO_SITE, TO_OTHERS = 1, 16

_ATOM = r"[^\x00-\x20\x7f()<>@,;:\\\".\[\]\s]+"
_USER = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SITE_SCHEMES = {
    "base": re.compile("."),
    "entity": re.compile("[^/]+/[^/]"),
    "internal": re.compile("[/?#]"),
    "route": re.compile("."),
}
"""How the rest of a URI that points into the site begins."""

_SCHEMES = frozenset((*_SITE_SCHEMES, *PROTOCOLS))


def is_email_address(text: str) -> bool:
    """Tell whether a text is an address of RFC 5322 or RFC 6531 as addresses are in use.

    Drupal refuses what is allowed and not in use, too: quoted parts and comments, IP addresses, and
    domains without a dot.
    """
    user, _, domain = text.rpartition("@")
    return (
        _USER.fullmatch(user) is not None
        and _DOMAIN.fullmatch(domain) is not None
        and len(user.encode()) <= EMAIL_USER_MAX_LENGTH
        and len(text.encode()) <= EMAIL_MAX_LENGTH
    )


class EmailType(StringType):
    """An e-mail address."""

    id = "email"
    label = _("Email")
    category = GENERAL
    description = _("An e-mail address.")
    settings = unasked(StringType.settings)
    widget = forms.EmailInput(attrs={"class": "vTextField"})

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no address."""
        value = item["value"]
        if not is_scalar(value):
            yield "value", NOT_A_PRIMITIVE
            return
        text = to_text(value)
        if len(text) > EMAIL_MAX_LENGTH:
            yield "value", EMAIL_TOO_LONG.fill(label=field.label, max_length=EMAIL_MAX_LENGTH)
        if not is_email_address(text):
            yield "value", NOT_AN_ADDRESS


class TelephoneType(StringType):
    """A telephone number, as any text."""

    id = "telephone"
    label = _("Telephone number")
    category = GENERAL
    description = _("A telephone number.")
    settings = unasked(StringType.settings)
    module = "telephone"
    widget = forms.TelInput(attrs={"class": "vTextField"})

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is too long."""
        value = item["value"]
        if not is_scalar(value):
            yield "value", NOT_A_PRIMITIVE
        elif len(to_text(value)) > TELEPHONE_MAX_LENGTH:
            limit = TELEPHONE_MAX_LENGTH
            yield "value", NUMBER_TOO_LONG.fill(label=field.label, max_length=limit)


def is_uri(value: Any) -> bool:
    """Tell whether a value is a text with a scheme."""
    return isinstance(value, str) and _SCHEME.match(value) is not None


class UriType(StringType):
    """A URI; it must have a scheme."""

    id = "uri"
    label = _("URI")
    category = GENERAL
    description = _("An address that is not followed, with its scheme.")
    widget = forms.URLInput(attrs={"class": "vTextField"})

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what has no scheme, and what is too long."""
        if is_uri(item["value"]):
            yield from super().validate(item, field, context)
        else:
            yield "value", NOT_A_URI


class LinkType(FieldType):
    """A URI with a text to show for it, and options.

    The setting ``link_type`` is 17 for any link, 16 for those to other sites, 1 for those to
    this one.
    """

    id = "link"
    module = "link"
    properties = ("uri", "title", "options")
    main_property = "uri"
    label = _("Link")
    description = _("The address of a page, of this site or of another one.")
    settings = {
        "link_type": ChoiceSetting(
            label=_("Allowed link type"),
            default=TO_SITE | TO_OTHERS,
            choices=(
                (TO_SITE, _("Internal links only")),
                (TO_OTHERS, _("External links only")),
                (TO_SITE | TO_OTHERS, _("Both internal and external links")),
            ),
        )
    }

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no URI."""
        return item.get("uri") in (None, "")

    def validate_references(
        self, items: Sequence[Item], field: Field, context: Context
    ) -> Iterator[tuple[int, str]]:
        """Let the context find out at once where the links may lead; `validate` tells of each."""
        context.look_up_links(item["uri"] for item in items if is_uri(item.get("uri")))
        yield from super().validate_references(items, field, context)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no URI, of the wrong kind, and what the account may not see."""
        uri = item["uri"]
        if not is_uri(uri):
            text = to_text(uri) if is_scalar(uri) else ""
            yield None, NOT_A_LINK.fill(uri=text)
            yield "uri", NOT_A_PRIMITIVE
        elif not self._of_wanted_kind(uri, field):
            yield None, NOT_A_LINK.fill(uri=uri)
        elif not context.may_follow(uri):
            yield None, NOT_TO_FOLLOW.fill(uri=uri)
        yield from text_faults(item, "title", LINK_TEXT_MAX_LENGTH, field)
        options = item.get("options")
        if not (isinstance(options, dict | list | None) and is_storable(options)):
            yield "options", NOT_A_PRIMITIVE

    def _of_wanted_kind(self, uri: str, field: Field) -> bool:
        scheme, _, rest = uri.partition(":")
        to_site = _SITE_SCHEMES.get(scheme.lower())
        wanted = TO_SITE if to_site else TO_OTHERS
        return (
            scheme.lower() in _SCHEMES
            and bool(to_site.match(rest) if to_site else rest.strip("/"))
            and bool(self.setting(field, "link_type", TO_SITE | TO_OTHERS) & wanted)
        )

    def cast(self, item: Item, field: Field) -> Item:
        """Store the URI, its text or None, its options or none."""
        title = item.get("title")
        return {
            "uri": item["uri"],
            "title": None if title is None else to_text(title),
            "options": item.get("options") or [],
        }

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for the URI and one for its text; the options are kept."""
        title = TextFormField(
            label=_("Link text"),
            empty_value=None,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )
        uri = LinkFormField(label=_("URL"))
        return ItemsFormField(field, {"uri": uri, "title": title}, **kwargs)
