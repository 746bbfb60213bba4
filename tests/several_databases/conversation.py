"""What the project is asked, and what it answers."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connections, transaction
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue, revoke_all
from drupal_jwt_auth.content.node.revisions import revert, save_revision
from drupal_jwt_auth.models import (
    AuditEntry,
    ContentModel,
    FieldConfig,
    Node,
    NodeType,
    PathAlias,
    Revision,
)
from tests.content.visitors import make_user
from tests.headers import basic, bearer
from tests.several_databases.models import Note
from tests.several_databases.router import APPS_OF_SITE
from tests.several_databases.settings import ISSUER
from tests.transfer.site import described

Answers = dict[str, Any]

ID_TOKEN, USERINFO = "/rest_api/id_token", "/rest_api/userinfo"
OF_SITE = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in APPS_OF_SITE
]


def ask() -> Answers:
    """Return what came back, by what was done."""
    answers = {"tables": tables(), "migrated": migrate_back_and_forth()}
    with connections["copy"].execute_wrapper(refuse_to_write):
        answers["imported"] = load_a_described_site()
        catch_up()
        answers |= {
            "tokens": end_tokens(),
            "content": write_content(),
            "content model": change_the_content_model(),
            "notes": write_notes(),
        }
    return answers


def refuse_to_write(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
    """Let the copy be read only, but for whoever `catch_up` lets write."""
    assert catching_up or not sql.startswith(("INSERT", "UPDATE", "DELETE")), sql
    return execute(sql, *args)


catching_up = False


def catch_up(*models: Any) -> None:
    """Let the copy have what the site has of some models, or of all."""
    global catching_up  # noqa: PLW0603
    catching_up = True
    copy = connections["copy"]
    with copy.constraint_checks_disabled(), transaction.atomic(using="copy"):
        with copy.cursor() as cursor:
            for model in models or OF_SITE:
                cursor.execute(f"DELETE FROM {copy.ops.quote_name(model._meta.db_table)}")
        for model in models or OF_SITE:
            rows = list(model._base_manager.using("site"))
            model._base_manager.using("copy").bulk_create(rows)
    catching_up = False


def tables() -> dict[str, list[str]]:
    """Return which databases have tables of the app, and which groups there are."""
    return {
        alias: [
            name
            for name in connections[alias].introspection.table_names()
            if name.startswith("drupal_jwt_auth")
        ]
        for alias in connections
    }


def migrate_back_and_forth() -> list[Any]:
    """Take the app away from its database, and give it back, as an administrator may."""
    call_command("migrate", database="default", verbosity=0)
    call_command("migrate", "drupal_jwt_auth", "zero", database="site", verbosity=0)
    without = tables()["site"]
    call_command("migrate", database="site", verbosity=0)
    groups = Group.objects.using("site").order_by("name").values_list("name", flat=True)
    return [without, list(groups)]


def load_a_described_site() -> Answers:
    """Import a site, of which the copy has nothing yet."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "site.json"
        path.write_text(json.dumps(described()))
        call_command("import_drupal_site", path, verbosity=0)
        # And once more: what is there is updated.
        call_command("import_drupal_site", path, verbosity=0)
    writer = User.objects.using("site").get(username="writer")
    return {
        "nodes": list(Node.objects.using("site").order_by("pk").values_list("nid", "uid")),
        "roles": list(writer.groups.using("site").values_list("name", flat=True)),
        "in the copy": Node.objects.count(),
    }


def log_in(username: str) -> Any:
    """Return the answer to a login."""
    return APIClient().post(ID_TOKEN, headers=basic(username, "secret")).json()


def status(token: str) -> list[Any]:
    """Return how a request with a token is answered."""
    response = APIClient().get(USERINFO, headers=bearer(token))
    return [response.status_code, response.json().get("error")]


def token_of_other_issuer(username: str) -> str:
    """Return a token that the other issuer has made."""
    now = int(time.time())
    claims = {"iss": "other", "aud": "here", "sub": username, "iat": now, "exp": now + 60}
    return jwt.encode(claims, ISSUER["key"], "HS256")


def end_tokens() -> Answers:
    """End tokens in all ways, while the copy does not hear of it."""
    user = make_user("someone", password="secret")
    catch_up()
    client = APIClient()
    answers: Answers = {}
    first, second = log_in("someone"), log_in("someone")
    refreshed = client.post("/rest_api/refresh", {"refresh_token": first["refresh_token"]})
    answers["refreshed"] = refreshed.status_code
    answers["used again"] = client.post(
        "/rest_api/refresh", {"refresh_token": first["refresh_token"]}
    ).json()["error"]
    answers["login of it"] = status(first["jwt_token"])
    answers["another login"] = status(second["jwt_token"])
    client.post("/rest_api/revoke", {"token": second["jwt_token"]})
    answers["revoked"] = status(second["jwt_token"])
    third = log_in("someone")
    revoke_all(User.objects.get(username="someone"))
    answers["all revoked"] = status(third["jwt_token"])
    answers["a login after that"] = status(log_in("someone")["jwt_token"])
    user.set_password("new")
    user.save()
    answers["with an old password"] = status(log_in("someone")["jwt_token"])
    token = issue(user).text
    user.is_active = False
    user.save()
    answers["blocked"] = status(token)
    foreign = token_of_other_issuer("newcomer")
    answers["foreign"] = [status(foreign), status(foreign)]
    client.post("/rest_api/revoke", {"token": foreign})
    answers["foreign revoked"] = status(foreign)
    answers["logged in the copy"] = AuditEntry.objects.count()
    answers["logged"] = AuditEntry.objects.using("site").filter(username="someone").count() > 0
    call_command("prune_jwt_auth", verbosity=0)
    return answers


def write_notes() -> Answers:
    """Write what is in another database than whoever writes it, and refer to it."""
    send = sender(User.objects.using("site").get(username="admin"))
    created = send("POST", "/note", {"text": ["Milk"]})
    path = f"/note/{created.json()['id'][0]['value']}"
    PathAlias.objects.create(path=path, alias="/milk")
    catch_up(PathAlias)
    return {
        "at its alias": [send("GET", "/milk").json()["text"], send("GET", path).headers["Link"]],
        "created": [created.status_code, created.json()["author"][0]["target_type"]],
        "taken": send("POST", "/note", {"text": ["Milk"]}).json()["message"],
        "changed": send("PATCH", path, {"text": ["Bread"]}).json()["text"],
        "read": send("GET", path).json()["text"],
        "there": list(Note._default_manager.using("default").values_list("text", flat=True)),
        "deleted": send("DELETE", path).status_code,
        "left": Note._default_manager.using("default").count(),
        "aliases left": PathAlias.objects.using("site").filter(path=path).count(),
    }


def sender(user: User) -> Callable[..., Any]:
    """Return what sends requests with a token of a user."""
    token = issue(user).text

    def send(method: str, path: str, document: Any = None) -> Any:
        body = "" if document is None else json.dumps(document)
        content_type = "application/json" if body else ""
        return APIClient().generic(
            method, f"{path}?_format=json", body, content_type, headers=bearer(token)
        )

    return send


def write_content() -> Answers:
    """Write what is written again before the copy has it."""
    send = sender(make_user("admin", is_superuser=True))
    catch_up()
    page = {"type": [{"target_id": "page"}], "title": [{"value": "New"}]}
    created = send("POST", "/node", {**page, "path": [{"alias": "/new"}]})
    nid, path = created.json()["nid"][0]["value"], created.json()["path"][0]
    catch_up()
    changed = send("PATCH", f"/node/{nid}", {"type": page["type"], "title": [{"value": "Newer"}]})
    alias = {**path, "alias": "/newer"}
    moved = send("PATCH", f"/node/{nid}", {"type": page["type"], "path": [alias]})
    node = Node.objects.get(pk=nid)
    old = [node._state.db, node.title]
    node.title = "Newest"
    save_revision(node, None)
    revisions = Revision.objects.using("site").filter(node=nid).count()
    catch_up()
    node = Node.objects.get(pk=nid)
    revert(node, node.revisions.earliest("vid"), None)
    reverted = Node.objects.using("site").get(pk=nid).title
    catch_up()
    return {
        "created": created.status_code,
        "changed": changed.json()["title"],
        "moved": [moved.json()["path"][0]["pid"] == path["pid"], moved.json()["path"][0]["alias"]],
        "old": old,
        "revisions": revisions,
        "reverted": reverted,
        "read": send("GET", "/newer").json()["title"],
        "deleted": send("DELETE", f"/node/{nid}").status_code,
        "left": Node.objects.using("site").filter(pk=nid).count(),
    }


def change_the_content_model() -> Answers:
    """Change a content type; the copy has first the stamp, and later what it stands for."""
    token = issue(User.objects.using("site").get(username="admin")).text

    def names() -> list[str]:
        response = APIClient().get("/node/40?_format=json", headers=bearer(token))
        return [name for name in response.json() if name.startswith("field_")]

    answers: Answers = {"before": names()}
    page = NodeType.objects.using("site").get(type="page")
    FieldConfig.objects.create_field("node", page.pk, "field_new", "string", label="New")
    answers["not heard of"] = names()
    catch_up(ContentModel)
    answers["stamp heard of"] = names()
    catch_up()
    answers["heard of"] = names()
    return answers
