"""``docs/extending.md`` shows code that works, as it is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.schemas.openapi import SchemaGenerator

from drupal_jwt_auth.models import File, Node, Term
from tests.content.conftest import articles, pages
from tests.content.visitors import JSON, Visitor, add_field, make_term, make_user, message, nid_of
from tests.docs.test_docs import blocks, read
from tests.rest.test_schemas import spectacular

__all__ = ["articles", "pages", "spectacular"]

MODULE = "the_project_of_the_docs"


@pytest.fixture
def project(settings: Any, articles: None) -> Iterator[None]:
    """All code of the page, one module, which is the project's URLconf."""
    module = ModuleType(MODULE)
    code = "\n".join(blocks(read("docs/extending.md"), "python"))
    sys.modules[MODULE] = module
    exec(compile(code, "docs/extending.md", "exec"), module.__dict__)
    settings.ROOT_URLCONF = MODULE
    add_field("article", "field_phone", "telephone")
    yield
    del sys.modules[MODULE]


@pytest.fixture
def writer(project: None) -> Visitor:
    """May do with articles of theirs what there is to do."""
    kinds = [f"{verb} article content" for verb in ("create", "edit own")]
    return Visitor(
        make_user("writer", *kinds, "view own unpublished content", "create url aliases")
    )


@pytest.fixture
def clerk(project: None) -> Visitor:
    """The same, as a member of the staff."""
    return Visitor(make_user("clerk", "create article content", is_staff=True))


def article(**fields: Any) -> dict[str, Any]:
    return {"type": "article", "title": ["An article"], **fields}


def listed(visitor: Visitor, query: str = "") -> Any:
    answer = visitor.send("GET", f"/articles?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


# The list


def test_the_list_has_the_articles_as_each_is_read(writer: Visitor, pages: None) -> None:
    tag = Term.objects.get(name="alpha").pk
    created = [
        nid_of(writer.create(article(title=[title], field_tags=[tag], path=[f"/{title}"])))
        for title in "abc"
    ]
    Node.objects.create(type_id="page", title="No article")
    page = listed(writer, "limit=2")
    assert page["count"] == 3
    assert page["results"] == [writer.read(nid) for nid in sorted(created, reverse=True)[:2]]
    assert [len(listed(writer, "limit=2&offset=2")["results"]), page["previous"]] == [1, None]


def test_the_list_shows_nobody_more_than_they_may_see(writer: Visitor, clerk: Visitor) -> None:
    nid = nid_of(writer.create(article()))
    Node.objects.filter(nid=nid).update(status=False)
    assert (listed(writer)["count"], listed(clerk)["count"]) == (1, 0)
    assert Visitor().send("GET", "/articles").json()["error"] == "MISSING_AUTHORIZATION_HEADER"


def fill(visitor: Visitor, number: int) -> None:
    """Write articles of different people, each with tags, an image and an alias of its own."""
    fields = {"field_tags": [make_term("t").pk for _ in "ab"], "path": [f"/article-{number}"]}
    file = File.objects.create(filename="a.png", uri="a.png")
    image = {"field_image": [{"target_id": file.pk}], "body": ["Text"]}
    nid = nid_of(visitor.create(article(**fields, **image)))
    Node.objects.filter(nid=nid).update(uid=make_user(f"author{number}"))


def test_a_longer_list_takes_no_more_queries(writer: Visitor) -> None:
    add_field("article", "field_image", "image")
    fill(writer, 0)
    listed(writer)  # The process knows the content model, and what the database can do.
    costs = []
    for more in (range(1, 2), range(2, 20)):
        for number in more:
            fill(writer, number)
        writer.be_seen()
        with CaptureQueriesContext(connection) as captured:
            assert len(listed(writer, "limit=100")["results"]) == more.stop
        costs.append(len(captured))
    # Whose token it is, what they may do (for the list, and for the fields), how many there are,
    # the nodes, their terms, their files.
    assert costs == [7, 7]


def test_generators_of_schemas_describe_the_list(project: None) -> None:
    schema = SchemaGenerator(title="A project", urlconf=MODULE).get_schema()
    assert set(schema["paths"]["/articles"]) == {"get"}


def test_so_does_drf_spectacular(project: None, spectacular: Any) -> None:
    schema = spectacular(urlconf=MODULE).get_schema(request=None, public=True)
    operation = schema["paths"]["/articles"]["get"]
    page = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    listed = schema["components"]["schemas"][page.rpartition("/")[2]]["properties"]["results"]
    assert (listed["type"], "$ref" in listed["items"]) == ("array", True)


# Rules


def test_a_rule_is_told_as_drupal_tells_its_own(writer: Visitor) -> None:
    told = "Unprocessable Entity: validation failed.\ntitle.0.value: Please do not shout.\n"
    assert message(writer.post(article(title=["Hear!"]))) == (422, told)
    nid = nid_of(writer.create(article()))
    assert message(writer.patch(nid, article(title=["Hear!"]))) == (422, told)
    writer.change(nid, article(title=["Hear"]))


# Fields


def test_a_field_for_the_staff_is_neither_seen_nor_set_by_others(
    writer: Visitor, clerk: Visitor
) -> None:
    nid = nid_of(clerk.create(article(field_phone=["123"])))
    Node.objects.filter(nid=nid).update(uid=writer.user)
    assert clerk.read(nid)["field_phone"] == [{"value": "123"}]
    assert "field_phone" not in writer.read(nid)
    assert ["field_phone" in each["results"][0] for each in map(listed, (writer, clerk))] == [
        *(False, True)
    ]
    assert "field_phone" not in writer.change(nid, article(title=["New"], path=["/at-an-alias"]))
    assert "field_phone" not in writer.read("/at-an-alias")
    for guess in ("123", "456"):
        assert message(writer.patch(nid, article(field_phone=[guess]))) == (
            403,
            "Access denied on updating field 'field_phone'. It is for the staff.",
        )
    refused = writer.send("POST", f"/node?{JSON}", '{"type":"article","field_phone":["1"]}')
    assert message(refused) == (403, "Access denied on creating field 'field_phone'.")
