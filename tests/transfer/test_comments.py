"""Comments of a described site: loaded with their threads, and counted."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node
from drupal_jwt_auth.transfer.exceptions import SiteConflictError, SiteDescriptionError
from drupal_jwt_auth.transfer.site_description import describe
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.drupal.replay import DATA

Site = dict[str, Any]


def comment(cid: int, **values: Any) -> dict[str, Any]:
    """A comment on node 1."""
    return {
        "cid": cid,
        "uuid": f"comment-{cid}",
        "comment_type": "comment",
        "entity_id": 1,
        "field_name": "comment",
        "thread": f"0{cid}/",
        "created": cid,
        "changed": cid,
        **values,
    }


@pytest.fixture
def site() -> Site:
    """A site with a node that two have commented on, and the replies of a third."""
    statistics = {"status": 2, "cid": 0, "comment_count": 0}
    times = dict.fromkeys(("created", "changed", "revision_timestamp"), 1)
    node = {"type": "article", "title": "News", "uid": 2, "revision_uid": 2, **times}
    body = {"name": "comment_body", "type": "text_long", "label": "Comment", "required": True}
    return {
        "users": [{"uid": 2, "uuid": "user-2", "name": "author"}],
        "node_types": [
            {
                "type": "article",
                "uuid": "article",
                "name": "Article",
                "fields": [
                    {"name": "comment", "type": "comment", "label": "Comments"},
                    {"name": "body", "type": "text_long", "label": "Body"},
                ],
            }
        ],
        "nodes": [
            {**node, "nid": n, "vid": n, "uuid": f"{n}", "fields": {"comment": [statistics]}}
            for n in (1, 2)
        ],
        "comment_types": {"comment": {"uuid": "type", "label": "Comments", "fields": [body]}},
        "comments": [
            comment(4, pid=3, thread="01.00/", name="Vis", status=False),
            comment(3, pid=1, thread="01.00/", uid=2, entity_id=2),
            comment(1, uid=2, subject="First", fields={"comment_body": [{"value": "a\0b"}]}),
            comment(2, name="Guest", mail="g@example.com", homepage=None),
        ],
    }


def load(site: Site) -> SiteImporter:
    importer = SiteImporter()
    importer.load(describe(site, DATA / "site.json"))
    return importer


def counted(nid: int) -> Any:
    item = Node.objects.get(pk=nid).fields["comment"][0]
    return item["comment_count"], item["cid"], item["last_comment_name"]


@pytest.mark.django_db
def test_comments_are_loaded_and_counted(site: Site) -> None:
    site["comments"][0]["thread"] = "01.00.00/"
    importer = load(site)
    assert (importer.counts["comments"], importer.counts["comment types"]) == (4, 1)
    assert (counted(1), counted(2)) == ((2, 2, "Guest"), (1, 3, ""))
    first = Comment.objects.get(pk=1)
    assert (first.subject, first.fields["comment_body"][0]["value"]) == ("First", "a\0b")
    assert Comment.objects.get(pk=4).pid_id == 3
    field = FieldConfig.objects.of("comment", "comment").get()
    assert (field.name, field.required) == ("comment_body", True)
    # New ones come after them.
    new = Comment.objects.create(comment_type_id="comment", entity_id="1")
    assert new.pk > 4
    assert new.thread == "03/"


@pytest.mark.django_db
def test_the_same_again_changes_nothing_and_counts_what_has_come_since(site: Site) -> None:
    site["comments"][0]["thread"] = "01.00.00/"
    load(site)
    Comment.objects.create(comment_type_id="comment", entity_id="1")
    load(site)
    assert (Comment.objects.count(), counted(1)[0]) == (5, 3)


@pytest.mark.django_db
def test_what_a_type_does_not_say_is_in_the_configuration_of_its_site(site: Site) -> None:
    site["comments"] = []
    site["config"] = {"comment.type.comment": {"description": "Of the configuration"}}
    load(site)
    assert CommentType.objects.get().description == "Of the configuration"
    site["comment_types"]["comment"]["description"] = "Of the type"
    load(site)
    assert CommentType.objects.get().description == "Of the type"


@pytest.mark.django_db
def test_figures_of_a_node_without_described_comments_are_kept(site: Site) -> None:
    site["comments"] = []
    del site["comment_types"]
    site["nodes"][0]["fields"]["comment"][0]["comment_count"] = 7
    importer = load(site)
    assert "comments" not in importer.counts
    assert counted(1)[0] == 7


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"comment_type": "nope"}, "comment_type: there is no comment type 'nope' in the site."),
    ({"uid": 9}, "uid: there is no user 9 in the site."),
    ({"pid": 9}, "pid: there is no comment 9 in the site."),
    ({"entity_type": "user"}, "entity_type: comments of the type comment are on 'node'."),
    (
        {"entity_id": 9},
        "entity_id: there is no node 9 in the site with a field comment for comments.",
    ),
    (
        {"field_name": "body"},
        "entity_id: there is no node 1 in the site with a field body for comments.",
    ),
    ({"pid": 2}, "thread: a reply to 2 has a place below 02/."),
    ({"fields": {"x": []}}, "fields.x: comment type comment has no such field."),
    (
        {"fields": {"comment_body": [{"value": {}}]}},
        "fields.comment_body.0.value: This value should be of the correct primitive type.",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "fault"), FAULTS)
def test_what_does_not_go_together_is_refused(
    site: Site, values: dict[str, Any], fault: str
) -> None:
    site["comments"] = [comment(1, **values), comment(2)]
    with pytest.raises(SiteDescriptionError) as refused:
        load(site)
    assert str(refused.value) == f"comments[0].{fault}"
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"thread": "1"}, "thread: This value does not match the required pattern."),
        ({"thread": "01//"}, "thread: This value does not match the required pattern."),
        ({"subject": "x" * 65}, "subject: Ensure this field has no more than 64 characters."),
        ({"subject": "\ud800"}, "subject: A text has half of a surrogate pair in it"),
    ],
)
def test_what_no_comment_has_is_refused(site: Site, values: dict[str, Any], fault: str) -> None:
    site["comments"] = [comment(1, **values)]
    with pytest.raises(SiteDescriptionError, match=r"comments\[0\]") as refused:
        describe(site, DATA / "site.json")
    assert fault in str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["nope", "comment", "node_type"])
def test_comments_are_on_content(site: Site, target: str) -> None:
    site["comments"] = []
    site["comment_types"]["comment"]["target_entity_type_id"] = target
    with pytest.raises(SiteDescriptionError) as refused:
        load(site)
    place = "comment_types[0].target_entity_type_id"
    assert str(refused.value) == f"{place}: there are no comments on {target!r}."


def test_types_are_named_once_and_their_fields_too(site: Site) -> None:
    described = site["comment_types"]["comment"]
    described["fields"] *= 2
    with pytest.raises(SiteDescriptionError, match="There are 2 fields comment_body"):
        describe(site, DATA / "site.json")
    site["comment_types"] = [5]
    with pytest.raises(SiteDescriptionError, match=r"comment_types\[0\]"):
        describe(site, DATA / "site.json")
    site["comment_types"] = {"comment": 5}
    with pytest.raises(SiteDescriptionError, match=r"comment_types\[0\]"):
        describe(site, DATA / "site.json")


@pytest.mark.django_db
def test_a_comment_that_is_here_already_is_not_overwritten(site: Site) -> None:
    site["comments"][0]["thread"] = "01.00.00/"
    kind = CommentType.objects.create(id="own", label="Own")
    Comment.objects.create(pk=1, comment_type=kind, entity_id="1")
    with pytest.raises(SiteConflictError, match="there is a comment 1 already"):
        load(site)
    assert Comment.objects.get().comment_type_id == "own"
