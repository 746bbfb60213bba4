"""An account, and who administers others."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.content.user.accounts import PASSWORD
from tests.content.visitors import Visitor, make_user


@pytest.fixture
def member(db: None) -> User:
    """Somebody with an account and nothing else."""
    return make_user("member", email="member@example.com", password=PASSWORD)


@pytest.fixture
def own(member: User) -> Visitor:
    """The member asks."""
    return Visitor(member)


@pytest.fixture
def clerk(db: None) -> Visitor:
    """Administers users."""
    return Visitor(make_user("clerk", "administer users", password=PASSWORD))


@pytest.fixture
def viewer(db: None) -> Visitor:
    """May see accounts."""
    return Visitor(make_user("viewer", "access user profiles"))
