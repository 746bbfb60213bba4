"""The site as whoever is logged in to the admin sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.admin.suggestions import can_be_named, named
from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.receiving import ReceivingStorage
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure, get_structure
from drupal_jwt_auth.content.file.access import is_private
from drupal_jwt_auth.fields import Field, Reference
from drupal_jwt_auth.fields.entity_reference import bundle_made_in_passing, target_bundles
from drupal_jwt_auth.fields.forms.site import TargetLabel
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, wire_key
from drupal_jwt_auth.files.incoming import IncomingFile
from drupal_jwt_auth.files.names import safe_name
from drupal_jwt_auth.models import File
from drupal_jwt_auth.text import TextFormat
from drupal_jwt_auth.wording import in_form

SUGGESTIONS = "drupal_suggestions"
"""What the URL of `suggestions` is called in a site."""


class AdminContext(SiteContext):
    """The site, with what forms show of it."""

    def __init__(
        self, account: Account, structure: Structure, admin_site: AdminSite, asked: HttpRequest
    ) -> None:
        super().__init__(account, structure)
        self.admin_site = admin_site
        self.asked = asked
        self._labels: dict[Reference, TargetLabel | None] = {}

    @classmethod
    def of(cls, request: HttpRequest, admin_site: AdminSite) -> AdminContext:
        """Return the site for a request, read once."""
        known: AdminContext | None = getattr(request, "drupal_site", None)
        if known is None:
            account = account_of(request)
            known = cls(account, get_structure(account.stamp), admin_site, request)
            vars(request)["drupal_site"] = known
        return known

    def text_formats(self) -> list[TextFormat]:
        """Return the text formats that the account may use, by weight."""
        formats = sorted(self.structure.formats.values(), key=lambda each: (each.weight, each.name))
        return [each for each in formats if self.may_use_format(each.format)]

    def formats(self) -> list[tuple[str, str]]:
        """Return name and label of all text formats."""
        return [(each.format, each.name) for each in self.structure.formats.values()]

    def target_types(self) -> list[tuple[str, str]]:
        """Return name and label of the entity types that can be referred to."""
        types: list[Any] = [*ENTITY_TYPES.all_content(), *ENTITY_TYPES.all_config()]
        return [
            (each.id, capfirst(called(each)))
            for each in types
            if type(each).targets is not ConfigEntityType.targets
        ]

    def bundles_of(self, entity_type: str) -> list[tuple[str, str]]:
        """Return name and label of the bundles of an entity type, none where it has no kinds."""
        bundles = self.structure.bundles_of(entity_type).values()
        return [(each.id, each.label) for each in bundles if each.config is not None]

    def describe(self, reference: Reference) -> TargetLabel | None:
        """Return what an entity is called and its page, or None where there is none."""
        if reference not in self._labels:
            self.learn_labels([reference])
        return self._labels[reference]

    def learn_labels(self, references: Iterable[Reference]) -> None:
        """Find what all references point to, those of a type together."""
        wanted: dict[str, set[Any]] = defaultdict(set)
        for reference in references:
            if reference in self._labels:
                continue
            anonymous = reference == Reference("user", ANONYMOUS_KEY)
            label = TargetLabel(_("Anonymous"), None) if anonymous else None
            self._labels[reference] = label
            wanted[reference.entity_type].add(reference.key)
        for entity_type, keys in wanted.items():
            model = target_model(entity_type)
            # No database has a key with a NUL, and not each can be asked for one.
            askable = (key for key in keys if "\0" not in str(key))
            for batch in batches(askable if model else ()):
                for target in model._default_manager.in_bulk(batch).values():
                    reference = Reference(entity_type, wire_key(target.pk))
                    self._labels[reference] = self._label(entity_type, target)

    def _label(self, entity_type: str, target: Any) -> TargetLabel:
        """Return what an entity is called, and its page: to those who may see it."""
        found = ENTITY_TYPES.get(entity_type)
        if isinstance(found, ContentEntityType):
            access = found.access.view_label(self.account, target)
            if not access.allowed:
                return TargetLabel(_("- Restricted access -"), None)
        page = None
        pages = self._pages(type(target))
        if pages is not None and pages.has_view_or_change_permission(self.asked, target):
            page = self._url(pages, "change", quote(target.pk))
        return TargetLabel(str(target), page, thumbnail(target))

    def lookup_url(self, entity_type: str, field: Field) -> str | None:
        """Return the list to choose a target from, of the bundles that the field allows.

        None for those who may not see it.
        """
        pages = self._pages(target_model(entity_type))
        if pages is None or not pages.has_view_permission(self.asked):
            return None
        query = {"_popup": "1"}
        bundles, column = target_bundles(field), bundle_column(entity_type)
        if bundles and column:
            query[f"{column}__in"] = ",".join(sorted(bundles))
        return f"{self._url(pages, 'changelist')}?{urlencode(query)}"

    def suggestions_url(self, field: Field) -> str | None:
        """Return the page that suggests targets of a field, where their names can be looked for."""
        url, bundles = self.suggestions_of(_target_type(field)), target_bundles(field)
        if url is None or bundles is None:
            return url
        return f"{url}?{urlencode({'bundles': ','.join(bundles)})}"

    def suggestions_of(self, entity_type: str) -> str | None:
        """Return the same for entities of a type, whatever their bundle."""
        if not can_be_named(entity_type):
            return None
        try:
            return reverse(f"{self.admin_site.name}:{SUGGESTIONS}", args=(entity_type,))
        except NoReverseMatch:
            return None  # The site is one that nobody has opened to editors.

    def named(self, field: Field, name: str) -> list[Reference]:
        """Return the targets that are called so, of those that the field may refer to."""
        entity_type = _target_type(field)
        found = named(self.account, entity_type, name, target_bundles(field), whole=True)
        return [Reference(entity_type, key) for key, _name in found]

    def make_target(self, field: Field, name: str) -> Reference | None:
        """Return a new target of that name, None where the field makes none in passing.

        As in Drupal, whoever may set the field may do so. Raise Django's ValidationError for a name
        that cannot be one.
        """
        target_type, bundle_name = (
            ENTITY_TYPES.get(_target_type(field)),
            bundle_made_in_passing(field),
        )
        if not isinstance(target_type, ContentEntityType) or not target_type.made_in_passing:
            return None
        bundle = self.structure.bundles_of(target_type).get(bundle_name or "")
        if bundle is None:
            return None
        label = bundle.fields[str(target_type.keys.label)]
        items = [{"value": name}]
        faults = [in_form(violation.text) for violation in label.validate(items, self)]
        if faults:
            raise ValidationError(faults)
        made = target_type.storage.new(bundle, self.account)
        values = {
            each.name: (each, each.default) for each in bundle.fields.values() if each.default
        }
        values[label.name] = label, label.cast(items)
        target_type.storage.create(made, list(values.values()))
        return Reference(target_type.id, wire_key(made.pk))

    def upload(self, field: Field, content: UploadedFile[bytes]) -> Reference:
        """Return the file that an upload for a field becomes, temporary and of whoever uploads it.

        Raise Django's ValidationError for one that the field does not take.
        """
        field_type: Any = field.type
        entity_type = field_type.target_type(field)
        storage = ENTITY_TYPES.content(entity_type).storage
        if not isinstance(storage, ReceivingStorage):
            raise ValidationError(_("The field takes no files."))
        name = safe_name(str(content.name), field_type.extensions(field))
        incoming = IncomingFile(content.file, name, content.size)
        faults = storage.faults(field, incoming, self)
        faults = faults or [*field_type.upload_faults(field, name, content)]
        if faults:
            raise ValidationError(list(map(in_form, faults)))
        content.seek(0)
        with storage.receive(field, incoming, self) as file:
            return Reference(entity_type, file.pk)

    def _pages(self, model: Any) -> Any:
        """Return the pages of a model, None where the admin has none."""
        if model is None or not self.admin_site.is_registered(model):
            return None
        return self.admin_site.get_model_admin(model)

    def _url(self, pages: Any, page: str, *args: Any) -> str:
        opts = pages.opts
        name = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_{page}"
        return reverse(name, args=args)


def called(entity_type: Any) -> str:
    """Return what entities of a type are called: those of content as their model."""
    if isinstance(entity_type, ContentEntityType):
        return str(entity_type.model._meta.verbose_name)
    return str(entity_type.label)


def thumbnail(target: Any) -> str | None:
    """Return where an image for everybody is, None for what is none."""
    if not isinstance(target, File) or target.width is None or is_private(target):
        return None
    return target.uri.url


def _target_type(field: Field) -> str:
    field_type: Any = field.type
    return str(field_type.target_type(field))


def target_model(entity_type: str) -> Any:
    """Return the model of the entities of a type, None where there are none of it."""
    found = ENTITY_TYPES.get(entity_type)
    if isinstance(found, BundleEntityType):
        return ENTITY_TYPES.content(found.bundle_of).bundle_model
    return None if found is None else found.model


def bundle_column(entity_type: str) -> str | None:
    """Return what the entities of a type are told apart by, None where all are of one bundle."""
    found = ENTITY_TYPES.get(entity_type)
    column = found.bundle_column if isinstance(found, ContentEntityType) else None
    return None if column is None else column.name
