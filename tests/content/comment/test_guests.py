"""Guests: who they say that they are, where the field for comments asks them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.models import Comment, FieldConfig, Node
from tests.content.comment.commenters import Commenter, cid_of, remark, value
from tests.content.visitors import faults, make_user, message

pytestmark = pytest.mark.usefixtures("guests_comment")

CONTACT = {"mail": ["g@example.com"], "homepage": ["https://g.example.com"]}
TAKEN = "name: The name you used (Author) belongs to a registered user."
REQUIRED = "name: You have to specify a valid author."
OTHER = "name: The specified author name does not match the comment author."


@pytest.fixture
def asked(discussed: FieldConfig, request: pytest.FixtureRequest) -> None:
    """The field asks guests how to reach them, as the parameter says."""
    discussed.own_settings = {**discussed.own_settings, "anonymous": request.param}
    discussed.save()


def test_a_guest_is_user_0(guest: Commenter, article: Node) -> None:
    document = guest.say(article)
    assert (value(document, "uid"), document["name"]) == (0, [])


@pytest.mark.parametrize("asked", [0], indirect=True)
def test_a_name_is_always_taken_and_an_address_where_it_is_asked_for(
    asked: None, guest: Commenter, article: Node
) -> None:
    assert value(guest.say(article, name=["Vis"]), "name") == "Vis"
    for name, sent in CONTACT.items():
        guest_answer = guest.comment(remark(article, **{name: sent}))
        # Whoever sends no token and is refused is told what is missing.
        assert guest_answer.status_code == 401


@pytest.mark.parametrize("asked", [1, 2], indirect=True)
def test_an_address_is_kept_and_shown_to_moderators(
    asked: None, guest: Commenter, moderator: Commenter, article: Node
) -> None:
    document = guest.say(article, name=["Vis"], **CONTACT)
    assert "mail" not in document
    seen = moderator.look_at(cid_of(document)).json()
    assert [value(seen, name) for name in ("name", "mail", "homepage")] == [
        *("Vis", "g@example.com", "https://g.example.com")
    ]


@pytest.mark.parametrize("asked", [2], indirect=True)
def test_a_name_can_be_asked_for(
    asked: None, guest: Commenter, member: Commenter, article: Node
) -> None:
    assert faults(guest.comment(remark(article))) == [REQUIRED]
    assert faults(guest.comment(remark(article, name=[""]))) == [REQUIRED]
    assert member.comment(remark(article)).status_code == 201


@pytest.mark.parametrize("asked", [1], indirect=True)
def test_an_address_is_one(asked: None, guest: Commenter, article: Node) -> None:
    answer = guest.comment(remark(article, mail=["bad"], homepage=["x" * 300]))
    assert faults(answer) == [
        "mail.0.value: This value is not a valid email address.",
        "homepage.0.value: This value should be of the correct primitive type.",
    ]
    long = ["https://" + "x" * 248]
    text = "homepage.0.value: Homepage: may not be longer than 255 characters."
    assert faults(guest.comment(remark(article, homepage=long))) == [text]


def test_nobody_else_has_a_users_name(guest: Commenter, article: Node) -> None:
    """In upper case or lower; and a name that nobody can have is anybody's."""
    assert faults(guest.comment(remark(article, name=["Author"]))) == [TAKEN]
    assert value(guest.say(article, name=["au\0thor"]), "name") == "au\0thor"


def test_who_has_an_account_goes_by_its_name(moderator: Commenter, article: Node) -> None:
    assert faults(moderator.comment(remark(article, name=["Nick"]))) == [OTHER]
    document = moderator.say(article, name=["moderator"], mail=["m@example.com"])
    assert (document["name"], document["mail"]) == ([], [])
    author = User.objects.get(username="author")
    by_other = remark(article, uid=[author.pk], name=["moderator"])
    assert faults(moderator.comment(by_other)) == [OTHER]
    assert moderator.comment({**by_other, "name": ["author"]}).status_code == 201


def test_a_name_goes_with_nobody_who_is_not_there(moderator: Commenter, article: Node) -> None:
    answer = moderator.comment(remark(article, uid=[9999], name=["x"]))
    assert faults(answer) == [
        OTHER,
        "uid.0.target_id: The referenced entity (user: 9999) does not exist.",
    ]


def test_moderators_correct_what_a_guest_has_said(
    guest: Commenter, moderator: Commenter, article: Node
) -> None:
    cid = cid_of(guest.say(article, name=["Vis"]))
    assert faults(moderator.correct(cid, name=["Author"])) == [TAKEN]
    changed = moderator.correct(cid, name=["Visitor"], **CONTACT).json()
    assert [value(changed, name) for name in ("name", "mail")] == ["Visitor", "g@example.com"]
    # An author who is named for it has a name, and no address of a guest.
    changed = moderator.correct(cid, uid=[User.objects.get(username="author").pk]).json()
    assert [changed[name] for name in ("name", "mail")] == [[], []]
    assert Comment.objects.get().mail is None
    back = moderator.correct(cid, uid=[{"target_id": 0}], name=["Vis"]).json()
    assert (value(back, "uid"), value(back, "name")) == (0, "Vis")


def test_a_guest_changes_nothing(guest: Commenter, article: Node) -> None:
    cid = cid_of(guest.say(article))
    make_user("other")
    assert guest.correct(cid, subject=["x"]).status_code == 401
    assert guest.withdraw(cid).status_code == 401


def test_a_wrong_token_makes_no_guest(guest: Commenter, article: Node) -> None:
    guest.headers = {"Authorization": "Bearer a.b.c"}
    assert guest.comment(remark(article)).status_code == 401


def test_members_name_no_one(member: Commenter, article: Node) -> None:
    answer = member.comment(remark(article, name=["member"]))
    assert message(answer) == (403, "Access denied on creating field 'name'.")
