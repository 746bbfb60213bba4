"""What the project is asked, and what it answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import override_settings
from rest_framework.test import APIClient

from drupal_jwt_auth.models import Comment, CommentType, Node, NodeType, UserProfile
from drupal_jwt_auth.transfer.exceptions import SiteConflictError
from drupal_jwt_auth.transfer.site_description import SiteDescription
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.bare_user.models import User
from tests.headers import basic, bearer

PASSWORD = "p:ä:ß"
FORMAT = "?_format=json"
Answer = Any


class Asker:
    """Somebody with a token, or nobody."""

    def __init__(self, name: str = "", password: str = PASSWORD) -> None:
        self.client = APIClient()
        self.headers: dict[str, str] = {}
        if name:
            answer = self.client.post("/rest_api/id_token", headers=basic(name, password))
            self.status = answer.status_code
            self.headers = bearer(answer.json().get("jwt_token", "none"))

    def send(self, method: str, path: str, document: Any = None) -> tuple[int, Answer]:
        """Return the status, and the document, or what is said of a refusal."""
        ask = getattr(self.client, method)
        answer = ask(f"{path}{FORMAT}", document, format="json", headers=self.headers)
        told = answer.json() if answer.content else None
        return answer.status_code, told.get("message", told) if told else None


def ask() -> dict[str, Any]:
    """Return what came back, by what was sent."""
    user = User(name="Zoë")
    user.set_password(PASSWORD)
    user.save()
    answers = {"stranger": Asker("Zoë").send("post", "/entity/user", {"name": ["x"]})}
    allow("authenticated", "administer users", "access content")
    allow("anonymous", "restful post user_registration")
    return {
        **answers,
        "own": change_an_account(user),
        "made": make_an_account(),
        "session": begin_a_session(),
        "registered": register(),
        "passwords": ask_for_passwords(),
        "deleted": delete_an_account(),
        "imported": import_a_user(),
        "password": change_a_password(user),
    }


def allow(group: str, *names: str) -> None:
    """Let everybody do something: users are of no other groups."""
    role, _made = Group.objects.get_or_create(name=group)
    role.permissions.add(*Permission.objects.filter(codename__in=names))


def change_an_account(user: User) -> dict[str, Any]:
    """Look at an account, and change each field of it."""
    own, path = Asker("zoë"), f"/user/{user.pk}"
    refused = {"mail": ["a@example.com"], "status": [False], "login": [{"value": 1}]}
    refused |= {"roles": [{"target_id": "anonymous"}], "uid": [9]}
    long_ago = [{"value": "2001-01-01T00:00:00+00:00"}]
    seen = own.send("get", path)[1]
    changed = {"created": long_ago, "timezone": ["Europe/Rome"], "name": ["Zoë B."]}
    answer = own.send("patch", path, changed)[1]
    user.refresh_from_db()
    own.send("patch", path, {"name": ["Zoë"]})
    return {
        "seen": {name: items[0]["value"] if items else None for name, items in seen.items()},
        "refused": [own.send("patch", path, {name: items}) for name, items in refused.items()],
        "changed": {name: answer[name][0]["value"] for name in changed},
        "saved": user.name,
    }


def make_an_account() -> list[Any]:
    """Make an account, one of the same name, and one with what there is no place for."""
    admin, document = Asker("Zoë"), {"name": ["Ada Lovelace"], "pass": ["first"]}
    made = admin.send("post", "/entity/user", document)
    ada = made[1]["uid"][0]["value"]
    logged_in = Asker("Ada Lovelace", "first").status
    return [
        made[0],
        logged_in,
        admin.send("patch", f"/user/{ada}", {"pass": ["second"]})[0],
        [Asker("Ada Lovelace", password).status for password in ("first", "second")],
        admin.send("post", "/entity/user", {"name": ["ADA LOVELACE"]}),
        admin.send("post", "/entity/user", {"name": ["x"], "mail": ["x@example.com"]}),
        admin.send("post", "/entity/user", {"name": ["x"], "status": [True]}),
        User.objects.filter(name="x").exists(),
    ]


def begin_a_session() -> list[Any]:
    """Log in for a session, in another case, and with a wrong password."""
    browser = Asker()
    status, wrong = browser.send("post", "/user/login", {"name": "Zoë", "pass": "x"})
    login = browser.send("post", "/user/login", {"name": "zOë", "pass": PASSWORD})
    is_in = browser.client.get(f"/user/login_status{FORMAT}").content.decode()
    return [status, wrong, login[0], login[1]["current_user"]["name"], is_in]


def register() -> list[Any]:
    """Make an account of one's own, under each setting."""
    nobody, document = Asker(), {"name": ["new"], "pass": ["secret"]}
    closed = []
    for chosen in ({"REGISTER": "visitors"}, {"REGISTER": "visitors_admin_approval"}):
        with override_settings(DRUPAL_JWT_AUTH=chosen):
            closed.append(nobody.send("post", "/user/register", document)[0])
    with_address = {**document, "mail": ["new@example.com"]}
    return [
        *closed,
        nobody.send("post", "/user/register", with_address)[0],
        User.objects.filter(name="new").exists(),
        nobody.send("post", "/user/register", document)[0],
        Asker("new", "secret").status,
    ]


def ask_for_passwords() -> list[Any]:
    """Ask for links to set passwords with: they can be sent to nobody."""
    asked = [{"name": "Zoë"}, {"name": "nobody"}, {"mail": "new@example.com"}]
    return [*(Asker().send("post", "/user/password", each)[0] for each in asked), len(mail.outbox)]


def delete_an_account() -> list[Any]:
    """Delete somebody who has written something, and count what is left."""
    user: Any = User.objects.get(name="Ada Lovelace")
    NodeType.objects.create(type="page", name="Page")
    CommentType.objects.create(id="comment", label="Comments")
    own = Node.objects.create(type_id="page", title="Own", uid=user)
    other = Node.objects.create(type_id="page", title="Other")
    for each in (own, other):
        Comment.objects.create(comment_type_id="comment", entity_id=str(each.pk), uid=user)
    path = f"/user/{user.pk}"
    return [
        *(Asker("Zoë").send(method, path)[0] for method in ("delete", "get", "delete")),
        *(model.objects.count() for model in (Node, Comment)),
        UserProfile.objects.filter(user=user.pk).exists(),
    ]


def import_a_user() -> list[Any]:
    """Import a user who has on the other site what users have not here."""
    described = {"uid": 12, "uuid": "12", "name": "anna", "mail": "anna@example.com"}
    described |= {"created": 1000000000, "login": 1500000000, "roles": ["boss"]}
    refusal = ""
    for status in (False, True):
        users = [{**described, "status": status}]
        site = SiteDescription(data={"users": users, "roles": [{"id": "boss"}]})
        site.is_valid(raise_exception=True)
        try:
            SiteImporter().load(site.validated_data)
        except SiteConflictError as error:
            refusal = str(error)
    shown = Asker("Zoë").send("get", "/user/12")[1]
    names = ("name", "mail", "status", "created", "login", "roles")
    found = [shown[name][0]["value"] if shown[name] else None for name in names]
    return [refusal, *found]


def change_a_password(user: User) -> list[Any]:
    """Change one's own password, without and with the present one."""
    own, path = Asker("Zoë"), f"/user/{user.pk}"
    return [
        own.send("patch", path, {"pass": ["new"]})[0],
        own.send("patch", path, {"pass": [{"value": "new", "existing": PASSWORD}]})[0],
        own.send("get", path)[0],
        Asker("Zoë", "new").status,
    ]
