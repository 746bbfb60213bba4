"""Two vocabularies, and who may do what with their terms."""

from __future__ import annotations

import pytest

from drupal_jwt_auth.models import Vocabulary
from tests.content.visitors import Visitor, make_user


@pytest.fixture
def tags(db: None) -> Vocabulary:
    return Vocabulary.objects.create(vid="tags", name="Tags")


@pytest.fixture
def topics(db: None) -> Vocabulary:
    return Vocabulary.objects.create(vid="topics", name="Topics")


@pytest.fixture
def keeper(tags: Vocabulary) -> Visitor:
    """Creates, edits and deletes tags, and may set their aliases."""
    verbs = (f"{verb} terms in tags" for verb in ("create", "edit", "delete"))
    return Visitor(make_user("keeper", *verbs, "create url aliases"))


@pytest.fixture
def librarian(tags: Vocabulary) -> Visitor:
    """Administers taxonomy."""
    return Visitor(make_user("librarian", "administer taxonomy"))
