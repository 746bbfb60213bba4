"""What is hidden is told nowhere: whatever it holds, all that can be asked is answered alike."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, File, Node, Term
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import add_field, make_term, make_user
from tests.jsonapi.clients import PAGES, Client, refusal
from tests.jsonapi.test_guessing import condition

USERS = "/jsonapi/user/user"
COMMENTS = "/jsonapi/comment/comment"
FILES = "/jsonapi/file/file"
MAIL = "secret@example.com"
RANDOM = re.compile(r'"item--[^"]+"')
"""What the items of what is left out are called."""


class Hidden:
    """Things that a reader does not see, and what is public that refers to them."""

    def __init__(self, author: User, pages: list[Node]) -> None:
        self.author, self.pages = author, pages
        User.objects.filter(pk=author.pk).update(email=MAIL)
        kind = CommentType.objects.create(id="comment", label="Comments")
        FieldConfig.objects.add_comment_body(kind)
        add_field("page", "comment", "comment", settings={"comment_type": "comment"})
        nodes = {"target_type": "node"}
        add_field("page", "field_next", "entity_reference", cardinality=-1, settings=nodes)
        add_field("page", "field_file", "file", cardinality=-1)
        self.term = make_term("secret", status=False)
        self.file = File.objects.create(uri="public.txt", filename="public.txt", uid=author)
        self.draft = pages[2]
        pages[0].fields = {
            "field_next": [{"target_id": self.draft.pk}],
            "field_tags": [{"target_id": self.term.pk}],
            "field_file": [{"target_id": self.file.pk, "display": True, "description": ""}],
        }
        pages[0].save()
        Comment.objects.create(
            comment_type=kind, entity_id=str(pages[0].pk), subject="Public", uid=author, mail=MAIL
        )
        self.comment = Comment.objects.create(
            comment_type=kind, entity_id=str(self.draft.pk), subject="secret", uid=author
        )

    def change(self) -> None:
        """Let all that is hidden hold something else."""
        User.objects.filter(pk=self.author.pk).update(email="other@x.org", last_login=None)
        User.objects.filter(pk=self.author.pk).update(is_active=False, password="other")
        Node.objects.filter(pk=self.draft.pk).update(title="other", promote=True, sticky=True)
        Term.objects.filter(pk=self.term.pk).update(name="other", weight=9)
        Comment.objects.filter(pk=self.comment.pk).update(subject="other", name="other")
        Comment.objects.filter(subject="Public").update(mail="other@x.org", hostname="::1")

    @property
    def paths(self) -> list[str]:
        """All that somebody may ask who knows each name and each id."""
        account, page = f"{USERS}/{user_uuid(self.author.pk)}", f"{PAGES}/{self.pages[0].uuid}"
        draft, term = f"{PAGES}/{self.draft.uuid}", f"/jsonapi/taxonomy_term/tags/{self.term.uuid}"
        found = [USERS, COMMENTS, FILES, PAGES, "/jsonapi/taxonomy_term/tags"]
        routes: tuple[tuple[str, tuple[str, ...]], ...] = (
            (account, ("roles", "user_picture")),
            (page, ("uid", "revision_uid", "field_next", "field_tags", "field_file")),
            (draft, ("uid", "field_tags", "field_next")),
            (term, ("parent", "vid", "revision_user")),
            (f"{FILES}/{self.file.uuid}", ("uid",)),
            (f"{COMMENTS}/{self.comment.uuid}", ("uid", "entity_id", "pid")),
        )
        for path, names in routes:
            found.append(path)
            for name in names:
                found += [f"{path}/{name}", f"{path}/relationships/{name}"]
                found += [f"{path}?include={name}", f"{path}?include={name}.uid"]
        lists: dict[str, tuple[str, ...]] = {
            COMMENTS: ("uid", "entity_id", "entity_id.uid"),
            FILES: ("uid",),
            PAGES: ("uid", "field_next", "field_next.uid", "field_tags", "field_file"),
        }
        fields = ("mail", "status", "login", "name", "title", "filename", "filesize", "weight")
        for path, names in lists.items():
            found += [f"{path}?include={name}" for name in names]
            for name in names:
                for field in (*fields, "subject", "sticky", "roles.id"):
                    if (name.endswith("uid"), field) == (True, "name"):
                        continue  # The names of users are public.
                    found += [f"{path}?sort={sign}{name}.{field}" for sign in ("", "-")]
                    for value in ("secret", MAIL, "1", "0"):
                        found.append(f"{path}?{condition(f'{name}.{field}', '=', value)}")
                        found.append(f"{path}?{condition(f'{name}.{field}', '<>', value)}")
        for field in ("mail", "hostname", "homepage"):
            found += [f"{COMMENTS}?sort={field}", f"{COMMENTS}?sort=-{field}"]
            found += [f"{COMMENTS}?{condition(field, '=', MAIL)}"]
        return found


def told(client: Client, path: str) -> tuple[int, str]:
    """What somebody is told at a path."""
    answer = client.send("GET", path)
    return answer.status_code, RANDOM.sub('"item"', answer.content.decode())


@pytest.fixture
def hidden(author: User, pages: list[Node]) -> Hidden:
    return Hidden(author, pages)


@pytest.mark.parametrize("name", ["nobody", "who sees comments"])
def test_nothing_of_it_is_told_anywhere(hidden: Hidden, name: str) -> None:
    client = Client()
    if name != "nobody":
        client = Client(make_user("member", "access comments"))
        client.ask(USERS)
    before = {path: told(client, path) for path in hidden.paths}
    hidden.change()
    for path, answer in before.items():
        assert answer[0] < 500, path
        assert told(client, path) == answer, path
        assert MAIL not in answer[1], path


def test_who_sees_it_is_told(hidden: Hidden, admin: Client) -> None:
    """The test above would see a difference."""
    before = {path: told(admin, path) for path in hidden.paths}
    hidden.change()
    assert sum(told(admin, path) != before[path] for path in before) > 20


class TestNamesOfTheProjectsOwn:
    """A field that is not served can be asked for by none of its names."""

    @pytest.fixture(autouse=True)
    def chosen(self, settings: Any) -> None:
        fields = {"title": "headline", "body": None, "created": None, "uid": None}
        resources = {"node--page": {"fields": fields}, "taxonomy_term--tags": None}
        settings.DRUPAL_JWT_AUTH = {
            "PUBLIC_METHODS": HTTP_METHODS,
            "JSONAPI_RESOURCES": resources,
        }

    @pytest.mark.parametrize("name", ["body.value", "created", "uid.id", "uid.name", "uid.0.id"])
    def test_no_filter_and_no_sort(self, admin: Client, pages: list[Node], name: str) -> None:
        for query in (f"filter[{name}]=x", f"sort={name}", condition(name, "IS NULL", "")):
            status, text = refusal(admin.send("GET", f"{PAGES}?{query}"))
            assert (status, "does not exist" in text) == (400, True), query

    def test_no_include_and_no_route(self, admin: Client, pages: list[Node]) -> None:
        path = f"{PAGES}/{pages[0].uuid}"
        assert refusal(admin.send("GET", f"{path}?include=uid"))[0] == 400
        for tail in ("uid", "relationships/uid"):
            assert refusal(admin.send("GET", f"{path}/{tail}"))[0] == 404

    def test_the_others_by_each_of_theirs(self, admin: Client, pages: list[Node]) -> None:
        for name in ("headline", "title"):
            found = admin.ask(f"{PAGES}?filter[{name}]=About")["data"]
            assert [each["attributes"]["headline"] for each in found] == ["About"]


def test_a_relationship_that_one_may_not_see_is_refused(hidden: Hidden) -> None:
    viewer = Client(make_user("viewer", "access user profiles"))
    User.objects.filter(pk=hidden.author.pk).update(is_active=True)
    for tail in ("roles", "relationships/roles"):
        path = f"{USERS}/{user_uuid(hidden.author.pk)}/{tail}"
        assert refusal(viewer.send("GET", path))[0] == 403


def test_of_a_type_that_is_not_there_nothing_is_told(reader: Client) -> None:
    path = f"/jsonapi/node/nope/{user_uuid(1)}/uid"
    assert refusal(reader.send("GET", path))[0] == 404
    assert refusal(reader.send("POST", path))[0] == 404
    assert refusal(reader.send("DELETE", path))[0] == 405


def test_a_log_message_orders_nothing_for_who_does_not_see_it(
    pages: list[Node], reader: Client
) -> None:
    before = [reader.titles(f"sort={sign}revision_log") for sign in ("", "-")]
    pages[0].save_log("zzz")
    pages[1].save_log("aaa")
    assert [reader.titles(f"sort={sign}revision_log") for sign in ("", "-")] == before
    writer = Client(make_user("writer", "edit any page content"))
    assert writer.titles("sort=revision_log") == ["Contact", "About"]
    assert writer.titles("sort=-revision_log") == ["About", "Contact"]
