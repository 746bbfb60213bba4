"""What a field has to know of the site: who asks, the targets of references, the text formats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.links import inaccessible_links
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.fields import Field, Reference, Target
from drupal_jwt_auth.fields.entity_reference import target_bundles
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.text import PLAIN_TEXT, TextCache

_TEXTS = TextCache()
"""What the texts were processed to that this process has shown; the same for whoever asks."""


class SiteContext:
    """The site as one account sees it, for the length of one request.

    The URLs of files are absolute where the request is known, the others begin as its own does.
    """

    creating = False

    def __init__(
        self, account: Account, structure: Structure, request: HttpRequest | Request | None = None
    ) -> None:
        self.account = account
        self.structure = structure
        self.request = request
        self._targets: dict[Reference, Target | None] = {}
        self._keys: dict[tuple[str, str], Any] = {}
        self._links: dict[str, bool] = {}
        self._kept: set[tuple[str, Reference]] = set()
        self._seen: dict[Reference, bool] = {}

    def has_permission(self, permission: str) -> bool:
        """Tell whether the account has a permission, by Drupal's name for it."""
        return self.account.has_permission(permission)

    # References

    def target(self, reference: Reference) -> Target | None:
        """Return the entity that is referenced, or None where there is none."""
        if reference not in self._targets:
            self.look_up([reference])
        return self._targets[reference]

    def look_up(self, references: Iterable[Reference]) -> None:
        """Find the targets of all references at once, those of a type together."""
        wanted: dict[str, set[Any]] = defaultdict(set)
        for reference in references:
            if reference not in self._targets:
                wanted[reference.entity_type].add(reference.key)
        for name, keys in wanted.items():
            entity_type = ENTITY_TYPES.get(name)
            for batch in batches(keys):
                found = entity_type.targets(batch, self) if entity_type else {}
                for key in batch:
                    self._targets[Reference(name, key)] = found.get(key)

    def learn_account(self) -> None:
        """Note the user who asks, who is known to be there."""
        account = self.account
        if account.user is None:
            return  # Whose UUID is the site's, and found without a query.
        self.learn(Reference("user", wire_key(account.key)), account.target(self.root))

    def learn(self, reference: Reference, target: Target) -> None:
        """Note what is known to be there, so that no query has to ask."""
        self._targets.setdefault(reference, target)

    def keep(self, field: Field, references: Iterable[Reference]) -> None:
        """Note what a field points to already: it may go on to do so."""
        self._kept |= {(field.name, reference) for reference in references}

    def may_reference(self, reference: Reference, field: Field) -> bool:
        """Tell whether the account may make a field point to an entity that there is.

        It must be published, unless the account administers such entities, and of one of the
        bundles that the field is configured for; a temporary file must be the account's own. What
        is hidden from the account may stay where it is: the account is not to blame for it.
        """
        target = self.target(reference)
        if target is None or not (target.published or self._shows_hidden(reference.entity_type)):
            return (field.name, reference) in self._kept
        bundles = target_bundles(field)
        return bundles is None or target.bundle is None or target.bundle in bundles

    def may_show(self, reference: Reference, field: Field) -> bool:
        """Tell whether the account may see what a field is to point to, or does already.

        For what is shown to whoever may see that which refers to it: who refers to it, shows it to
        others, and to themselves.
        """
        return (field.name, reference) in self._kept or self._may_see(reference)

    def _may_see(self, reference: Reference) -> bool:
        """Tell whether there is an entity, which the account may see; it is asked about once."""
        if reference not in self._seen:
            entity_type = ENTITY_TYPES.content(reference.entity_type)
            entity = entity_type.storage.query().filter(pk=reference.key).first()
            may_see = entity is not None and entity_type.access.view(self.account, entity).allowed
            self._seen[reference] = may_see
        return self._seen[reference]

    def take_into_use(
        self, references: Iterable[Reference], user_type: ContentEntityType, user: Any
    ) -> None:
        """Do what it entails that a saved entity refers to others now; most kinds need nothing."""
        keys: dict[str, set[Any]] = defaultdict(set)
        for reference in references:
            keys[reference.entity_type].add(reference.key)
        for name in filter(ENTITY_TYPES.__contains__, keys):
            ENTITY_TYPES[name].take_into_use(keys[name], self, user_type, user)

    def key_of(self, entity_type: str, uuid: str) -> Any:
        """Return the key of the entity with this UUID, or None where there is none."""
        if (entity_type, uuid) not in self._keys:
            self.look_up_uuids(entity_type, [uuid])
        return self._keys[entity_type, uuid]

    def look_up_uuids(self, entity_type: str, uuids: Iterable[str]) -> None:
        """Find the keys of all entities of a type with these UUIDs at once."""
        unknown = {uuid for uuid in uuids if (entity_type, uuid) not in self._keys}
        self._keys |= {(entity_type, uuid): None for uuid in unknown}
        found = ENTITY_TYPES[entity_type].keys_of if entity_type in ENTITY_TYPES else _none
        storable = (uuid for uuid in unknown if "\0" not in uuid and len(uuid) <= UUID_LENGTH)
        for batch in batches(storable, BATCH // 2):  # Each is asked for in two spellings.
            for uuid, key in found(batch, self).items():
                self._keys[entity_type, uuid] = key

    def _shows_hidden(self, name: str) -> bool:
        return ENTITY_TYPES[name].shows_hidden(self.account)

    @cached_property
    def root(self) -> str:
        """Return what the paths of targets begin with."""
        return site_root(self.request)

    def look_up_links(self, uris: Iterable[str]) -> None:
        """Find out at once which of some links the account may follow, to be asked one by one."""
        unknown = set(uris) - self._links.keys()
        inaccessible = inaccessible_links(unknown, self.account)
        self._links |= {uri: uri not in inaccessible for uri in unknown}

    def may_follow(self, uri: str) -> bool:
        """Tell whether the account may see what a link leads to, as far as the site knows it."""
        if uri not in self._links:
            self.look_up_links([uri])
        return self._links[uri]

    def can_reach(self, path: str) -> bool:
        """Tell whether there is an entity at a path, which the account may see."""
        found = ENTITY_TYPES.at(path)
        if found is None:
            return False
        entity_type, key = found
        entity = entity_type.storage.at(path, key)
        return entity is not None and entity_type.access.view(self.account, entity).allowed

    # Text formats

    def may_use_format(self, text_format: Any) -> bool:
        """Tell whether there is such a text format, and the account may use it."""
        if not isinstance(text_format, str) or text_format not in self.structure.formats:
            return False
        return text_format == PLAIN_TEXT.format or self.has_permission(
            f"use text format {text_format}"
        )

    def process(self, text: str, text_format: str | None) -> str:
        """Return a text as its format shows it; one whose format is gone shows nothing."""
        found = self.structure.formats.get(text_format or PLAIN_TEXT.format)
        if found is None:
            return ""
        return _TEXTS.process(found, text, app_settings.TEXT_CACHE_SIZE)


def _none(uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
    """Find nothing: of a kind that there is not."""
    return {}
