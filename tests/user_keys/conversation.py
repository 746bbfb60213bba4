"""What the project is asked, over HTTP, and what it answers."""

from __future__ import annotations

import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client

from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.mail.links import password_link
from drupal_jwt_auth.models import AuditEntry, File, Node, UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from example_project.server import make_server
from tests.admin.browser import ADMIN, get, read, submit
from tests.content.visitors import add_field, make_type
from tests.headers import basic, bearer
from tests.system.servers import Answer, request
from tests.user_keys.kinds import KINDS
from tests.user_keys.models import Person, User
from tests.user_keys.settings import USER_KEY

Document = dict[str, Any]

NAMES = ("writer", "reader", "admin")
NONSENSE: tuple[Any, ...] = (
    *("", "x", "U-", "U-0x1", "zoë/9 ?", "\0", "a\0", " ", "1e1", "1e999", "NaN", "9" * 40),
    *(77, -1, 1.5, 1e300, 2**64, True, [], {}, [1], "00000000-0000-0000-0000-000000000000"),
    *("x" * 5000, "2017-01-01", "\U0001f600", "é" * 61, "ZOË/1 ?_", "zoë/1 ?_ "),
)
"""What stands for no user of the project."""


def ask() -> Document:
    """Return what came back, by what was sent."""
    make_site()
    with serving() as base:
        site = Site(base)
        keys = {user.pk for user in site.users.values()}
        return {
            "keys": {name: wire_key(user.pk) for name, user in site.users.items()},
            "uuids": {name: user_uuid(user.pk) for name, user in site.users.items()},
            "tokens": ask_for_tokens(site),
            "session": log_in_for_a_session(site),
            "accounts": have_accounts(site),
            "link": [follow_a_link(site, user) for user in site.users.values()],
            "nodes": write_nodes(site),
            "nonsense": send_nonsense(site),
            "things": have_things(site),
            "files": refer_to_a_file(site),
            "unannounced": refer_to_users_of_whom_no_signal_was_sent(site),
            "aliases": give_users_aliases(site),
            "admin": look_at_the_admin(site),
            "imported": load_a_site(site),
            "audited": sorted(
                {entry.username for entry in AuditEntry.objects.all() if entry.user_id in keys}
            ),
        }


def make_user(number: int, name: str, **values: Any) -> Any:
    """A user with the key of this number, whose password is the name."""
    key = KINDS[USER_KEY].key(number)
    if USER_KEY == "person":
        Person._default_manager.create(pk=key)
    user: Any = User(pk=key, username=name, **values)
    user.set_password(name)
    user.save(force_insert=True)
    return user


def make_site() -> None:
    """Two content types, and three users."""
    make_type("page", "Basic page")
    add_field("page", "comment", "comment", default_value=[{"status": 2}])
    people = {"target_type": "user"}
    add_field("page", "field_people", "entity_reference", cardinality=-1, settings=people)
    add_field("page", "field_file", "file")
    users = [make_user(number, name) for number, name in enumerate(NAMES, 1)]
    granted = (
        *("create page content", "edit own page content", "access comments"),
        "view own unpublished content",
    )
    for name in granted:
        permission, _ = Permission.objects.get_or_create(
            codename=name,
            defaults={
                "name": name,
                "content_type": Permission.objects.get(codename="access content").content_type,
            },
        )
        users[0].user_permissions.add(permission)
    User.objects.filter(username="admin").update(is_superuser=True, is_staff=True)


def give_users_aliases(site: Site) -> Document:
    """Make aliases of two users' paths, and look at a node that is theirs."""
    made = [
        site.send(
            "admin",
            "POST",
            "/entity/path_alias?_format=json",
            {"path": [f"/user/{site.users[name].pk}"], "alias": [f"/people/{name}"]},
        )
        for name in ("writer", "reader")
    ]
    others = [{"target_id": wire_key(site.users["reader"].pk)}]
    created = site.post("writer", field_people=others).document
    read = site.send("admin", "GET", f"/node/{created['nid'][0]['value']}?_format=json").document
    seen = site.send("reader", "GET", "/people/writer?_format=json").status
    for answer in made:
        pid = answer.document["id"][0]["value"]
        site.send("admin", "DELETE", f"/entity/path_alias/{pid}?_format=json")
    return {
        "made": [answer.status for answer in made],
        "urls": [read[name][0]["url"] for name in ("uid", "revision_uid", "field_people")],
        "seen": seen,
    }


def have_accounts(site: Site) -> Document:
    """Look at accounts, change them, make one and delete it, as the admin and as its user."""
    writer, admin = (str(wire_key(site.users[name].pk)) for name in ("writer", "admin"))

    def send(name: str, method: str, key: str, document: Any = None) -> Answer:
        path = "/entity/user" if method == "POST" else f"/user/{quote(key, safe='')}"
        return site.send(name, method, f"{path}?_format=json", document)

    own = send("writer", "GET", writer).document
    password = [{"existing": "writer", "value": "writer"}]
    changed = send("writer", "PATCH", writer, {"timezone": ["Europe/Rome"], "pass": password})
    site.tokens["writer"] = site.log_in("writer").document
    made = send("admin", "POST", "", {"name": ["Ada"], "pass": ["first"], "status": [True]})
    answers: Document = {
        "own": {name: own.get(name) for name in ("uid", "uuid", "name", "mail")},
        "of another": [send("writer", "GET", admin).status, send("admin", "GET", writer).status],
        "changed": [changed.status, changed.document.get("timezone")],
        "another's": send("writer", "PATCH", admin, {"timezone": ["Europe/Rome"]}).status,
        "nonsense": sorted(
            {
                send("admin", method, value, {"timezone": []} if method == "PATCH" else None).status
                for value in map(str, NONSENSE)
                if value and "\0" not in value
                for method in ("GET", "PATCH", "DELETE")
            }
        ),
        "made": [made.status, made.document.get("message")],
        "an address": send("admin", "PATCH", writer, {"mail": ["a@example.com"]}).status,
        "a role": send("admin", "PATCH", writer, {"roles": ["authenticated"]}).status,
        "left": User.objects.filter(username="Ada").count(),
    }
    if "uid" in made.document:
        key = str(made.document["uid"][0]["value"])
        answers["at once"] = site.log_in("Ada", "first").status
        answers["deleted"] = [send("admin", "DELETE", key).status, send("admin", "GET", key).status]
    return answers


@contextmanager
def serving() -> Iterator[str]:
    """Serve the project, and yield where."""
    server = make_server(0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Site:
    """The project as clients see it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.users: dict[str, Any] = {name: User.objects.get(username=name) for name in NAMES}
        self.tokens = {name: self.log_in(name).document for name in NAMES}

    def log_in(self, name: str, password: str | None = None) -> Answer:
        return request("POST", f"{self.base}/rest_api/id_token", basic(name, password or name))

    def send(self, name: str, method: str, path: str, document: Any = None) -> Answer:
        headers = bearer(self.tokens[name]["jwt_token"])
        return request(method, f"{self.base}{path}", headers, document)

    def status_for(self, subject: str) -> int:
        """Ask with a token that the site might have signed for somebody of this key."""
        key, now = get_signing_key(), int(time.time())
        claims = {"sub": subject, "iat": now, "exp": now + 60, "jti": "x"}
        token = jwt.encode(claims, key.signing, key.algorithm)
        return request("GET", f"{self.base}/rest_api/userinfo", bearer(token)).status

    def post(self, name: str, **fields: Any) -> Answer:
        document = {"type": "page", "title": [{"value": "A page"}], **fields}
        return self.send(name, "POST", "/node?_format=json", document)

    def get(self, nid: int) -> Answer:
        return self.send("admin", "GET", f"/node/{nid}?_format=json")

    def patch(self, name: str, nid: int, document: Document) -> Answer:
        return self.send(name, "PATCH", f"/node/{nid}?_format=json", document)


def ask_for_tokens(site: Site) -> Document:
    """Log in, refresh, and end a token."""
    token = site.tokens["writer"]
    refreshed = request(
        "POST",
        f"{site.base}/rest_api/refresh",
        document={"refresh_token": token["refresh_token"]},
    )
    site.tokens["writer"] = refreshed.document
    userinfo = site.send("writer", "GET", "/rest_api/userinfo")
    claims = jwt.decode(token["jwt_token"], options={"verify_signature": False})
    key = claims["sub"]
    return {
        "claims": {"sub": claims["sub"], "drupal": claims["drupal"]},
        "refreshed": refreshed.status,
        "userinfo": [userinfo.document[name] for name in ("uid", "uuid", "name")],
        "wrong": [site.log_in("writer", "x").status, site.log_in("nobody").status],
        "subjects": {
            text: site.status_for(text)
            for text in (key, f" {key}", f"{key} ", key.swapcase(), f"{key}\0", "0", "")
        },
    }


def log_in_for_a_session(site: Site) -> Document:
    """Log in for a session, write with it, and log out."""

    def send(method: str, path: str, document: Any = None, **headers: str) -> Answer:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(method, f"{site.base}{path}", {**fields, **cookie}, document)

    def log_in(password: str) -> Answer:
        return send("POST", "/user/login", {"name": "WRITER", "pass": password})

    cookie: dict[str, str] = {}
    wrong, login = log_in("x").status, log_in("writer")
    jar = SimpleCookie(", ".join(login.headers.get_all("Set-Cookie", [])))
    cookie["Cookie"] = f"sessionid={jar['sessionid'].value}"
    page = {"type": "page", "title": [{"value": "A page"}]}
    token = login.document["csrf_token"]
    made = send("POST", "/node?_format=json", page, X_CSRF_Token=token)
    answers = {
        "wrong": wrong,
        "current user": login.document["current_user"],
        "userinfo": send("GET", "/rest_api/userinfo").document["uid"],
        "without the token": send("POST", "/node?_format=json", page).status,
        "author": made.document["uid"],
        "ended": send("POST", f"/user/logout?token={login.document['logout_token']}").status,
        "afterwards": send("GET", "/rest_api/userinfo").status,
    }
    Node.objects.get(pk=made.document["nid"][0]["value"]).delete()
    return answers


def follow_a_link(site: Site, user: Any) -> bool:
    """Follow a link of a mail; tell whether it shows the page where a password is set."""
    link = password_link(User.objects.get(pk=user.pk), site.base)
    answer = request("GET", str(link))
    return answer.status == HTTPStatus.FOUND and "/set-password" in answer.headers["Location"]


def write_nodes(site: Site) -> Document:
    """Create a node with references to users, read it, and change it."""
    keys = {name: wire_key(user.pk) for name, user in site.users.items()}
    uuids = {name: user_uuid(user.pk) for name, user in site.users.items()}
    people = [{"target_id": keys["reader"]}, {"target_uuid": uuids["admin"]}]
    created = site.post("writer", field_people=people)
    nid = created.document["nid"][0]["value"]
    read_back = site.get(nid).document
    shown = {name: read_back[name] for name in ("uid", "revision_uid", "field_people", "comment")}
    again = {name: items for name, items in read_back.items() if name != "vid"}
    answers: Document = {
        "created": [created.status, created.document["uid"], created.document["field_people"]],
        "shown": shown,
        "sent back": site.patch("writer", nid, again).status,
        "sent back by uuid": site.patch(
            "writer", nid, {"type": "page", "uid": [{"target_uuid": uuids["writer"]}]}
        ).status,
        "not the writer's to give away": site.patch(
            "writer", nid, {"type": "page", "uid": [{"target_id": keys["reader"]}]}
        ).status,
        "given away": [],
    }
    for item in (
        {"target_id": keys["reader"]},
        {"target_uuid": uuids["writer"].upper()},
        {"target_id": str(keys["admin"])},
        {"target_id": 0},
    ):
        status, document, _ = site.patch("admin", nid, {"type": "page", "uid": [item]})
        answers["given away"].append(
            [status, document["uid"], site.get(nid).document["uid"] == document["uid"]]
        )
    Node.objects.filter(pk=nid).update(uid=site.users["writer"], status=False)
    answers["visible"] = [
        Node.objects.visible_to(site.users[name]).filter(pk=nid).exists()
        for name in ("writer", "reader", "admin")
    ]
    Node.objects.filter(pk=nid).update(uid=None)
    answers["no more the writer's"] = site.patch(
        "writer", nid, {"type": "page", "title": ["x"]}
    ).status
    return answers


def have_things(site: Site) -> Document:
    """Make what is the writer's own, let others keep it, and give it away."""
    of_things = ("add_thing", "view_thing", "change_thing")
    for name in ("writer", "reader"):
        allowed = Permission.objects.filter(codename__in=of_things[: 3 if name == "writer" else 2])
        site.users[name].user_permissions.add(*allowed)
    reader, admin = (wire_key(site.users[name].pk) for name in ("reader", "admin"))
    keepers = {"keepers": [{"target_id": admin}, {"target_id": reader}]}
    made = site.send("writer", "POST", "/thing?_format=json", {"name": ["A"], **keepers})
    path = f"/thing/{made.document['id'][0]['value']}?_format=json"
    return {
        "made": [made.status, made.document["owner"], len(made.document["keepers"])],
        "hidden": site.send("reader", "GET", path).status,
        "given": site.send("writer", "PATCH", path, {"owner": [reader]}).document["owner"],
        "seen": site.send("reader", "GET", path).document["owner"],
        "nonsense": sorted(
            {
                site.send("writer", "PATCH", path, {name: [{"target_id": value}]}).status
                for value in NONSENSE
                for name in ("owner", "keepers")
                if value is not True
            }
        ),
    }


def send_nonsense(site: Site) -> Document:
    """Refer to what is no user, in each way."""
    count = Node.objects.count()
    statuses = {
        field: sorted(
            {
                site.post("admin", **{field: [{name: value}]}).status
                for value in NONSENSE
                for name in ("target_id", "target_uuid")
            }
        )
        for field in ("uid", "field_people")
    }
    return {**statuses, "saved": Node.objects.count() - count}


def refer_to_a_file(site: Site) -> list[int]:
    """Refer to a temporary file, which its owner alone may, and anybody once it is in use."""
    file = File.objects.create(
        uri="a.txt", filename="a.txt", uid=site.users["writer"], status=False
    )
    items = [{"target_id": file.pk}]
    return [site.post(name, field_file=items).status for name in ("admin", "writer", "admin")]


def refer_to_users_of_whom_no_signal_was_sent(site: Site) -> list[int]:
    """Refer by its UUID to a user that was made in bulk, before and after ``migrate``."""
    key = KINDS[USER_KEY].key(9)
    if USER_KEY == "person":
        Person._default_manager.create(pk=key)
    User.objects.bulk_create([User(pk=key, username="in bulk")])
    items = [{"target_uuid": user_uuid(key)}]
    before = site.post("admin", field_people=items).status
    call_command("migrate", verbosity=0)
    after = site.post("admin", field_people=items).status
    return [before, after]


def look_at_the_admin(site: Site) -> Document:
    """Read and send the pages that have to do with users."""
    browser = Client()
    browser.force_login(site.users["admin"])
    reader = site.users["reader"]
    key = str(wire_key(reader.pk))
    people = [{"target_id": wire_key(site.users[name].pk)} for name in ("writer", "admin")]
    created = site.post("writer", field_people=people)
    nid = created.document["nid"][0]["value"]
    path = f"node/{nid}/change/"
    links = get(browser, path).links
    both = f"{key}, {people[1]['target_id']}"
    saved = submit(browser, path, **{"uid-0-target_id": key, "field_people-0-target_id": both})
    stored = Node.objects.get(pk=nid)
    first: Any = stored.revisions.last()
    wrong = submit(browser, path, **{"field_people-0-target_id": "no such user"})
    revisions = get(browser, f"node/{nid}/revisions/")
    comparison = [
        get(browser, f"node/{nid}/revisions/compare/", old=each.pk, new=stored.vid).text
        for each in stored.revisions.all()[1:]
    ]
    reverted = browser.post(f"{ADMIN}node/{nid}/revisions/{first.pk}/revert/")
    page_of_user = browser.get(links["writer"])
    page_of_key = links["writer"].replace("/change/", "/api-key/")
    shown = browser.post(page_of_key).content.decode()
    key_header = re.search(r"API-KEY: (\S+?)<", shown)
    assert key_header
    by_api_key = request(
        "POST",
        f"{site.base}/node?_format=json",
        {"API-KEY": key_header[1]},
        {"type": "page", "title": ["x"]},
    )
    revoked = browser.post(links["writer"].replace("/change/", "/revoke-tokens/"))
    list_of_users = browser.get("/admin/user_keys/user/", {"q": "READ"})
    return {
        "list of users": sorted({*NAMES} & read(list_of_users).links.keys()),
        "pages of users": [page_of_user.status_code, read(page_of_user).values["username"]],
        "by API key": [by_api_key.status, by_api_key.document["uid"][0]["target_id"]],
        "saved": [saved.status_code, stored.uid_id == reader.pk],
        "stored": [item["target_id"] for item in stored.fields["field_people"]],
        "errors": read(wrong).errors,
        "revisions": "writer" in revisions.text,
        "differences": ["reader" in text for text in comparison],
        "reverted": [
            reverted.status_code,
            Node.objects.get(pk=nid).uid_id == site.users["writer"].pk,
        ],
        "list": browser.get(f"{ADMIN}node/", {"author": key}).status_code,
        "audit log": "writer" in get(browser, "auditentry/").text,
        "revoked": [revoked.status_code, site.post("writer").status],
    }


def load_a_site(site: Site) -> Document:
    """Load the description of a site, twice, and use it."""
    number, uuid = 21, "00000000-0000-4000-8000-000000000021"
    described: Document = {
        "users": [{"uid": number, "uuid": uuid, "name": "imported"}],
        "files": [{"fid": 7, "uuid": "f", "uid": number, "filename": "a", "uri": "public://a"}],
        "node_types": [
            {
                "type": "letter",
                "uuid": "letter",
                "name": "Letter",
                "fields": [
                    {
                        "name": "field_to",
                        "type": "entity_reference",
                        "label": "To",
                        "cardinality": -1,
                        "settings": {"target_type": "user"},
                        "default_value": [{"target_id": number}],
                    },
                    {"name": "comment", "type": "comment", "label": "Comments"},
                ],
            }
        ],
        "nodes": [
            {
                "nid": 700,
                "vid": 700,
                "uuid": "n",
                "type": "letter",
                "title": "A letter",
                "uid": number,
                "revision_uid": number,
                "revision_timestamp": 0,
                "created": 0,
                "changed": 0,
                "fields": {
                    "field_to": [{"target_id": str(number)}, {"target_id": 99}],
                    "comment": [{"status": 2, "last_comment_uid": number}],
                },
            }
        ],
    }
    answers: Document = {}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "site.json")
        path.write_text(json.dumps(described))
        try:
            call_command("import_drupal_site", path, verbosity=0)
        except CommandError as error:
            answers["refused"] = str(error)
            if USER_KEY != "person":
                return answers
            Person._default_manager.create(pk=uuid)
        for _ in range(2):
            call_command("import_drupal_site", path, verbosity=0)
        described["users"][0]["name"] = "writer"
        path.write_text(json.dumps(described))
        try:
            call_command("import_drupal_site", path, verbosity=0)
        except CommandError as error:
            answers["taken"] = str(error)
    user: Any = User.objects.get(username="imported")
    letter = site.get(700).document
    site.users["imported"] = user
    return {
        **answers,
        "key": wire_key(user.pk),
        "uuid": UserProfile.objects.get(user=user).uuid,
        "shown": {name: letter[name] for name in ("uid", "revision_uid", "field_to")},
        "last comment": letter["comment"][0]["last_comment_uid"],
        "owner": File.objects.get(fid=7).uid_id == user.pk,
        "default": site.send(
            "admin", "POST", "/node?_format=json", {"type": "letter", "title": ["x"]}
        ).document["field_to"],
    }
