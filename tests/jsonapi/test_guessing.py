"""What somebody may not see is told by no filter, no sort, no include and no error."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.content.query.comparing import OPERATORS
from drupal_jwt_auth.models import Node
from tests.content.visitors import make_term, make_user
from tests.jsonapi.clients import PAGES, Client

USERS = "/jsonapi/user/user"
SECRET = "Secret7"
"""What all that is hidden holds."""
OTHER = "Another7"
GUESSES = (SECRET, SECRET.lower(), SECRET[:3], OTHER, "0", "1", "2030", "900000000", "zzzz")


def condition(path: str, operator: str, value: str) -> str:
    """A filter in its long form."""
    start = "filter[a][condition]"
    given = f"{start}[value]={value}"
    if operator.endswith(("IN", "BETWEEN")):
        given = f"{start}[value][0]={value}&{start}[value][1]={value}"
    return f"{start}[path]={path}&{start}[operator]={operator}&{given}"


def told(client: Client, path: str, query: str) -> Any:
    """What somebody is told: what there is and what is left out, or why they are refused."""
    document = client.send("GET", f"{path}?{query}").json()
    if "errors" in document:
        return [(each["status"], each["detail"]) for each in document["errors"]]
    links = document.get("meta", {}).get("omitted", {}).get("links", {}).values()
    return [each["id"] for each in document["data"]], [each["href"] for each in links]


FIELDS = (
    *("mail", "name", "status", "created", "changed", "timezone", "preferred_langcode"),
    *("access", "login", "init", "pass", "preferred_admin_langcode", "roles", "roles.id"),
    *("display_name", "langcode", "default_langcode", "id", "uuid", "uid"),
    *("drupal_internal__uid", "user_picture", "user_picture.id", "roles.meta.x"),
)


@pytest.fixture
def hidden(author: User, pages: list[Node]) -> User:
    """Who wrote the pages, and says nothing of themselves to others."""
    author.email = f"{SECRET}@example.com"
    author.save()
    return author


@pytest.mark.parametrize("prefix", ["", "uid.", "revision_uid.entity:user."])
@pytest.mark.parametrize("field", FIELDS)
def test_nothing_of_an_account_can_be_guessed(
    hidden: User, pages: list[Node], reader: Client, prefix: str, field: str
) -> None:
    """All that is asked is answered alike, whatever the account holds."""
    path = PAGES if prefix else USERS
    queries = [
        condition(prefix + field, operator, guess)
        for operator in random.Random(field).sample(OPERATORS, 5)
        for guess in GUESSES[:4]
    ]
    queries += [f"sort={prefix}{field}", f"sort=-{prefix}{field}"]
    is_public = field in {"name", "id", "uuid", "display_name"}
    if is_public:
        queries = queries[:-2]
    told(reader, USERS, "")  # Those who were never there have no UUID in the database.
    before = [told(reader, path, query) for query in queries]
    User.objects.filter(pk=hidden.pk).update(
        email=f"{OTHER}@example.org", is_active=False, last_login=None, password="x"
    )
    if not is_public:
        User.objects.filter(pk=hidden.pk).update(date_joined="2001-01-01T00:00:00Z")
    assert [told(reader, path, query) for query in queries] == before


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("path", ["title", "body.value", "created", "nid", "field_tags.name"])
def test_nothing_of_a_draft_can_be_guessed(
    pages: list[Node], reader: Client, operator: str, path: str
) -> None:
    draft = pages[2]
    term = make_term(SECRET)
    body = {"value": SECRET, "format": "plain_text"}
    draft.fields = {"body": [body], "field_tags": [{"target_id": term.pk}]}
    draft.title = SECRET
    draft.save()
    for guess in (*GUESSES, str(draft.pk)):
        found = reader.ask(f"{PAGES}?{condition(path, operator, guess)}")
        assert draft.uuid not in str(found)
        assert len(found["data"]) <= 2
        assert "meta" not in found


def test_a_hidden_member_is_neither_counted_nor_paged(pages: list[Node], reader: Client) -> None:
    page = reader.ask(f"{PAGES}?filter[title][operator]=<>&filter[title][value]=x&page[limit]=2")
    assert len(page["data"]) == 2
    assert "next" not in page["links"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_nothing_of_a_hidden_term_can_be_guessed(
    pages: list[Node], reader: Client, operator: str
) -> None:
    term = make_term(SECRET, status=False)
    pages[0].fields = {"field_tags": [{"target_id": term.pk}]}
    pages[0].save()
    for path in ("field_tags.name", "field_tags.entity.status", "field_tags.weight"):
        queries = [condition(path, operator, guess) for guess in GUESSES]
        found = {query: reader.titles(query) for query in queries}
        assert all("About" not in titles for titles in found.values())
    before = [reader.titles(f"sort={sign}field_tags.name") for sign in ("", "-")]
    type(term).objects.filter(pk=term.pk).update(name="aaa")
    assert [reader.titles(f"sort={sign}field_tags.name") for sign in ("", "-")] == before


def test_a_log_message_is_for_those_who_see_revisions(
    pages: list[Node], reader: Client, admin: Client
) -> None:
    pages[0].revision_log = SECRET
    pages[0].save()
    for path in ("revision_log_message", "revision_log"):
        for operator in OPERATORS:
            answer = reader.send("GET", f"{PAGES}?{condition(path, operator, SECRET)}")
            assert answer.status_code < 500
            assert not (answer.status_code == 200 and answer.json()["data"])
    assert admin.titles(condition("revision_log", "=", SECRET)) in ([], ["About"])


def test_a_log_message_of_a_term_is_for_those_who_see_its_revisions(
    db: None, reader: Client, admin: Client
) -> None:
    make_term("alpha", revision_log_message=SECRET)
    query = condition("revision_log_message", "=", SECRET)
    for who, count in ((reader, 0), (admin, 1)):
        assert len(who.ask(f"/jsonapi/taxonomy_term/tags?{query}")["data"]) == count


def test_an_include_tells_nothing_of_whom_one_does_not_see(
    hidden: User, pages: list[Node], reader: Client
) -> None:
    answer = reader.send("GET", f"{PAGES}?include=uid,revision_uid")
    assert SECRET not in answer.content.decode()
    member = Client(make_user("member", "access user profiles"))
    included = member.ask(f"{PAGES}?include=uid")["included"]
    assert [each["attributes"].get("mail") for each in included] == [None]


NAMES = ("filter", "sort", "include", "page", "fields", "resourceVersion", "nope", "_format", "")
KEYS = (
    *("[title]", "[]", "[0]", "[a][condition]", "[a][group]", "[path]", "[value]", "[operator]"),
    *("[a][condition][path]", "[a][condition][value]", "[a][condition][operator]", "[limit]"),
    *("[a][group][conjunction]", "[a][condition][memberOf]", "[node--page]", "[offset]", "[" * 9),
    *("[" + "9" * 5000 + "][]", "[x]" * 20, "[uid.name]", "[field_tags.0.name]", "", "[٣]", "]"),
)
VALUES = (
    *("", "x", "title", "-title", "uid", "uid.name", "0", "-1", "9" * 40, "1e999", "%00"),
    *("%FF", "=", "IN", "BETWEEN", "IS NULL", "OR", "AND", "a", "@root", "id:1", "rel:x", ",", "."),
    *("...", "field_tags." + "9" * 5000, f"field_tags.{'9' * 20}.id", "field_tags.1.name", "'%25"),
    *("field_tags.0", "body", "body.value", "body.processed", "path.alias", "uid." * 300, "[", "*"),
)


@pytest.mark.parametrize("seed", range(12))
def test_no_query_is_an_error_of_the_server(
    pages: list[Node], reader: Client, admin: Client, seed: int
) -> None:
    chance = random.Random(seed)
    paths = (PAGES, USERS, "/jsonapi/node_type/node_type", f"{PAGES}/{pages[0].uuid}", "/jsonapi")
    for _each in range(40):
        query = "&".join(
            f"{chance.choice(NAMES[:4] if chance.random() < 0.8 else NAMES)}{chance.choice(KEYS)}"
            f"={chance.choice(VALUES)}"
            for _parameter in range(chance.randint(1, 5))
        )
        client: Any = chance.choice([reader, admin])
        answer = client.send("GET", f"{chance.choice(paths)}?{query}")
        assert answer.status_code < 500, query
