"""Files and images: references to files, ``{"target_id": 1, "target_type": "file", ...}``.

The settings say which files a field takes, as in Drupal: ``file_extensions`` and ``max_filesize``
whoever asks, the texts and the size of an image (``alt_field_required``, ``min_resolution``) where
people choose one in a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import IO, Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import is_set, read_text
from drupal_jwt_auth.fields.base import FILE, Context, Faults, Field, Item, Target
from drupal_jwt_auth.fields.contact import UriType
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.forms.inputs import FileFormField, TextFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.site import FormSite, ItemError
from drupal_jwt_auth.fields.primitives import is_true, to_integer, to_text
from drupal_jwt_auth.fields.settings import (
    ChoiceSetting,
    FlagSetting,
    Setting,
    TextSetting,
    as_is,
    unasked,
)
from drupal_jwt_auth.files.images import IMAGE_EXTENSIONS, is_image
from drupal_jwt_auth.files.storage import name_of, site_storage
from drupal_jwt_auth.wording import Wording

SIZE = ("width", "height")
IMAGE_TEXTS = {"alt": True, "title": False}
"""The texts of an image, and whether they are required of one where a field does not say."""

IMAGES = "png gif jpg jpeg webp"
AS_PIXELS = _("Width and height in pixels, such as 640x480. Nothing for any.")

DEFAULT_DIRECTORY = "[date:custom:Y]-[date:custom:m]"

NO_ACCESS = Wording(
    "You do not have access to the referenced entity (file: {key}).",
    _("You may not use this file."),
)
TOO_LARGE = Wording(
    "The file is {size} exceeding the maximum file size of {limit}.",
    _("The file is {size} exceeding the maximum file size of {limit}."),
)
OTHER_EXTENSIONS = Wording(
    "Only files with the following extensions are allowed: {extensions}.",
    _("Only files with the following extensions are allowed: {extensions}."),
)

KILO = 1024
UNITS = ("KB", "MB", "GB", "TB", "PB", "EB")

_BYTES = re.compile(
    r"\s*(\d{1,15}(?:\.\d{1,15})?)\s*([kmgtpe]?)(?:i?b|bytes?)?\s*", re.I | re.ASCII
)
_RESOLUTION = re.compile(r"\s*(\d{1,9})\s*x\s*(\d{1,9})\s*", re.I | re.ASCII)


class FileFacts(NamedTuple):
    """What is known of a file: its name, its bytes, and the pixels of an image if they are.

    A file that is not permanent has never been in use.
    """

    name: str
    bytes: int
    width: int | None = None
    height: int | None = None
    permanent: bool = True


class FileTarget(Target):
    """A file that is referenced, with what is known of it.

    One that is ``private`` is for who may see what refers to it.
    """

    facts: FileFacts
    private: bool

    @classmethod
    def of(
        cls, uuid: str, url: str, facts: FileFacts, *, published: bool, private: bool = False
    ) -> FileTarget:
        """Return the target that a file is."""
        target = cls(uuid, url, published=published)
        target.facts = facts
        target.private = private
        return target


def read_bytes(text: Any) -> int | None:
    """Return the number of bytes that a text such as "2 MB" stands for, None for no such text."""
    match = _BYTES.fullmatch(str(text))
    if match is None:
        return None
    power = " kmgtpe".index(match[2].lower() or " ")
    return int((Decimal(match[1]) * KILO**power).to_integral_value(ROUND_HALF_UP))


def show_bytes(number: int) -> str:
    """Return a number of bytes as Drupal tells it: "1 byte", "512 bytes", "1.95 KB"."""
    if number < KILO:
        return "1 byte" if number == 1 else f"{number} bytes"
    # In whole hundredths, half of one rounded up: a client may say any number, however long.
    units = [KILO**power for power in range(1, len(UNITS) + 1)]
    sizes = [(200 * number + unit) // (2 * unit) for unit in units]
    fitting = (each for each in zip(sizes, UNITS, strict=True) if each[0] < 100 * KILO)
    size, unit = next(fitting, (sizes[-1], UNITS[-1]))
    whole, rest = divmod(size, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + f" {unit}"


def read_resolution(text: Any) -> tuple[int, int] | None:
    """Return width and height for a text such as "640x480", None for no such text."""
    match = _RESOLUTION.fullmatch(str(text))
    return (int(match[1]), int(match[2])) if match else None


def only_with_extensions(extensions: Sequence[str]) -> Wording:
    """Return what is said of a file with another extension than these."""
    return OTHER_EXTENSIONS.fill(extensions=" ".join(extensions))


def _extensions(default: str) -> Setting:
    return TextSetting(
        label=_("Allowed file extensions"),
        help_text=_("With spaces between, such as “pdf odt”. Nothing for any file."),
        default=default,
    )


class FileReferenceType(EntityReferenceType):
    """A reference to a file that has one of the extensions and is no larger than the field says."""

    default_target_type = "file"
    default_extensions: ClassVar[str]
    category = FILE
    has_default = False
    settings: ClassVar[Mapping[str, Setting]] = {
        **unasked(EntityReferenceType.settings),
        "display_field": Setting(of_storage=True),
        "display_default": Setting(of_storage=True),
        "uri_scheme": ChoiceSetting(
            read_text,
            _("Upload destination"),
            _("Private files are for those who may see what they are in."),
            of_storage=True,
            default="public",
            choices=(("public", _("Public files")), ("private", _("Private files"))),
        ),
        "max_filesize": Setting(
            read_bytes, _("Maximum upload size"), _("Such as 512 KB or 80 MB. Nothing for any.")
        ),
        "file_directory": TextSetting(
            as_is,
            _("File directory"),
            _("Below the folder of all files. It may have tokens for the date."),
            default=DEFAULT_DIRECTORY,
        ),
    }
    reference_form_field = FileFormField
    several_in_one = False

    def extensions(self, field: Field) -> list[str]:
        """Return the extensions, in lower case, that names of files may end in; none means any."""
        name, default = "file_extensions", self.default_extensions
        is_empty = name in field.settings and not is_set(field.settings[name])
        listed = "" if is_empty else self.setting(field, name, default)
        return re.sub(r"[,\s]+\.?", " ", f" {listed}").lower().split()

    def takes_name(self, field: Field, name: str) -> bool:
        """Tell whether a file of this name may be referenced."""
        endings = tuple(f".{extension}" for extension in self.extensions(field))
        return not endings or name.lower().endswith(endings)

    def upload_limit(self, field: Field, most: int) -> int:
        """Return how many bytes an upload may have, where the site takes no more than ``most``."""
        return min(self.setting(field, "max_filesize") or most, most)

    def file_faults(
        self, field: Field, name: str, size: int, most: int | None = None
    ) -> Iterator[str]:
        """Yield what keeps a field from taking a file, in Drupal's order.

        ``most`` is how many bytes it may have, where that is not for the field alone to say.
        """
        limit = self.setting(field, "max_filesize") if most is None else most
        if limit and size > limit:
            yield TOO_LARGE.fill(size=show_bytes(size), limit=show_bytes(limit))
        if not self.takes_name(field, name):
            yield only_with_extensions(self.extensions(field))

    def upload_faults(self, field: Field, name: str, content: Any) -> Iterator[str]:
        """Yield what keeps a field from taking a file that somebody uploads."""
        return self.file_faults(field, name, content.size)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse a file that the account may not see, one that the field does not take, the rest.

        Whoever could refer to a private file would have its bytes. One that the field refers to
        already may stay.
        """
        reference = self.reference(item, field)
        target = context.target(reference) if reference else None
        if reference and isinstance(target, FileTarget):
            if target.private and not context.may_show(reference, field):
                yield None, NO_ACCESS.fill(key=reference.key)
            for text in self.file_faults(field, target.facts.name, target.facts.bytes):
                yield None, text
        yield from super().validate(item, field, context)


def _text(label: Any) -> TextFormField:
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return TextFormField(label=label, empty_value=None, widget=widget)


class FileUriType(UriType):
    """Where a file is, ``{"value": "public://a.txt", "url": "/sites/default/files/a.txt"}``."""

    id = "file_uri"
    module = "file"
    computed = ("url",)
    configurable = False

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the URI with the path of the file, or its URL at another host."""
        return {"value": item["value"], "url": site_storage().url(name_of(item["value"]))}


class FileType(FileReferenceType):
    """A reference to a file, with how it is shown."""

    id = "file"
    label = _("File")
    description = _("A file of any kind.")
    settings = {"file_extensions": _extensions("txt")}
    module = "file"
    properties: ClassVar[tuple[str, ...]] = ("target_id", "display", "description")
    numeric = frozenset({"display"})
    default_extensions = "txt"
    casts = {"display": is_true, "description": to_text}

    def more_inputs(self, field: Field) -> dict[str, forms.Field]:
        """Return the inputs for how a file is shown."""
        return {
            "display": forms.BooleanField(required=False, initial=True, label=_("Display")),
            "description": _text(_("Description")),
        }


class ImageFormField(ItemsFormField):
    """Images: what Drupal's form asks for, and its REST module does not."""

    site: FormSite

    def show(self, items: Sequence[Mapping[str, Any]], site: FormSite) -> None:
        """Say what is stored, and keep the site to ask for the size of an image."""
        super().show(items, site)
        self.site = site

    def check(self, item: Mapping[str, Any], row: int) -> None:
        """Refuse an image without the texts that the field requires, and of the wrong size."""
        reference = self.field.type.reference(dict(item), self.field)
        if reference is None:
            return
        errors = [
            ItemError(
                _("%(name)s field is required.") % {"name": self.inputs[name].label}, row, name
            )
            for name in IMAGE_TEXTS
            if self._requires(name) and not item.get(name)
        ]
        target = self.site.target(reference)
        if isinstance(target, FileTarget):
            errors += (ItemError(text, row, "target_id") for text in self._misfits(target.facts))
        if errors:
            raise forms.ValidationError(errors)

    def _requires(self, name: str) -> bool:
        """Tell whether a text has to be there: where the field has one, and says so."""
        keys = (f"{name}_field", f"{name}_field_required")
        return all(self._setting(key, IMAGE_TEXTS[name]) for key in keys)

    def _setting(self, name: str, default: Any = None) -> Any:
        return self.field.type.setting(self.field, name, default)

    def _misfits(self, facts: FileFacts) -> Iterator[str]:
        """Yield how an image is too small or too large, as far as its size is known."""
        width, height = facts.width, facts.height
        if width is None or height is None:
            return
        least, most = (self._setting(name) for name in ("min_resolution", "max_resolution"))
        size = f"{width}x{height}"
        if least and (width < least[0] or height < least[1]):
            text = _(
                "The image is too small. The minimum dimensions are %(least)s pixels and the "
                "image size is %(size)s pixels."
            )
            yield text % {"least": f"{least[0]}x{least[1]}", "size": size}
        if most and (width > most[0] or height > most[1]):
            text = _(
                "The image is too large. The maximum dimensions are %(most)s pixels and the "
                "image size is %(size)s pixels."
            )
            yield text % {"most": f"{most[0]}x{most[1]}", "size": size}


class ImageType(FileReferenceType):
    """A reference to an image file, with its alternative text, title and size.

    A size that is not stored is that of the file, so that nobody needs to send it.
    """

    id = "image"
    label = _("Image")
    description = _("An image, with a text for those who do not see it.")
    module = "image"
    properties: ClassVar[tuple[str, ...]] = ("target_id", "alt", "title", *SIZE)
    numeric = frozenset(SIZE)
    default_extensions = IMAGES
    casts = {"alt": to_text, "title": to_text, "width": to_integer, "height": to_integer}
    settings = {
        "file_extensions": _extensions(IMAGES),
        "alt_field": FlagSetting(label=_("With an alternative text"), default=True),
        "alt_field_required": FlagSetting(label=_("Alternative text required"), default=True),
        "title_field": FlagSetting(label=_("With a title"), default=True, initial=False),
        "title_field_required": FlagSetting(label=_("Title required")),
        "min_resolution": Setting(read_resolution, _("Minimum image resolution"), AS_PIXELS),
        "max_resolution": Setting(read_resolution, _("Maximum image resolution"), AS_PIXELS),
    }
    items_form_field = ImageFormField

    def upload_faults(self, field: Field, name: str, content: IO[bytes]) -> Iterator[str]:
        """Yield what keeps a field from taking a file that somebody uploads as an image."""
        yield from super().upload_faults(field, name, content)
        if not is_image(content):
            yield (
                "The image file is invalid or the image type is not allowed. "
                f"Allowed types: {', '.join(IMAGE_EXTENSIONS)}."
            )

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the reference with the size of the image."""
        wire = super().normalize(item, field, context)
        reference = self.reference(item, field)
        target = context.target(reference) if reference else None
        if isinstance(target, FileTarget) and not _has_size(item):
            wire |= {"width": target.facts.width, "height": target.facts.height}
        return wire

    def equals(self, raw: Item, stored: Item) -> bool:
        """Tell whether a raw item says what is stored, or shown instead of a size."""
        if not _has_size(stored):
            raw, stored = ({**item, **dict.fromkeys(SIZE)} for item in (raw, stored))
        return super().equals(raw, stored)

    def more_inputs(self, field: Field) -> dict[str, forms.Field]:
        """Return the inputs for the texts, unless one is switched off; the size is the file's."""
        labels = {"alt": _("Alternative text"), "title": _("Title")}
        return {
            name: _text(label)
            for name, label in labels.items()
            if self.setting(field, f"{name}_field", default=True)
        }


def _has_size(item: Item) -> bool:
    return all(item.get(name) for name in SIZE)
