"""Loading a described site into the database: ids, UUIDs and password hashes kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connections, models, router

from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.missing_hashers import Missing, missing_for
from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import Bundle, configured_field, get_structure
from drupal_jwt_auth.content.user.roles import group_name
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE, NOT_NULL
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import (
    FieldConfig,
    File,
    Node,
    NodeType,
    PathAlias,
    Revision,
    RoleUUID,
    Term,
    TextFormat,
    UserUUID,
    Vocabulary,
)
from drupal_jwt_auth.models.numbering import continue_after
from drupal_jwt_auth.models.path_alias import alias_key, stored_alias
from drupal_jwt_auth.transactions import locked
from drupal_jwt_auth.transfer.site_conflicts import check_conflicts
from drupal_jwt_auth.transfer.site_description import SiteDescriptionError
from drupal_jwt_auth.transfer.site_users import SiteUsers
from drupal_jwt_auth.transfer.terms import described_columns, load_parents, named_by, term_of

FIRST_USER = 1

# What another row cannot have too.
_UNIQUE = (
    *(("roles", "id"), ("roles", "uuid"), ("users", "uid"), ("users", "uuid"), ("users", "name")),
    *(("text_formats", "format"), ("vocabularies", "vid"), ("vocabularies", "uuid")),
    *(("terms", "tid"), ("terms", "uuid"), ("terms", "revision_id")),
    *(("files", "fid"), ("files", "uuid")),
    *(("node_types", "type"), ("node_types", "uuid")),
    *(("nodes", "nid"), ("nodes", "vid"), ("nodes", "uuid")),
    *(("path_aliases", "pid"), ("path_aliases", "uuid")),
)
# What makes of a value one that cannot be shown; other faults may be older than their rules.
_UNUSABLE = (NOT_A_PRIMITIVE, NOT_NULL)

_NODE_PATH = re.compile(r"/node/([1-9][0-9]{0,9})")

Rows = Sequence[Mapping[str, Any]]
Progress = Callable[[str, int, int], None]


class SiteImporter:
    """Load a described site, all of it or nothing; what is there under the same ids is updated.

    ``counts`` tells afterwards how many rows of which kind were loaded, ``users`` under which keys
    the users are here, ``without_password`` the names of those whose hash no hasher can read,
    ``missing`` what the others need to log in, and ``other_paths`` the aliases that nothing is
    served at: (alias, path). ``kept_fields`` are those of its content types that it does not name.
    ``progress`` is called with (kind, done, all) as it goes on.
    ``renumber_users`` gives users of the site whose number somebody else has another one.
    """

    users: SiteUsers

    def __init__(self, progress: Progress | None = None, *, renumber_users: bool = False) -> None:
        self.progress = progress or (lambda _kind, _done, _count: None)
        self.renumber_users = renumber_users
        self.other_paths: list[tuple[str, str]] = []
        self.kept_fields: list[str] = []
        self.counts: Counter[str] = Counter()
        self.without_password: list[str] = []
        self.missing: set[Missing] = set()
        # What was loaded is looked at where it is: a copy of the database does not have it yet.
        self.using = router.db_for_write(Node)

    def load(self, site: Mapping[str, Rows]) -> None:
        """Load a site as `read_site` returns it; raise SiteDescriptionError."""
        self.check_names(site)
        try:
            self.users = SiteUsers(site["users"], self.using, renumber=self.renumber_users)
            check_conflicts(site, self.using)
            self.check_items(site["node_types"], site["nodes"])
            # Databases do not take these back: what is refused must be so by now.
            self.reserve_numbers(site)
            with locked(Node):
                self.load_text_formats(site["text_formats"])
                self.load_vocabularies(site["vocabularies"])
                self.load_node_types(site["node_types"])
                self.load_roles(site["roles"])
                self.load_users(site["users"], site["roles"])
                self.load_terms(site["terms"])
                self.load_files(site["files"])
                self.load_nodes(site["nodes"])
                self.load_path_aliases(site["path_aliases"])
        except (DataError, IntegrityError) as error:
            raise SiteDescriptionError(
                f"The site cannot be put into this database: {error}"
            ) from error

    def check_names(self, site: Mapping[str, Rows]) -> None:
        """Raise SiteDescriptionError for a name that stands twice, and for one of nothing."""
        for kind, name in _UNIQUE:
            places: dict[Any, int] = {}
            for index, row in enumerate(site[kind]):
                value = row[name]
                if value is not None and value in places:
                    raise SiteDescriptionError(
                        f"{kind}[{index}].{name}: {kind}[{places[value]}] has {value!r} too."
                    )
                places[value] = index
        known = {
            "role": {row["id"] for row in site["roles"]} | {"anonymous", "authenticated"},
            "vocabulary": {row["vid"] for row in site["vocabularies"]},
            "term": {row["tid"] for row in site["terms"]} | {0},
            "content type": {row["type"] for row in site["node_types"]},
            "user": {row["uid"] for row in site["users"]} | {0},
        }
        for place, kind, name in _names(site):
            if name not in known[kind]:
                raise SiteDescriptionError(f"{place}: there is no {kind} {name!r} in the site.")

    def check_items(self, node_types: Rows, nodes: Rows) -> None:
        """Raise SiteDescriptionError for values that no field is for, or that cannot be shown."""
        context = SiteContext(Account(None), get_structure(None))
        fields = {
            row["type"]: {
                field["name"]: configured_field(FieldConfig(**_field_values(field)))
                for field in row["fields"]
            }
            for row in node_types
        }
        for index, row in enumerate(nodes):
            for name, items in row["fields"].items():
                place, field = f"nodes[{index}].fields", fields[row["type"]].get(name)
                if field is None:
                    raise SiteDescriptionError(
                        f"{place}.{name}: content type {row['type']} has no such field."
                    )
                for fault in _faults(field, self.users.items(field, items), context):
                    raise SiteDescriptionError(f"{place}.{fault}")

    def reserve_numbers(self, site: Mapping[str, Rows]) -> None:
        """Let nobody else get a number of the site while it is loaded, or later."""
        self.users.reserve()
        for model, kind, name in (
            *((Term, "terms", "tid"), (File, "files", "fid"), (Node, "nodes", "nid")),
            *((Revision, "nodes", "vid"), (PathAlias, "path_aliases", "pid")),
        ):
            if site[kind]:
                continue_after(model, max(row[name] for row in site[kind]))

    # Configuration

    def load_text_formats(self, rows: Rows) -> None:
        """Load the text formats."""
        for row in rows:
            self._save(TextFormat, "text formats", {"format": row["format"]}, row)

    def load_vocabularies(self, rows: Rows) -> None:
        """Load the vocabularies."""
        for row in rows:
            self._save(Vocabulary, "vocabularies", {"vid": row["vid"]}, row)

    def load_node_types(self, rows: Rows) -> None:
        """Load the content types with their fields; fields that are not described stay."""
        for row in rows:
            names = ("name", "uuid", "title_label", "new_revision")
            values = {name: row[name] for name in names} | row["defaults"]
            node_type = self._save(NodeType, "content types", {"type": row["type"]}, values)
            fields = [field["name"] for field in row["fields"]]
            kept = FieldConfig.objects.filter(node_type=node_type).exclude(name__in=fields)
            self.kept_fields += [f"{row['type']}.{config.name}" for config in kept]
            for field in row["fields"]:
                field_values = _field_values(field)
                field_values["default_value"] = self.users.items(
                    configured_field(FieldConfig(**field_values)), field["default_value"]
                )
                key = {"node_type": node_type, "name": field["name"]}
                self._save(FieldConfig, "fields", key, field_values)

    def load_roles(self, rows: Rows) -> None:
        """Load the roles as groups with exactly the permissions that are described.

        What a group may do in other apps stays.
        """
        content_type = ContentType.objects.db_manager(self.using).get_for_model(Node)
        for row in rows:
            group = self._save(Group, "roles", {"name": group_name(row["id"])}, {})
            granted = [
                Permission.objects.get_or_create(
                    content_type=content_type, codename=name, defaults={"name": name}
                )[0]
                for name in row["permissions"]
            ]
            others = group.permissions.exclude(content_type__app_label=Node._meta.app_label)
            group.permissions.set([*others, *granted])
            if row["uuid"] is not None:
                RoleUUID.objects.update_or_create(group=group, defaults={"uuid": row["uuid"]})

    # Users

    def load_users(self, rows: Rows, roles: Rows) -> None:
        """Load the users with their roles; administrators become superusers."""
        user_model, names = get_user_model(), _user_fields()
        admin_roles = {row["id"] for row in roles if row["is_admin"]}
        site_groups = {group_name(row["id"]) for row in roles}
        for index, row in enumerate(rows):
            is_admin = row["uid"] == FIRST_USER or bool(admin_roles & set(row["roles"]))
            values = {
                user_model.USERNAME_FIELD: row["name"],
                user_model.get_email_field_name(): row["mail"] or "",
                "is_active": row["status"],
                "is_staff": is_admin,
                "is_superuser": is_admin,
                "date_joined": from_unix(row["created"]),
            }
            values = {name: value for name, value in values.items() if name in names}
            password = {"password": encode_drupal_hash(row["pass"] or "")}
            if row["pass"]:
                values |= password
                self.missing |= {*filter(None, [missing_for(password["password"])])}
                if not is_password_usable(password["password"]):
                    self.without_password.append(row["name"])
            self.users.check(index, row)
            key = {"pk": self.users.key(row["uid"])}
            user: Any = self._save(user_model, "users", key, values, **password)
            if "groups" in names:
                groups = Group.objects.using(self.using)
                own = groups.filter(name__in=map(group_name, row["roles"]))
                user.groups.set([*user.groups.exclude(name__in=site_groups), *own])
            UserUUID.objects.update_or_create(user=user, defaults={"uuid": row["uuid"]})

    # Content

    def load_terms(self, rows: Rows) -> None:
        """Load the terms, then where each is: a parent may come after its child."""
        kept = {field.name for field in Term._meta.concrete_fields} - described_columns(rows)
        for batch in batches(rows):
            _upsert(Term, [term_of(row, self.users) for row in batch], "tid", keep=kept)
        for batch in batches(rows):
            load_parents(batch, self.using)
        self.counts["terms"] += len(rows)

    def load_files(self, rows: Rows) -> None:
        """Load what is known of files; their bytes are not part of a description."""
        times = ("created", "changed")
        files = [
            File(
                uid_id=self.users.key(row["uid"]),
                **{name: from_unix(row[name]) for name in times},
                **{name: value for name, value in row.items() if name not in {"uid", *times}},
            )
            for row in rows
        ]
        for batch in batches(files):
            _upsert(File, batch, "fid", keep={"width", "height"})
        self.counts["files"] += len(rows)

    def load_nodes(self, rows: Rows) -> None:
        """Load the nodes, each with its current revision."""
        bundles = get_structure(None).bundles_of("node")
        done = 0
        for batch in batches(rows):
            nodes = [self._node(row, bundles[row["type"]]) for row in batch]
            revisions = [self._revision(row) for row in batch]
            _upsert(Node, nodes, "nid", keep={"default_langcode", "revision_translation_affected"})
            Revision.objects.filter(current_for__in=[row["nid"] for row in batch]).exclude(
                pk__in=[row["vid"] for row in batch]
            ).update(current_for=None)
            _upsert(Revision, revisions, "vid", "node", keep={"revision_log"})
            done += len(nodes)
            self.progress("nodes", done, len(rows))
        self.counts["nodes"] += len(rows)

    def _node(self, row: Mapping[str, Any], bundle: Bundle) -> Node:
        names = ("nid", "uuid", "langcode", "title", "status", "promote", "sticky")
        node = Node(
            type_id=row["type"],
            uid_id=self.users.key(row["uid"]),
            created=from_unix(row["created"]),
            changed=from_unix(row["changed"]),
            **{name: row[name] for name in names},
        )
        for name, items in row["fields"].items():
            field = bundle.fields[name]
            node.fields[name] = field.cast(self.users.items(field, items))
        return node

    def _revision(self, row: Mapping[str, Any]) -> Revision:
        return Revision(
            vid=row["vid"],
            node_id=row["nid"],
            current_for_id=row["nid"],
            revision_timestamp=from_unix(row["revision_timestamp"]),
            revision_uid_id=self.users.key(row["revision_uid"]),
        )

    def load_path_aliases(self, rows: Rows) -> None:
        """Load the aliases: those of nodes, and those of paths that nothing is served at."""
        for batch in batches(rows):
            nodes = Node.objects.using(self.using).filter(pk__in=filter(None, map(_nid, batch)))
            there = set(nodes.values_list("pk", flat=True))
            _upsert(PathAlias, [self._alias(row, there) for row in batch], "pid")
        self.counts["path aliases"] += len(rows) - len(self.other_paths)
        if self.other_paths:
            self.counts["aliases of other paths"] = len(self.other_paths)

    def _alias(self, row: Mapping[str, Any], there: Set[int]) -> PathAlias:
        nid, alias, path = _nid(row), stored_alias(row["alias"]), ""
        if nid not in there:
            nid, path = None, self.users.path(row["path"])
            self.other_paths.append((alias, path))
        return PathAlias(
            pid=row["pid"],
            uuid=row["uuid"],
            node_id=nid,
            path=path,
            alias=alias,
            key=alias_key(alias),
            langcode=row["langcode"],
        )

    def _save(
        self,
        model: type[models.Model],
        kind: str,
        key: dict[str, Any],
        values: Mapping[str, Any],
        **values_when_new: Any,
    ) -> Any:
        """Make or update a row and count it."""
        defaults = {name: value for name, value in values.items() if name not in key}
        row, _made = model._default_manager.update_or_create(
            **key, defaults=defaults, create_defaults={**defaults, **values_when_new}
        )
        self.counts[kind] += 1
        return row


def _names(site: Mapping[str, Rows]) -> Iterator[tuple[str, str, Any]]:
    """Yield (place, kind, name) wherever one part of a site names another."""
    for index, row in enumerate(site["users"]):
        for role in row["roles"]:
            yield f"users[{index}].roles", "role", role
    for index, row in enumerate(site["terms"]):
        yield from named_by(index, row)
    for index, row in enumerate(site["files"]):
        yield f"files[{index}].uid", "user", row["uid"]
    for index, row in enumerate(site["nodes"]):
        yield f"nodes[{index}].type", "content type", row["type"]
        yield f"nodes[{index}].uid", "user", row["uid"]
        yield f"nodes[{index}].revision_uid", "user", row["revision_uid"]


def _field_values(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a field is configured with."""
    values = {**description, "field_type": description["type"]}
    del values["type"]
    return values


def _faults(field: Field, items: Sequence[Item], context: SiteContext) -> Iterator[str]:
    """Yield where and why items cannot be shown."""
    for delta, item in enumerate(items):
        if field.type.is_empty(item):
            continue
        for name, text in field.type.validate(item, field, context):
            if text in _UNUSABLE:
                yield f"{field.name}.{delta}.{name}: {text}"


def _nid(row: Mapping[str, Any]) -> int | None:
    """Return the number of the node that an alias is for, None for one of another path."""
    found = _NODE_PATH.fullmatch(row["path"])
    return int(found[1]) if found else None


def _user_fields() -> set[str]:
    """Return the names of the fields that the project's user model has."""
    return {field.name for field in get_user_model()._meta.get_fields()}


def _upsert(
    model: type[models.Model],
    rows: Sequence[models.Model],
    key: str,
    owner: str = "uuid",
    keep: Set[str] = frozenset(),
) -> None:
    """Make rows, or update those that are there under the same key with the same owner.

    The key of another owner, which it may have got just now, is an IntegrityError. It waits for
    whoever has locked a row. Fields to ``keep`` are not described: those of a row that is there
    stay.

    MySQL cannot be told which value decides whether a row is there: it would overwrite one that
    has any unique value in common. So it is asked to update only where there is one with the key.
    """
    fields = {field.name for field in model._meta.concrete_fields}
    alias = router.db_for_write(model)
    manager = model._default_manager.using(alias)
    known = set(manager.filter(pk__in=[row.pk for row in rows]).values_list(key, owner))
    column: Any = model._meta.get_field(owner)
    there = {row.pk for row in rows if (row.pk, getattr(row, column.attname)) in known}
    manager.bulk_create(row for row in rows if row.pk not in there)
    can_be_told = connections[alias].features.supports_update_conflicts_with_target
    manager.bulk_create(
        (row for row in rows if row.pk in there),
        update_conflicts=True,
        unique_fields=[key] if can_be_told else None,
        update_fields=sorted(fields - keep - {key}),
    )
