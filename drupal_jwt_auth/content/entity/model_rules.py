"""What Django's models say of their rows: validators, rules of the whole row, constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model

from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE, NOT_NULL
from drupal_jwt_auth.fields.keys import NO_VALUE
from drupal_jwt_auth.fields.primitives import is_true
from drupal_jwt_auth.http.paths import is_segment
from drupal_jwt_auth.models.text_columns import AnyTextMixin

NO_SEGMENT = "This value cannot be a part of a path."

_has_no_nul = ProhibitNullCharactersValidator()


def clean(entity: Model, sent: Iterable[Field], fields: Iterable[Field]) -> None:
    """Let the model validate, and convert, what was sent for some fields; raise ValidationError.

    ``fields`` are all that the entity has.
    """
    columns = {column.attname: column for column in entity._meta.concrete_fields}
    told = [(columns[name], field.name) for field in sent for name in field.columns]
    clean_columns(entity, told, fields)


def clean_columns(
    entity: Model, columns: Iterable[tuple[Any, str]], fields: Iterable[Field]
) -> None:
    """Let the model validate, and convert, some columns; raise ValidationError.

    As Django's ``clean_fields`` and ``clean``, without a query, but for references that are limited
    to some rows. What is wrong with single columns, by the names that are given beside them, is
    told before what is with all.
    """
    errors: dict[str, Any] = {}
    for column, name in columns:
        try:
            setattr(entity, column.attname, _cleaned(column, entity))
        except ValidationError as error:
            errors.setdefault(name, []).extend(error.error_list)
    if errors:
        raise ValidationError(errors)
    _ask([entity.clean], fields)


def explain(entity: Model, fields: Iterable[Field]) -> None:
    """Raise ValidationError for what the database has refused, as far as the model knows why."""
    _ask([entity.validate_unique, entity.validate_constraints], fields)


def has_constraints(entity: Model) -> bool:
    """Tell whether rows of the model have to fit others, or to themselves."""
    return bool(entity._meta.unique_together) or any(
        constraints for _model, constraints in entity.get_constraints()
    )


def automatic_columns(entity: Model) -> Set[str]:
    """Return the attributes that get a new value whenever a row is saved."""
    return {
        column.attname
        for column in entity._meta.concrete_fields
        if getattr(column, "auto_now", False)
    }


def read_made_values(entity: Model) -> None:
    """Read again what the database makes itself: of expressions, such as its own defaults."""
    made = [
        column.attname
        for column in entity._meta.concrete_fields
        if column.generated or hasattr(vars(entity).get(column.attname), "resolve_expression")
    ]
    if made:
        entity.refresh_from_db(using=entity._state.db, fields=made)


def _cleaned(column: Any, entity: Model) -> Any:
    value = getattr(entity, column.attname)
    if value == "" and not column.empty_strings_allowed:
        value = None
    if value is None:
        if column.null:
            return None
        raise ValidationError(NOT_NULL)
    if column.blank and value in column.empty_values:
        return value
    if isinstance(value, str) and not isinstance(column, AnyTextMixin):
        _has_no_nul(value)
    if column.primary_key and not is_segment(str(value)):
        raise ValidationError(NO_SEGMENT)
    try:
        # Where there is such a row, that is known; of 0 Drupal's rules ask nothing.
        if column.remote_field and not column.remote_field.limit_choices_to and is_true(value):
            return column.to_python(value)
        return column.clean(value, entity)
    except ValidationError:
        raise
    except NO_VALUE as error:
        raise ValidationError(NOT_A_PRIMITIVE) from error


def _ask(rules: Sequence[Callable[[], None]], fields: Iterable[Field]) -> None:
    """Raise ValidationError for what several rules say, by the names that fields have."""
    errors: dict[str, Any] = {}
    for rule in rules:
        try:
            rule()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(_by_field(errors, fields))


def _by_field(errors: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Return errors by the names of fields, where they are by those of columns."""
    names: dict[str, str] = {}
    for field in fields:
        names |= {field.name: field.name, **dict.fromkeys(field.columns, field.name)}
    found: dict[str, Any] = {}
    for column, texts in errors.items():
        name = names.get(f"{column}_id", names.get(column, NON_FIELD_ERRORS))
        found.setdefault(name, []).extend(texts)
    return found
