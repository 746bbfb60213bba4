"""Which users of the project the users of a described site are, and under which numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.models.numbering import continue_after
from drupal_jwt_auth.site_description import SiteDescriptionError

Row = Mapping[str, Any]

_USER_PATH = re.compile(r"/user/([1-9][0-9]{0,9})(?=/|\Z)")


class SiteUsers:
    """The users of a site, each with the key that it has here: its number, as far as that is free.

    Whoever is known by the UUID keeps the key of the last import. Somebody else may have the number
    of a new one: then the site is refused, or the new one gets the next number that nobody has, if
    ``renumber``. The other accounts of the project stay as they are, for any table may name them.

    ``keys`` are those that are not the numbers.
    """

    def __init__(self, rows: Sequence[Row], using: str, *, renumber: bool = False) -> None:
        """Find the keys, and let nobody else get them; raise SiteDescriptionError."""
        self.using = using
        self.users = get_user_model()._default_manager.using(using)
        known = self._known(rows)
        to_key = get_user_model()._meta.pk.to_python
        self.keys = {
            row["uid"]: known[row["uuid"]]
            for row in rows
            if row["uuid"] in known and known[row["uuid"]] != to_key(row["uid"])
        }
        taken: list[int] = []
        for index, row in enumerate(rows):
            other = None if row["uuid"] in known else self._holder_of_number(row)
            if other is not None:
                if not renumber:
                    _refuse(index, row, other)
                taken.append(row["uid"])
        highest = max((row["uid"] for row in rows), default=0)
        if taken:
            highest = max(highest, self.users.aggregate(highest=Max("pk"))["highest"])
        self.keys |= {uid: highest + step for step, uid in enumerate(taken, start=1)}
        if rows:
            continue_after(get_user_model(), highest + len(taken), using)

    def key(self, uid: int) -> int | None:
        """Return the key of the user with a number, None for the anonymous user's 0."""
        return self.keys.get(uid, uid) or None

    def path(self, path: str) -> str:
        """Return a path with the number that the user has here, if it begins as that of one."""
        found = _USER_PATH.match(path)
        return path if found is None else f"/user/{self.key(int(found[1]))}{path[found.end() :]}"

    def items(self, field: Field, items: Iterable[Item]) -> list[Item]:
        """Return items of a field with the keys of the users whom they reference."""
        return [self._item(field, item) for item in items] if self.keys else list(items)

    def check(self, index: int, row: Row) -> None:
        """Raise SiteDescriptionError where somebody else has the name or, by now, the key."""
        user_model, name = get_user_model(), row["name"]
        key: Any = self.key(row["uid"])
        same_name = self.users.filter(**{user_model.USERNAME_FIELD: name}).exclude(pk=key).first()
        if same_name is not None:
            raise SiteDescriptionError(
                f"users[{index}].name: there is a user {name!r} already, with the id "
                f"{same_name.pk} instead of {key}. Give one of the two another name."
            )
        known = UserUUID.objects.using(self.using).filter(user=key, uuid=row["uuid"])
        other = None if known.exists() else self._other_user(row, key)
        if other is not None:
            _refuse(index, row, other)

    def _holder_of_number(self, row: Row) -> Any:
        """Return the user who has the number of a new one, None where that can be had."""
        if row["uid"] in self.keys.values():
            return self.users.filter(pk=row["uid"]).first()
        return self._other_user(row, row["uid"])

    def _other_user(self, row: Row, key: Any) -> Any:
        """Return the user who has a key and another name, if there is one."""
        by_name = {get_user_model().USERNAME_FIELD: row["name"]}
        return self.users.filter(pk=key).exclude(**by_name).first()

    def _known(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Return the keys of those who have been imported before, by UUID."""
        uuids = UserUUID.objects.using(self.using)
        return {
            uuid: key
            for batch in batches(rows)
            for uuid, key in uuids.filter(uuid__in=[row["uuid"] for row in batch]).values_list(
                "uuid", "user"
            )
        }

    def _item(self, field: Field, item: Item) -> Item:
        reference = field.type.reference(item, field)
        if reference is None or reference.entity_type != "user":
            return item
        return {**item, "target_id": self.keys.get(reference.key, reference.key)}


def _refuse(index: int, row: Row, other: Any) -> None:
    name = row["name"]
    raise SiteDescriptionError(
        f"users[{index}].uid: there is a user with the id {other.pk} already, "
        f"{other.get_username()!r} instead of {name!r}. --renumber-users keeps both: "
        f"{name!r} gets another id, which is the uid that clients see."
    )
