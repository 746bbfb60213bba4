"""What a field has to know of the site: who asks, the targets of references, the text formats."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject
from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.accounts import Account, Row, rows
from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields import Field, Reference, Target
from drupal_jwt_auth.fields.entity_reference import target_bundles
from drupal_jwt_auth.fields.file import FileFacts, FileTarget
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, wire_key
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.models import File, Node, Term, UserUUID
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.node import node_path
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.roles import role_uuids
from drupal_jwt_auth.structure import Structure
from drupal_jwt_auth.text import PLAIN_TEXT, TextCache
from drupal_jwt_auth.user_uuids import user_key, user_uuid

Found = Mapping[Any, Target]

_ADMINISTERS = {
    "node": "bypass node access",
    "taxonomy_term": "administer taxonomy",
    "user": "administer users",
}
"""Which permission shows the unpublished ones, and blocked users; none shows temporary files."""

MAX_BROUGHT = 64
"""The query is made and kept for each power of two up to this."""

_STORAGE = File._meta.get_field("uri")
"""Its ``storage`` knows the URLs of files."""

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
        target_of = {"taxonomy_term": self._term_target, "file": self._file_target}
        self._targets: dict[Reference, Target | None] = {
            Reference(row.kind, row.number): target_of[row.kind](row) for row in account.brought
        }
        self._keys: dict[tuple[str, str], Any] = {}
        self._kept: set[tuple[str, Reference]] = set()

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
        for entity_type, keys in wanted.items():
            finder = _FINDERS.get(entity_type)
            for batch in map(set, batches(keys)):
                found = finder(self, batch) if finder else {}
                for key in batch:
                    self._targets[Reference(entity_type, key)] = found.get(key)

    def learn_user(self, key: Any, uuid: str | None) -> None:
        """Note a user who is known to be there, so that no query has to ask."""
        self._targets.setdefault(Reference("user", wire_key(key)), self._user_target(key, uuid))

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
        shown_by = _ADMINISTERS.get(reference.entity_type)
        if target is None or not (
            target.published or (shown_by is not None and self.has_permission(shown_by))
        ):
            return (field.name, reference) in self._kept
        bundles = target_bundles(field)
        return bundles is None or target.bundle is None or target.bundle in bundles

    def make_permanent(self, references: Iterable[Reference]) -> None:
        """Make the temporary files permanent that a node refers to now, whatever else it does."""
        files = {reference for reference in references if reference.entity_type == "file"}
        self.look_up(files)
        found = {reference.key: self.target(reference) for reference in files}
        temporary = (
            key
            for key, target in found.items()
            if isinstance(target, FileTarget) and not target.facts.permanent
        )
        for batch in batches(temporary):
            File.objects.filter(pk__in=batch).update(status=True, changed=now())

    def key_of(self, entity_type: str, uuid: str) -> Any:
        """Return the key of the entity with this UUID, or None where there is none."""
        if (entity_type, uuid) not in self._keys:
            self.look_up_uuids(entity_type, [uuid])
        return self._keys[entity_type, uuid]

    def look_up_uuids(self, entity_type: str, uuids: Iterable[str]) -> None:
        """Find the keys of all entities of a type with these UUIDs at once."""
        unknown = {uuid for uuid in uuids if (entity_type, uuid) not in self._keys}
        self._keys |= {(entity_type, uuid): None for uuid in unknown}
        storable = (uuid for uuid in unknown if "\0" not in uuid and len(uuid) <= UUID_LENGTH)
        for batch in batches(storable, BATCH // 2):  # Each is asked for in two spellings.
            for uuid, key in self._find_keys(entity_type, batch).items():
                self._keys[entity_type, uuid] = key

    def _find_keys(self, entity_type: str, uuids: Sequence[str]) -> Mapping[str, Any]:
        if entity_type == "node_type":
            types = [bundle.node_type for bundle in self.structure.bundles.values()]
            return {each.uuid: each.type for each in types}
        if entity_type == "user_role":
            roles = {uuid: role for role, uuid in role_uuids()}
            return {uuid: roles.get(uuid.lower()) for uuid in uuids}
        if entity_type == "user":
            return self._find_user_keys(uuids)
        model: Any = {"file": File, "node": Node, "taxonomy_term": Term}.get(entity_type)
        return _keys_by_uuid(model, "pk", uuids) if model else {}

    def _find_user_keys(self, uuids: Sequence[str]) -> Mapping[str, Any]:
        found = _keys_by_uuid(UserUUID, "user", uuids)
        keys = {uuid: user_key(uuid) if key is None else key for uuid, key in found.items()}
        references = {
            uuid: Reference("user", wire_key(key)) for uuid, key in keys.items() if key is not None
        }
        self.look_up(references.values())
        return {uuid: each.key for uuid, each in references.items() if self.target(each)}

    @cached_property
    def _root(self) -> str:
        """Return what the paths of targets begin with."""
        return site_root(self.request)

    def _find_nodes(self, keys: set[Any]) -> Found:
        nodes = Node.objects.filter(pk__in=keys).with_alias().order_by()
        return {
            node.pk: Target(node.uuid, node_path(node, self._root), node.type_id, node.status)
            for node in nodes
        }

    def _find_terms(self, keys: set[Any]) -> Found:
        return {row.number: self._term_target(row) for row in map(Row._make, _term_rows(keys))}

    def _term_target(self, row: Row) -> Target:
        return Target(row.text, f"{self._root}taxonomy/term/{row.number}", row.more, row.flag)

    def _find_users(self, keys: set[Any]) -> Found:
        found: dict[Any, Target] = {}
        if ANONYMOUS_KEY in keys:
            found[ANONYMOUS_KEY] = self._user_target(ANONYMOUS_KEY, None)
        if keys - found.keys():
            uuids = UserUUID.objects.filter(user=OuterRef("pk")).values("uuid")
            users = get_user_model()._default_manager.filter(
                pk__in=map(read_key, keys - found.keys())
            )
            for user in users.annotate(imported_uuid=Subquery(uuids)):
                target = self._user_target(user.pk, user.imported_uuid)
                found[wire_key(user.pk)] = target._replace(published=user.is_active)
        return found

    def _user_target(self, key: Any, uuid: str | None) -> Target:
        return Target(uuid or user_uuid(key), f"{self._root}user/{quote(str(key), safe='')}")

    def _find_node_types(self, keys: set[Any]) -> Found:
        bundles = self.structure.bundles
        return {key: Target(bundles[key].node_type.uuid) for key in keys if key in bundles}

    def _find_roles(self, keys: set[Any]) -> Found:
        return {role: Target(uuid) for role, uuid in role_uuids() if role in keys}

    def _find_files(self, keys: set[Any]) -> Found:
        found = map(Row._make, _file_rows(keys, self.account.user and self.account.key))
        return {row.number: self._file_target(row) for row in found}

    def _file_target(self, row: Row) -> Target:
        file = json.loads(row.more or "")
        url = _STORAGE.storage.url(file.pop("uri"))
        if self.request is not None:
            url = self.request.build_absolute_uri(url)
        return FileTarget.of(row.text, url, FileFacts(**file), published=row.flag)

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


_FINDERS: Mapping[str, Callable[[SiteContext, set[Any]], Found]] = {
    "file": SiteContext._find_files,
    "node": SiteContext._find_nodes,
    "node_type": SiteContext._find_node_types,
    "taxonomy_term": SiteContext._find_terms,
    "user": SiteContext._find_users,
    "user_role": SiteContext._find_roles,
}


def bring_targets(account: Account, references: Iterable[Reference]) -> None:
    """Let the account's one query fetch the terms, and the files, among what will be needed.

    More than `MAX_BROUGHT` of a kind are left for queries of their own.
    """
    keys: dict[str, set[Any]] = defaultdict(set)
    for each in references:
        keys[each.entity_type].add(each.key)
    for entity_type, find in (("taxonomy_term", _term_rows), ("file", _file_rows)):
        if 0 < len(keys[entity_type]) <= MAX_BROUGHT:
            account.bring(find, keys[entity_type])


def _keys_by_uuid(model: Any, key: str, uuids: Sequence[str]) -> dict[str, Any]:
    """Return what a model's rows have as ``key``, by their UUIDs; None where there is no row.

    Drupal finds a UUID in upper case as well.
    """
    spelt = {*uuids, *map(str.lower, uuids)}
    found = dict(model.objects.filter(uuid__in=spelt).order_by().values_list("uuid", key))
    return {uuid: found.get(uuid, found.get(uuid.lower())) for uuid in uuids}


def _term_rows(keys: Any, user: Any = None) -> QuerySet[Any, Any]:
    found = Term.objects.filter(pk__in=keys)
    return rows("taxonomy_term", found, "uuid", number="tid", more=F("vid"), flag="status")


def _file_rows(keys: Any, user: Any) -> QuerySet[Any, Any]:
    may_be_used = Q(status=True) if user is None else Q(status=True) | Q(uid=user)
    found = File.objects.filter(pk__in=keys).annotate(
        may_be_used=ExpressionWrapper(may_be_used, BooleanField())
    )
    facts = JSONObject(
        uri="uri",
        name="filename",
        bytes="filesize",
        width="width",
        height="height",
        permanent="status",
    )
    more = Cast(facts, TextField())
    return rows("file", found, "uuid", number="fid", more=more, flag="may_be_used")
