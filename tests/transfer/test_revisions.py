"""Nodes come with their older revisions: what they were, who has made them, and the logs."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.content.node.revisions import revert, save_revision
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.models import Node, Revision
from tests.content.visitors import Visitor, make_user
from tests.transfer.site import Load, Site, described, refusal, stored


def older(vid: int, title: str, **values: Any) -> Site:
    """What a node was at a revision."""
    return {
        "vid": vid,
        "title": title,
        "uid": 12,
        "status": False,
        "created": 1400000000,
        "changed": 1400000001,
        "revision_timestamp": 1400000002,
        "revision_uid": 12,
        "fields": {"body": [{"value": "was"}], "field_tags": [{"target_id": "8"}]},
        **values,
    }


@pytest.fixture
def site() -> Site:
    """The node 40 has two older revisions."""
    site = described()
    revisions = [older(80, "First"), older(85, "Second", uid=0, revision_log="Typos")]
    site["nodes"][0] |= {"revisions": revisions, "revision_log": "About us"}
    return site


def test_each_is_there_with_its_author_date_and_log(load: Load, site: Site) -> None:
    load(site)
    made = Revision.objects.filter(node=40).order_by("vid")
    assert list(made.values_list("vid", "revision_uid", "revision_log", "current_for")) == [
        (80, 12, None, None),
        (85, 12, "Typos", None),
        (90, None, "About us", 40),
    ]
    assert to_unix(made[0].revision_timestamp) == 1400000002


def test_an_older_one_keeps_what_the_node_was(load: Load, site: Site) -> None:
    load(site)
    snapshot = Revision.objects.get(vid=85).snapshot
    assert snapshot is not None
    assert snapshot["title"] == [{"value": "Second"}]
    assert snapshot["uid"] == [{"target_id": 0}]
    assert snapshot["status"] == [{"value": False}]
    assert snapshot["created"] == [{"value": 1400000000}]
    # As the type of the field stores it.
    assert snapshot["field_tags"] == [{"target_id": 8}]
    assert Revision.objects.get(vid=90).snapshot is None


def test_the_node_can_be_what_it_was(load: Load, site: Site) -> None:
    load(site)
    node = Node.objects.get(pk=40)
    revert(node, Revision.objects.get(vid=80), None)
    answer = Visitor(make_user("root", is_superuser=True)).read(40)
    assert answer["title"] == [{"value": "First"}]
    assert answer["body"][0]["value"] == "was"
    assert answer["vid"][0]["value"] > 90


def test_a_second_import_changes_nothing(load: Load, site: Site) -> None:
    load(site)
    before = stored()
    load(site)
    assert stored() == before


def test_a_log_that_the_file_says_nothing_of_stays(load: Load, site: Site) -> None:
    load(site)
    del site["nodes"][0]["revision_log"]
    load(site)
    assert Revision.objects.get(vid=90).revision_log == "About us"


def test_a_later_export_makes_of_the_current_revision_an_older_one(load: Load, site: Site) -> None:
    load(described())
    revisions = [older(90, "Then")]
    site["nodes"][0] |= {"vid": 95, "revisions": revisions}
    load(site)
    assert Node.objects.get(pk=40).revision.vid == 95
    assert Revision.objects.get(vid=90).snapshot is not None


def test_revisions_that_were_made_here_stay(load: Load, site: Site) -> None:
    load(site)
    node = Node.objects.get(pk=40)
    save_revision(node, None, "Mine")
    load(site)
    assert Revision.objects.filter(node=40).count() == 4
    assert Node.objects.get(pk=40).revision.vid == 90


def test_later_revisions_get_higher_numbers(load: Load, site: Site) -> None:
    site["nodes"][1]["revisions"] = [older(500, "Later")]
    load(site)
    assert Node.objects.create(type_id="page", title="New").revision.vid > 500


def test_the_number_of_a_revision_is_that_of_one_alone(load: Load, site: Site) -> None:
    site["nodes"][1]["revisions"] = [older(85, "Again")]
    assert refusal(load, site) == "nodes[1].revisions[0].vid: nodes[0].revisions[1] has 85 too."


def test_a_revision_of_another_node_is_in_the_way(load: Load, site: Site) -> None:
    load({**described(), "nodes": [{**described()["nodes"][0], "vid": 80}]})
    site["nodes"] = [{**described()["nodes"][1], "revisions": [older(80, "Mine")]}]
    assert refusal(load, site).startswith(
        "nodes[0].revisions[0].vid: there is a revision 80 already, of node 40 instead of 41."
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"revision_uid": 99}, "revision_uid: there is no user 99 in the site."),
        ({"uid": 99}, "uid: there is no user 99 in the site."),
        ({"fields": {"x": []}}, "fields.x: content type page has no such field."),
        (
            {"fields": {"field_tags": [{"target_id": "x"}]}},
            "fields.field_tags.0.target_id: This value should be of the correct primitive type.",
        ),
    ],
)
def test_what_is_wrong_with_one_is_told_with_its_place(
    load: Load, site: Site, change: Site, fault: str
) -> None:
    site["nodes"][0]["revisions"][1] |= change
    assert refusal(load, site) == f"nodes[0].revisions[1].{fault}"
