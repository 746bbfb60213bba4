"""Which users of the project the users of a described site are, and under which numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.primitives import to_integer
from drupal_jwt_auth.fields.user_keys import are_numbers, read_key, wire_key
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.models.numbering import last_number
from drupal_jwt_auth.transfer.exceptions import SiteConflictError, SiteDescriptionError

Row = Mapping[str, Any]
Rows = Collection[Row]

_USER_PATH = re.compile(r"/user/([1-9][0-9]{0,9})(?=/|\Z)")


class SiteUsers:
    """The users of a site, each with the key that it has here: its number, as far as that is free.

    Where keys are of a kind that can be no number, it is the user's UUID. Whoever is known by that
    keeps the key of the last import. Somebody else may have the key of a new one: then the site is
    refused, or the new one gets the next number that nobody has, if ``renumber``. The other
    accounts of the project stay as they are, for any table may name them.

    ``keys`` are those of all, ``renumbered`` those that are others than what was described.
    """

    def __init__(self, rows: Rows, using: str, *, renumber: bool = False) -> None:
        """Find the keys; raise SiteDescriptionError where somebody else has one, or a name."""
        self.using = using
        self.users = get_user_model()._default_manager.using(using)
        known = self._known(rows)
        own = {row["uid"]: _own_key(index, row) for index, row in enumerate(rows)}
        self.renumbered = {
            row["uid"]: known[row["uuid"]]
            for row in rows
            if known.get(row["uuid"], own[row["uid"]]) != own[row["uid"]]
        }
        taken: list[int] = []
        for index, row in enumerate(rows):
            other = None if row["uuid"] in known else self._holder(row, own[row["uid"]])
            if other is not None:
                if not (renumber and are_numbers()):
                    _refuse(index, row, other)
                taken.append(row["uid"])
        highest = max(own, default=0)
        if taken:
            highest = max(highest, self.users.aggregate(highest=Max("pk"))["highest"])
        self.renumbered |= {uid: highest + step for step, uid in enumerate(taken, start=1)}
        self.keys: dict[int, Any] = own | self.renumbered
        self.highest = highest + len(taken)
        self._check_room(rows)
        keys = set(self.keys.values())
        for index, row in enumerate(rows):
            namesake = self._namesake(row)
            # Whoever is in the file too may get another name.
            if namesake is not None and namesake.pk not in keys:
                self._refuse_name(index, row, namesake)

    def key(self, uid: int) -> Any:
        """Return the key of the user with a number, None for the anonymous user's 0.

        And for a user who is not described, where the number can be no key.
        """
        return self.keys.get(uid, read_key(uid)) or None

    def path(self, path: str) -> str:
        """Return a path with the key that the user has here, if it begins as that of one."""
        found = _USER_PATH.match(path)
        key = self.key(int(found[1])) if found else None
        return path if found is None or key is None else f"/user/{key}{path[found.end() :]}"

    def items(self, field: Field, items: Iterable[Item]) -> list[Item]:
        """Return items of a field with the keys of the users whom they name."""
        names = field.type.user_properties(field)
        return [
            {**item, **{name: self._stored(item[name]) for name in names if name in item}}
            for item in items
        ]

    def check(self, index: int, row: Row) -> None:
        """Raise SiteDescriptionError where somebody else has the name or, by now, the key."""
        key: Any = self.key(row["uid"])
        namesake = self._namesake(row)
        if namesake is not None:
            self._refuse_name(index, row, namesake)
        known = UserProfile.objects.using(self.using).filter(user=key, uuid=row["uuid"])
        other = None if known.exists() else self._other_user(row, key)
        if other is not None:
            _refuse(index, row, other)

    def _check_room(self, rows: Rows) -> None:
        """Refuse keys after which the database has none for a new user."""
        last = last_number(get_user_model())
        if last is not None and self.highest >= last:
            uids = [row["uid"] for row in rows]
            raise SiteDescriptionError(
                f"users[{uids.index(max(uids))}].uid: ids would go up to {self.highest}. There is "
                f"none after {last}, and no user could be made any more."
            )

    def _namesake(self, row: Row) -> Any:
        """Return the user who has the name of another one, if there is one."""
        by_name = {get_user_model().USERNAME_FIELD: row["name"]}
        return self.users.filter(**by_name).exclude(pk=self.key(row["uid"])).first()

    def _refuse_name(self, index: int, row: Row, namesake: Any) -> None:
        raise SiteConflictError(
            f"users[{index}].name: there is a user {row['name']!r} already, with the id "
            f"{namesake.pk} instead of {self.key(row['uid'])}. Give one of the two another name."
        )

    def _holder(self, row: Row, key: Any) -> Any:
        """Return the user who has the key of a new one, None where that can be had."""
        if key in self.renumbered.values():
            return self.users.filter(pk=key).first()
        return self._other_user(row, key)

    def _other_user(self, row: Row, key: Any) -> Any:
        """Return the user who has a key and another name, if there is one."""
        by_name = {get_user_model().USERNAME_FIELD: row["name"]}
        return self.users.filter(pk=key).exclude(**by_name).first()

    def _known(self, rows: Rows) -> dict[str, Any]:
        """Return the keys of those who have been imported before, by UUID."""
        uuids = UserProfile.objects.using(self.using)
        return {
            uuid: key
            for batch in batches(rows)
            for uuid, key in uuids.filter(uuid__in=[row["uuid"] for row in batch]).values_list(
                "uuid", "user"
            )
        }

    def _stored(self, value: Any) -> Any:
        """Return the key that a number in an item stands for, as it is stored."""
        uid = to_integer(value)
        if not uid:
            return value
        key = self.key(uid)
        return None if key is None else wire_key(key)


def _own_key(index: int, row: Row) -> Any:
    """Return the key that a user has where nobody else has it: the number, or else the UUID."""
    for value in (row["uid"], row["uuid"]):
        key = read_key(value)
        if key is not None:
            return key
    raise SiteDescriptionError(
        f"users[{index}]: neither the uid {row['uid']} nor the uuid {row['uuid']!r} can be the key "
        f"of a user, which is of the kind: {get_user_model()._meta.pk.description}."
    )


def _refuse(index: int, row: Row, other: Any) -> None:
    name = row["name"]
    way_out = (
        f" --renumber-users keeps both: {name!r} gets another id, which is the uid that clients "
        "see."
    )
    raise SiteConflictError(
        f"users[{index}].uid: there is a user with the id {other.pk} already, "
        f"{other.get_username()!r} instead of {name!r}.{way_out if are_numbers() else ''}"
    )
