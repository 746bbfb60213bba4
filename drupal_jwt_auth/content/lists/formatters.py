"""Formatters: an item of a field as HTML.

Source: the field formatters of Drupal core 10.6, by their ids there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.html import escape
from django.utils.timezone import get_default_timezone

from drupal_jwt_auth.config_schema import read_whole_number
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.lists.labels import KnownLabels, Label, label_of
from drupal_jwt_auth.fields import EntityReferenceType, Field, FieldType, Item, Reference
from drupal_jwt_auth.fields.clocks import in_zone
from drupal_jwt_auth.fields.contact import EmailType, LinkType, TelephoneType
from drupal_jwt_auth.fields.dates import DateRangeType, DateTimeType, is_date
from drupal_jwt_auth.fields.file import FileReferenceType
from drupal_jwt_auth.fields.lists import ChoiceMixin, allowed_values
from drupal_jwt_auth.fields.numbers import BooleanType, DecimalType, FloatType, IntegerType
from drupal_jwt_auth.fields.php_dates import format_date
from drupal_jwt_auth.fields.primitives import is_true, to_text
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.fields.text import TextLongType
from drupal_jwt_auth.fields.timestamps import TimestampType
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import site_url

FALLBACK = "D, m/d/Y - H:i"
"""How dates are shown in a format that there is not."""
NOON = "T12:00:00"
"""The time of day of what has none."""
CUSTOM = "custom"
MAX_SCALE = 10
"""How many digits Drupal shows after the point."""
SITE_SCHEMES = {"internal": "", "base": "/", "entity": "/"}
"""What stands in paths for the schemes of links into the site."""
FLAGS = {
    "yes-no": ("Yes", "No"),
    "true-false": ("True", "False"),
    "on-off": ("On", "Off"),
    "enabled-disabled": ("Enabled", "Disabled"),
    "boolean": ("1", "0"),
    "unicode-yes-no": ("✔", "✖"),
}
# Of more digits than any number that is stored.
_EXACT = Context(prec=1000)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Formatting:
    """How items of a field of an entity are to be shown: settings, formats of dates, the site."""

    field: Field
    settings: Mapping[str, Any]
    date_formats: Mapping[str, str]
    site: SiteContext
    labels: KnownLabels
    entity_type: ContentEntityType
    entity: Any

    @property
    def own(self) -> Label:
        """Return what the entity itself is called, and where it is."""
        return label_of(self.entity_type, self.entity, self.site)

    def text(self, name: str, default: str = "") -> str:
        """Return a setting that is a text."""
        value = self.settings.get(name)
        return value if isinstance(value, str) else default

    def is_set(self, name: str, *, default: bool = False) -> bool:
        """Tell whether a setting is switched on."""
        return is_true(self.settings.get(name, default))

    def zone(self, name: str) -> tzinfo:
        """Return the time zone that a setting names, the site's where it names none."""
        try:
            return ZoneInfo(self.text(name)) if self.text(name) else get_default_timezone()
        except (ValueError, ZoneInfoNotFoundError):
            return get_default_timezone()

    def date_format(self, name: str) -> str:
        """Return PHP's letters for the format that a setting names."""
        known = self.date_formats
        return known.get(self.text(name), known.get("fallback", FALLBACK))


def _string(item: Item, how: Formatting) -> str:
    shown = _lines(item[how.field.type.main_property])
    return _linked(shown, how.own) if how.is_set("link_to_entity") else shown


def _lines(value: Any) -> str:
    text = escape("" if value is None else to_text(value))
    return text.replace("\r\n", "\n").replace("\n", "<br />\n")


def _linked(shown: str, to: Label) -> str:
    """Return HTML as a link to what it stands for, where that has a page."""
    if to.url is None:
        return shown
    return f'<a href="{escape(to.url)}" hreflang="{escape(to.langcode)}">{shown}</a>'


def _integer(item: Item, how: Formatting) -> str:
    return _number(item, how, 0)


def _decimal(item: Item, how: Formatting) -> str:
    scale = read_whole_number(how.settings.get("scale"))
    return _number(item, how, 2 if scale is None else min(max(scale, 0), MAX_SCALE))


def _number(item: Item, how: Formatting, scale: int) -> str:
    try:
        number = Decimal(to_text(item["value"]))
    except InvalidOperation:
        return ""
    rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT)
    whole, _, rest = f"{abs(rounded):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", how.text("thousand_separator"))
    shown = groups + (how.text("decimal_separator", ".") + rest if rest else "")
    shown = escape(f"-{shown}" if rounded < 0 else shown)
    if not how.is_set("prefix_suffix", default=True):
        return shown
    return f"{_affix('prefix', number, how)}{shown}{_affix('suffix', number, how)}"


def _affix(name: str, number: Decimal, how: Formatting) -> str:
    """Return what stands before or after a number: one of two texts, for one or for many."""
    one, _, many = to_text(how.field.settings.get(name) or "").partition("|")
    return escape(one if not many or number == 1 else many)


def _boolean(item: Item, how: Formatting) -> str:
    own = (how.text("format_custom_true"), how.text("format_custom_false"))
    labels = [
        to_text(how.field.settings.get(name) or default)
        for name, default in (("on_label", "On"), ("off_label", "Off"))
    ]
    chosen = how.text("format", "default")
    on, off = own if chosen == CUSTOM else FLAGS.get(chosen, labels)
    return escape(on if is_true(item["value"]) else off)


def _choice(item: Item, how: Formatting) -> str:
    labels = {to_text(value): label for value, label in allowed_values(how.field)}
    value = to_text(item["value"])
    return escape(labels.get(value, value))


def _key(item: Item, how: Formatting) -> str:
    return escape(to_text(item["value"]))


def _processed(item: Item, how: Formatting) -> str:
    return how.site.process(item["value"] or "", item["format"])


def _label(item: Item, how: Formatting) -> str:
    label = how.labels.label(_reference(item, how))
    if label is None:
        return ""
    shown = escape(label.text)
    return _linked(shown, label) if how.is_set("link", default=True) else shown


def _id(item: Item, how: Formatting) -> str:
    reference = _reference(item, how)
    return escape(to_text(reference.key)) if how.labels.is_seen(reference) else ""


def _reference(item: Item, how: Formatting) -> Reference:
    found = how.field.type.reference(item, how.field)
    return found or Reference("", None)


def _file_path(item: Item, how: Formatting) -> str:
    target = how.site.target(_reference(item, how))
    url = "" if target is None else target.url or ""
    request = how.site.request
    return escape(url if request is None else url.removeprefix(site_url(request)))


def _own_name(item: Item, how: Formatting) -> str:
    shown = escape(how.own.text)
    return _linked(shown, how.own) if how.is_set("link_to_entity", default=True) else shown


def _timestamp(item: Item, how: Formatting) -> str:
    try:
        moment = in_zone(_EPOCH + timedelta(seconds=item["value"]), how.zone("timezone"))
    except OverflowError:
        return ""  # No clock shows it.
    is_custom = how.text("date_format") == CUSTOM
    letters = how.text("custom_date_format") if is_custom else how.date_format("date_format")
    return _time(moment.isoformat(), format_date(moment, letters))


def _time(value: str, shown: str) -> str:
    return f'<time datetime="{value}">{escape(shown)}</time>\n'


def _date(item: Item, how: Formatting) -> str:
    return _shown_date(item["value"], how)


def _date_range(item: Item, how: Formatting) -> str:
    ends = list(dict.fromkeys((item["value"], item["end_value"] or item["value"])))
    separator = f" {escape(how.text('separator', '-'))} "
    return separator.join(_shown_date(end, how) for end in ends)


def _shown_date(stored: str, how: Formatting) -> str:
    own = is_date(how.field)
    moment = datetime.fromisoformat(stored + NOON if own else stored)
    moment = moment.replace(tzinfo=timezone.utc)
    value = f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    zone = timezone.utc if own else how.zone("timezone_override")
    is_custom = how.text("date_format") != ""
    letters = how.text("date_format") if is_custom else how.date_format("format_type")
    return _time(value, format_date(in_zone(moment, zone), letters))


def _plain_date(item: Item, how: Formatting) -> str:
    moment = datetime.fromisoformat(item["value"]).replace(tzinfo=timezone.utc)
    if is_date(how.field):
        return str(item["value"])
    zone = how.zone("timezone_override")
    return in_zone(moment, zone).replace(tzinfo=None).isoformat()


def _link(item: Item, how: Formatting) -> str:
    url = _url_of_link(item["uri"], how)
    title = url if how.is_set("url_only") else item["title"] or url
    length = to_text(how.settings.get("trim_length") or "")
    if length.isdecimal() and len(title) > int(length):
        title = f"{title[: max(int(length) - 1, 0)]}…"
    if how.is_set("url_only") and how.is_set("url_plain"):
        return escape(title)
    more = "".join(
        f' {name}="{escape(how.text(name))}"'
        for name in ("rel", "target")
        if how.text(name) not in ("", "0")
    )
    return f'<a href="{escape(url)}"{more}>{escape(title)}</a>'


def _url_of_link(uri: str, how: Formatting) -> str:
    scheme = urlsplit(uri).scheme
    if scheme not in SITE_SCHEMES:
        return uri
    path = SITE_SCHEMES[scheme] + uri.partition(":")[2]
    return site_root(how.site.request) + path.removeprefix("/") if path.startswith("/") else path


def _email(item: Item, how: Formatting) -> str:
    shown = escape(to_text(item["value"]))
    return f'<a href="mailto:{shown}">{shown}</a>'


def _telephone(item: Item, how: Formatting) -> str:
    text = to_text(item["value"])
    return f'<a href="tel:{escape("".join(text.split()))}">{escape(text)}</a>'


Show = Callable[[Item, Formatting], str]


class Formatter(NamedTuple):
    """What shows an item, of fields of which types."""

    show: Show
    types: tuple[type[FieldType], ...]


_DATES = (DateTimeType,)
_RANGES = (DateRangeType,)
_REFERENCES = (EntityReferenceType,)

FORMATTERS: Mapping[str, Formatter] = {
    "string": Formatter(_string, (StringType,)),
    "basic_string": Formatter(_string, (StringType,)),
    "user_name": Formatter(_own_name, (StringType,)),
    "number_integer": Formatter(_integer, (IntegerType,)),
    "number_decimal": Formatter(_decimal, (DecimalType, FloatType)),
    "number_unformatted": Formatter(_string, (IntegerType, DecimalType, FloatType)),
    "boolean": Formatter(_boolean, (BooleanType,)),
    "list_default": Formatter(_choice, (ChoiceMixin,)),
    "list_key": Formatter(_key, (ChoiceMixin,)),
    "text_default": Formatter(_processed, (TextLongType,)),
    "entity_reference_label": Formatter(_label, _REFERENCES),
    "entity_reference_entity_id": Formatter(_id, _REFERENCES),
    "image_url": Formatter(_file_path, (FileReferenceType,)),
    "file_url_plain": Formatter(_file_path, (FileReferenceType,)),
    "timestamp": Formatter(_timestamp, (TimestampType,)),
    "datetime_default": Formatter(_date, _DATES),
    "datetime_custom": Formatter(_date, _DATES),
    "datetime_plain": Formatter(_plain_date, _DATES),
    "daterange_default": Formatter(_date_range, _RANGES),
    "daterange_custom": Formatter(_date_range, _RANGES),
    "link": Formatter(_link, (LinkType,)),
    "email_mailto": Formatter(_email, (EmailType,)),
    "telephone_link": Formatter(_telephone, (TelephoneType,)),
}

DEFAULTS: tuple[tuple[type[FieldType], str], ...] = (
    (ChoiceMixin, "list_default"),
    (DateRangeType, "daterange_default"),
    (DateTimeType, "datetime_default"),
    (FileReferenceType, "file_url_plain"),
    (EntityReferenceType, "entity_reference_label"),
    (BooleanType, "boolean"),
    (IntegerType, "number_integer"),
    (DecimalType, "number_decimal"),
    (FloatType, "number_decimal"),
    (TextLongType, "text_default"),
    (TimestampType, "timestamp"),
    (LinkType, "link"),
    (StringType, "string"),
)
"""What shows fields of a type where nothing else is said: the first one that fits."""


def formatter_of(field: Field, name: str | None) -> Formatter | None:
    """Return what shows the items of a field, None where it cannot show such fields."""
    if name is None:
        name = next((each for of, each in DEFAULTS if isinstance(field.type, of)), None)
    found = FORMATTERS.get(name or "")
    return found if found is not None and isinstance(field.type, found.types) else None
