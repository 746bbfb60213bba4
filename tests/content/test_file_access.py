"""Files in lists, and that none is made of a document."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.content.entity.access import DENIED
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.models import File, FileUsage
from tests.content.visitors import Visitor, make_user, message


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def files(owner: User) -> None:
    """A public file, and private ones: one that is used, one that nothing uses."""
    for name in ("a.txt", "private://used.txt", "private://unused.txt"):
        File.objects.create(filename=name.rpartition("/")[2], uri=name, uid=owner)
    used = File.objects.get(filename="used.txt")
    FileUsage.objects.create(file=used, entity_type="node", entity_id="1")


def listed(user: Any) -> set[str]:
    """The names of the files that a list has for somebody."""
    condition = ENTITY_TYPES.content("file").access.visible_to(Account(user))
    return set(File.objects.filter(condition).values_list("filename", flat=True))


def test_lists_have_public_files_and_unused_ones_of_ones_own(files: None, owner: User) -> None:
    assert listed(owner) == {"a.txt", "unused.txt"}
    assert listed(make_user("other")) == listed(None) == {"a.txt"}


def test_without_access_to_content_lists_have_what_is_ones_own(
    files: None, owner: User, closed_site: None
) -> None:
    assert listed(owner) == {"unused.txt"}
    assert listed(None) == set()


def test_nobody_makes_one_of_a_document(db: None) -> None:
    admin = make_user("admin", is_superuser=True)
    answer = Visitor(admin).send("POST", "/entity/file?_format=json", '{"filename": ["a.txt"]}')
    assert message(answer) == (403, "")
    account, file_type = Account(admin), ENTITY_TYPES.content("file")
    (bundle,) = get_structure(account.stamp).bundles_of(file_type).values()
    assert file_type.access.create(account, bundle) == DENIED
