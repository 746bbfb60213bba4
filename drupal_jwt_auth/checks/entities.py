"""System checks of entity types: what is wrong with how one was declared is said at startup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from string import Formatter
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from drupal_jwt_auth import token_urls
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.columns import is_made
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.sources import Attribute, ManyToMany
from drupal_jwt_auth.fields import EntityReferenceType
from drupal_jwt_auth.fields.keys import KeyReader
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH
from drupal_jwt_auth.rest.resource import EntityResource, collection_path, path_of_one

APP = "drupal_jwt_auth"

OWN_PATHS = {f"/{url.pattern}" for url in token_urls.urlpatterns}
"""Where this app has something that is no entity."""


def check_entity_types(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the entity types that are registered, or that were refused."""
    known = [*ENTITY_TYPES.all_content()]
    messages = [message for refused in ENTITY_TYPES.refused for message in _check_refused(refused)]
    for entity_type in known:
        messages += _check_fields(entity_type)
        messages += _check_bundles(entity_type)
        messages += _check_columns(entity_type)
        messages += _check_paths(entity_type)
    for first, second in combinations(known, 2):
        messages += _check_same_paths(first, second)
    return messages


def check_entity_urls(**kwargs: Any) -> list[CheckMessage]:
    """Return which paths of a project's entity types lead to something else of the project's."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    try:
        root = reverse("drupal_jwt_auth:node_create").removesuffix("/node")
    except NoReverseMatch:
        return []  # The project has not included the URLs.
    return [
        checks.Warning(
            f"{_name(type(entity_type))}: what the project's URLconf has at {path} is something "
            "else.",
            hint="Change the path of the one or the other, or let the view there be a subclass of "
            "EntityView or EntityCreateView with the type's id as entity_type_id.",
            id="drupal_jwt_auth.W060",
        )
        for entity_type in ENTITY_TYPES.all_content()
        if _is_own(entity_type)
        for path in _paths(entity_type, "1")
        if not _leads_to(entity_type, root + path)
    ]


def _check_refused(refused: type[EntityType]) -> Iterator[CheckMessage]:
    """Why a class was not made an entity type: E060, E061, E062."""
    name, missing = _name(refused), refused.missing()
    if missing:
        yield checks.Error(
            f"{name} cannot be an entity type without {', '.join(missing)}.",
            hint="Set what is missing as attributes of the class; the id is a name of at most "
            f"{MACHINE_NAME_LENGTH} small letters, digits and underscores.",
            id="drupal_jwt_auth.E060",
        )
        return
    unknown = refused.unknown_keys()
    if unknown:
        wanted = ", ".join(f"{key} ({field!r})" for key, field in unknown.items())
        yield checks.Error(
            f"{name} has no base field for these of its keys: {wanted}.",
            hint="Name base fields in keys, and give None for what there is not: Keys(uuid=None).",
            id="drupal_jwt_auth.E062",
        )
        return
    yield checks.Error(
        f"{name} has the same id as {_name(type(ENTITY_TYPES[refused.id]))}: {refused.id!r}.",
        hint="Give it another id, or let it extend the other one, whose place it takes then.",
        id="drupal_jwt_auth.E061",
    )


def _check_fields(entity_type: ContentEntityType) -> Iterator[CheckMessage]:
    """Names of base fields are unique, and what they refer to is registered: E064, E068."""
    name = _name(type(entity_type))
    names = Counter(field.name for field in entity_type.base_fields)
    twice = [field for field, number in names.items() if number > 1]
    if twice:
        yield checks.Error(
            f"{name} has several base fields of the same name: {', '.join(twice)}.",
            hint="Keep one of them, or give one another name.",
            id="drupal_jwt_auth.E064",
        )
    for field in entity_type.base_fields:
        if not isinstance(field.type, EntityReferenceType):
            continue
        target_type = field.type.target_type(field)
        if target_type not in ENTITY_TYPES:
            yield checks.Error(
                f"{name}: {field.name} refers to {target_type!r}, which is no entity type.",
                hint="Register that type before this one, or name another in the field's settings "
                'as "target_type".',
                id="drupal_jwt_auth.E068",
            )


def _check_columns(entity_type: ContentEntityType) -> Iterator[CheckMessage]:
    """Fields have columns, and columns that need a value have fields: E063, E065, W061."""
    name, meta = _name(type(entity_type)), entity_type.model._meta
    columns: dict[str, Any] = {column.attname: column for column in meta.concrete_fields}
    for field in entity_type.base_fields:
        for attribute in _not_there(entity_type, field):
            yield checks.Error(
                f"{name}: {field.name} is to be in {attribute!r}, and {meta.label} has no such "
                "column.",
                hint="Correct the name; what is only shown may be a property, with never_set.",
                id="drupal_jwt_auth.E063",
            )
        may_be_empty = not field.required and field.never_set is None
        if may_be_empty and isinstance(field.source, Attribute):
            for column in filter(None, map(columns.get, field.columns)):
                if not column.null and field.source.write(None) is None:
                    yield checks.Error(
                        f"{name}: {field.name} may be empty, and its column cannot be NULL.",
                        hint="Let the field be required, or the column be null=True.",
                        id="drupal_jwt_auth.E065",
                    )
    held = {
        attribute
        for field in entity_type.base_fields
        if field.never_set is None
        for attribute in field.columns
    }
    without = [
        column.name
        for attribute, column in columns.items()
        if attribute not in held and _has_to_be_set(column)
    ]
    if without and entity_type.base_fields and entity_type.storage.is_own:
        yield checks.Warning(
            f"{name} has no base field for what a new row needs: {', '.join(without)}.",
            hint="Add one, give the column a default, or set it in pre_save of a storage_class.",
            id="drupal_jwt_auth.W061",
        )


def _check_bundles(entity_type: ContentEntityType) -> Iterator[CheckMessage]:
    """Bundles are rows whose keys are texts: E069."""
    model = entity_type.bundle_model
    if entity_type.keys.bundle is not None and not (
        model and isinstance(KeyReader(model._meta.pk).in_text("a"), str)
    ):
        yield checks.Error(
            f"{_name(type(entity_type))}: its bundles are in {entity_type.keys.bundle!r}, which "
            "refers to no rows that have texts as keys.",
            hint="Let it be a ForeignKey to a model whose primary key is a CharField.",
            id="drupal_jwt_auth.E069",
        )


def _check_paths(entity_type: ContentEntityType) -> Iterator[CheckMessage]:
    """Paths can be paths, and are not those of this app: E066, E067."""
    name = _name(type(entity_type))
    canonical, collection = entity_type.canonical, entity_type.collection
    if canonical is not None and not _is_path(canonical, [entity_type.id]):
        yield checks.Error(
            f"{name}: {canonical!r} is no path of one entity.",
            hint=f"Begin it with a slash, and let it have {{{entity_type.id}}} for the key, as in "
            f'"/{entity_type.id}/{{{entity_type.id}}}".',
            id="drupal_jwt_auth.E066",
        )
    if collection is not None and not _is_path(collection, []):
        yield checks.Error(
            f"{name}: nothing can be created at {collection!r}.",
            hint="Begin it with a slash, and leave braces out.",
            id="drupal_jwt_auth.E066",
        )
    taken = OWN_PATHS.intersection(_paths(entity_type, "1"))
    if taken:
        yield _same_path(name, "this app", *taken)


def _check_same_paths(
    first: ContentEntityType, second: ContentEntityType
) -> Iterator[CheckMessage]:
    """No two types meet at a URL: E067."""
    for path in _paths(first, "{}"):
        if any(_meet(path, other) for other in _paths(second, "{}")):
            yield _same_path(_name(type(second)), _name(type(first)), path)


def _same_path(name: str, other: str, *paths: str) -> CheckMessage:
    return checks.Error(
        f"{name} has the same path as {other}: {', '.join(paths)}.",
        hint="Give it another canonical path, or another collection.",
        id="drupal_jwt_auth.E067",
    )


def _paths(entity_type: ContentEntityType, segment: str) -> list[str]:
    """Return the paths of a type, with a segment where the key is."""
    if not entity_type.base_fields:
        return []  # It is only referred to.
    if entity_type.canonical is not None and not _is_path(entity_type.canonical, [entity_type.id]):
        return []  # Which is said of that path.
    return [collection_path(entity_type), path_of_one(entity_type, segment)]


def _meet(one: str, other: str) -> bool:
    """Tell whether there is a URL that fits both paths."""
    segments = one.split("/"), other.split("/")
    return len(segments[0]) == len(segments[1]) and all(
        first == second or "{}" in (first, second) for first, second in zip(*segments, strict=True)
    )


def _is_path(path: str, names: list[str]) -> bool:
    """Tell whether a path is one that has these names in braces."""
    try:
        found = [name for _text, name, _format, _conversion in Formatter().parse(path)]
    except ValueError:
        return False
    is_last = not names or path.endswith(f"/{{{names[0]}}}")
    return (
        path.startswith("/") and is_last and [name for name in found if name is not None] == names
    )


def _leads_to(entity_type: ContentEntityType, path: str) -> bool:
    """Tell whether a view of a type is at a path."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    cls: Any = getattr(view, "cls", object)
    if not issubclass(cls, EntityResource):
        return False
    found = view.view_initkwargs.get("entity_type_id", cls.entity_type_id)
    return bool(found == entity_type.id)


def _not_there(entity_type: ContentEntityType, field: BaseField) -> Iterator[str]:
    """Yield the attributes of a field's source that rows of the model do not have."""
    meta = entity_type.model._meta
    if isinstance(field.source, ManyToMany):
        if field.source.name not in [each.name for each in meta.many_to_many]:
            yield field.source.name
        return
    columns = {column.attname for column in meta.concrete_fields}
    for attribute in field.columns - columns:
        if field.never_set is None or not hasattr(entity_type.model, attribute):
            yield attribute


def _has_to_be_set(column: Any) -> bool:
    """Tell whether a new row has nothing to be saved in a column unless it is given."""
    is_empty = column.null or (column.blank and column.empty_strings_allowed)
    return not (is_empty or is_made(column) or column.generated or _is_time_of_saving(column))


def _is_time_of_saving(column: Any) -> bool:
    return getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False)


def _is_own(entity_type: ContentEntityType) -> bool:
    """Tell whether a type is a project's own."""
    return not type(entity_type).__module__.startswith(f"{APP}.")


def _name(entity_type: type[EntityType]) -> str:
    return f"{entity_type.__module__}.{entity_type.__qualname__}"
