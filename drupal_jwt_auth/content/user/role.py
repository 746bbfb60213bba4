"""The entity type of roles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.config_documents import dependencies, head, merged
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES, register
from drupal_jwt_auth.content.permissions import permissions_of
from drupal_jwt_auth.content.user.roles import known_roles, permissions_of_roles
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.models import TextFormat

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class RoleEntityType(ConfigEntityType):
    """The roles, which are groups of the project."""

    id = "user_role"
    label = "Role"
    prefix = "user.role"
    permissions = ("administer permissions",)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the roles that references point to."""
        return {role.id: Target(role.uuid) for role in known_roles() if role.id in keys}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the machine names of the roles with these UUIDs."""
        roles = {role.uuid: role.id for role in known_roles()}
        return {uuid: roles.get(uuid, roles.get(uuid.lower())) for uuid in uuids}

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return the roles, each with its permissions."""
        roles = [*known_roles(*(keys or ()))] if keys is None or keys else []
        permissions = permissions_of_roles(roles)
        return {role.id: (role, permissions[role.id]) for role in roles}

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a role."""
        if row is None:
            return None
        (role, permissions), known = row, stored or {}
        return merged(
            stored,
            {
                **head(known, role.uuid, _needed(permissions, known, site)),
                "id": role.id,
                "label": role.label,
                "weight": role.weight,
                "is_admin": role.is_admin,
                "permissions": permissions,
            },
        )


def _needed(permissions: Collection[str], known: Mapping[str, Any], site: SiteContext) -> Any:
    """Return what the permissions of a role need: bundles, text formats.

    What is needed by other permissions is known from what is stored alone.
    """
    before = known.get("dependencies") or {}
    bringing = dict(_bringing(site))
    told = {bringing[permission] for permission in permissions if permission in bringing}
    kinds = tuple(f"{prefix}." for prefix, _key in bringing.values())
    others = [name for name in before.get("config", ()) if not name.startswith(kinds)]
    modules = {prefix.partition(".")[0] for prefix, _key in told}
    return dependencies(
        config=[*others, *(".".join(name) for name in told)],
        module={*before.get("module", ()), *modules},
    )


def _bringing(site: SiteContext) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each permission that some configuration brings, with its prefix and key."""
    bundles = (
        (each.bundle_model, each.bundle_type, site.structure.bundles_of(each))
        for each in ENTITY_TYPES.all_content()
    )
    kinds = (*bundles, (TextFormat, "filter_format", site.structure.formats))
    for model, config_type, keys in kinds:
        if model is None or config_type is None:
            continue
        prefix = str(ENTITY_TYPES.config(config_type).prefix)
        for key in keys:
            for permission in permissions_of(model, key, ""):
                yield permission, (prefix, key)
