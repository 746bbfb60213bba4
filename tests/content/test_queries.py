"""How many queries a request costs, and what is told in one query."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.models import Term
from tests.content.visitors import JSON, Visitor, make_user, nid_of, page

IS_SQLITE = connection.vendor == "sqlite"
IMMEDIATE = connection.settings_dict.get("OPTIONS", {}).get("transaction_mode") == "IMMEDIATE"
LOCK = 0 if IMMEDIATE else 1
"""A node is locked by a statement of its own, but where the transaction begins with a lock."""
LOCK_OF_ALL = LOCK if IS_SQLITE else 0
"""SQLite has no locks of rows."""

TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


class Count:
    """The statements that a request has cost: all of them, and those on tables."""

    def __init__(self, captured: CaptureQueriesContext) -> None:
        statements = [each["sql"] for each in captured]
        self.all = len(statements)
        self.on_tables = sum(not each.startswith(TRANSACTION) for each in statements)


@pytest.fixture
def writer(pages: None, articles: None) -> Visitor:
    """May do with pages and articles of theirs what there is to do."""
    kinds = [f"{verb} {kind} content" for kind in ("page", "article") for verb in VERBS]
    visitor = Visitor(make_user("writer", *kinds, "create url aliases", "access comments"))
    nid = nid_of(visitor.create(article()))
    visitor.read(nid)  # The process knows the content model from here on.
    return visitor


VERBS = ("create", "edit own", "delete own")


def article(**fields: Any) -> dict[str, Any]:
    return {"type": "article", "title": ["An article"], **fields}


def full_article() -> dict[str, Any]:
    """An article with a body, tags and an alias."""
    tags = [{"target_id": term.pk} for term in Term.objects.filter(status=True)]
    return article(body=["Text"], field_tags=tags, path=["/an-article"])


def cost(visitor: Visitor, method: str, path: str, document: Any = None) -> Count:
    visitor.be_seen()
    body = "" if document is None else json.dumps(document)
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.send(method, f"{path}?{JSON}", body)
    assert answer.status_code in (200, 201, 204), answer.content
    return Count(captured)


def test_reading_a_page_takes_three(writer: Visitor) -> None:
    nid = nid_of(writer.create(page(body=["Text"], path=["/about"])))
    assert cost(writer, "GET", f"/node/{nid}").all == 3


def test_reading_takes_one_more_for_each_kind_that_is_referred_to(writer: Visitor) -> None:
    """Users who are the author are known with the page."""
    nid = nid_of(writer.create(full_article()))
    assert cost(writer, "GET", f"/node/{nid}").all == 4


def test_reading_at_an_alias_takes_one_more(writer: Visitor) -> None:
    """The one that tells that the path is one."""
    writer.create(full_article())
    assert cost(writer, "GET", "/an-article").all == 5


def test_reading_without_a_token_takes_one_less(writer: Visitor, settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    nid = nid_of(writer.create(full_article()))
    assert cost(Visitor(), "GET", f"/node/{nid}").all == 3


def test_a_superusers_request_takes_no_more(writer: Visitor, admin: Visitor) -> None:
    nid = nid_of(writer.create(full_article()))
    assert cost(admin, "GET", f"/node/{nid}").all == 4


def test_creating_a_page_takes_six(writer: Visitor) -> None:
    count = cost(writer, "POST", "/node", page(body=["Text"]))
    assert (count.all, count.on_tables) == (6, 4)


def test_tags_and_an_alias_take_one_more_each(writer: Visitor) -> None:
    assert cost(writer, "POST", "/node", full_article()).on_tables == 6


def test_changing_a_page_takes_six(writer: Visitor) -> None:
    """And the lock, so that what is decided on is what is changed."""
    nid = nid_of(writer.create(page()))
    count = cost(writer, "PATCH", f"/node/{nid}", page(title=["New"]))
    assert (count.all, count.on_tables) == (6 + LOCK, 4 + LOCK)


def test_changing_an_article_takes_one_more_for_its_tags(writer: Visitor) -> None:
    """What a node refers to is known when it is locked; who asks is known before."""
    nid = nid_of(writer.create(full_article()))
    fewer = article(field_tags=full_article()["field_tags"][:1])
    assert cost(writer, "PATCH", f"/node/{nid}", fewer).all == 7 + LOCK


def test_a_new_tag_and_a_new_alias_take_one_more_each(writer: Visitor) -> None:
    nid = nid_of(writer.create(article()))
    assert cost(writer, "PATCH", f"/node/{nid}", full_article()).on_tables == 6 + LOCK


def test_changing_at_an_alias_takes_one_more(writer: Visitor) -> None:
    writer.create(article(path=["/an-article"]))
    assert cost(writer, "PATCH", "/an-article", article(title=["New"])).on_tables == 5 + LOCK


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_who_may_not_change_a_page_locks_nothing(
    writer: Visitor, method: str, no_audit_log: None
) -> None:
    """Such a request takes what reading the page takes."""
    nid = nid_of(writer.create(page()))
    other = Visitor(make_user("other"))
    other.be_seen()
    with CaptureQueriesContext(connection) as captured:
        answer = other.send(method, f"/node/{nid}?{JSON}", "{" if method == "PATCH" else "")
    assert (answer.status_code, len(captured)) == (403, 3)


def test_changing_nothing_takes_no_more_than_looking(writer: Visitor) -> None:
    document = full_article()
    nid = nid_of(writer.create(document))
    del document["path"]
    count = cost(writer, "PATCH", f"/node/{nid}", document)
    assert (count.all, count.on_tables) == (6 + LOCK, 4 + LOCK)


@pytest.mark.parametrize("path", [[], ["/named"]])
def test_deleting_takes_one_for_each_table_and_three(writer: Visitor, path: list[str]) -> None:
    """For who asks, what the account may do and the node, which is locked by being read."""
    nid = nid_of(writer.create({**full_article(), "path": path}))
    count = cost(writer, "DELETE", f"/node/{nid}")
    assert (count.all, count.on_tables) == (10 + LOCK_OF_ALL, 5 + 3 + LOCK_OF_ALL)


def test_deleting_at_an_alias_takes_one_more(writer: Visitor) -> None:
    writer.create(article(path=["/an-article"]))
    assert cost(writer, "DELETE", "/an-article").on_tables == 9 + LOCK_OF_ALL


def test_a_url_that_there_is_not_takes_two_where_a_format_is_asked_for(writer: Visitor) -> None:
    """It may be an alias, or a list of an imported site; which lists there are, is known then."""
    writer.send("GET", f"/nope?{JSON}")
    for url, count in ((f"/nope?{JSON}", 2), ("/nope", 0), ("/nope?format=json", 0)):
        with CaptureQueriesContext(connection) as captured:
            assert writer.send("GET", url).status_code == 404
        assert len(captured) == count


def test_a_url_in_another_spelling_takes_no_more(writer: Visitor) -> None:
    nid = nid_of(writer.create(full_article()))
    for path in (f"/NODE/{nid}", f"/node/{nid}/", f"/index.php/node/{nid}"):
        assert cost(writer, "GET", path).all == 4
    for path in ("/AN-ARTICLE/", "/index.php/an-article"):
        assert cost(writer, "GET", path).all == 5


def test_more_tags_and_more_permissions_take_no_more(writer: Visitor) -> None:
    for number in range(20):
        Term.objects.create(name=str(number), vid_id="tags")
    nid = nid_of(writer.create(full_article()))
    role = Group.objects.create(name="many")
    assert writer.user
    writer.user.groups.add(role)
    assert cost(writer, "GET", f"/node/{nid}").all == 4


# An account's one query


def test_an_account_is_asked_for_once(
    writer: Visitor, django_assert_num_queries: Callable[[int], Any]
) -> None:
    account = Account(writer.user)
    with django_assert_num_queries(1):
        assert account.has_permission("create page content")
        assert account.has_permission("access content")
        assert not account.has_permission("administer nodes")
        assert account.has_permission_like("create ", " content")
        assert not account.has_permission_like("bake ", " content")
        assert account.stamp
        assert account.uuid


def test_an_account_without_any_permission_takes_one_query_too(
    closed_site: None, reader: Visitor, django_assert_num_queries: Callable[[int], Any]
) -> None:
    account = Account(reader.user)
    with django_assert_num_queries(1):
        assert not account.has_permission("access content")
        assert account.stamp
