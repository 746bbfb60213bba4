"""What the project is asked, and what it answers."""

from __future__ import annotations

import base64
import re
import time
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlsafe_base64_decode
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.models import AuditEntry
from drupal_jwt_auth.transfer.site_description import SiteDescription
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.email_user.models import User

STRONGER = "django.contrib.auth.hashers.ScryptPasswordHasher"
IMPORTED = "6f0ce3a8-1f5c-4c1a-9d0f-0d1a5ad1c1b2"
ADDRESS, PASSWORD = "Zoë@example.com", "p:ä:ß"


def ask() -> dict[str, Any]:
    """Return what came back, by what was sent."""
    user = User(email=ADDRESS)
    user.set_password(PASSWORD)
    user.save()
    client, key, now = APIClient(), get_signing_key(), int(time.time())

    def get_token(address: str, password: str, **headers: str) -> Any:
        content = base64.b64encode(f"{address}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {content}", **headers}
        return client.post("/api/rest_api/id_token?version=9", headers=headers)

    def whoami(token: str) -> Any:
        return client.get("/whoami", headers={"Authorization": f"Bearer {token}"})

    def whoami_as(subject: str) -> Any:
        claims = {"sub": subject, "iat": now, "exp": now + 60, "jti": "x"}
        return whoami(jwt.encode(claims, key.signing, key.algorithm))

    def outcome(response: Any) -> list[Any]:
        return [response.status_code, response.json().get("error")]

    answer = get_token(ADDRESS, PASSWORD, Accept="text/html")
    token = answer.json()["jwt_token"]
    with CaptureQueriesContext(connection) as queries:
        who = whoami(token)
    key_text = str(user.pk)
    answers: dict[str, Any] = {
        "content type": answer.headers["Content-Type"],
        "claims": jwt.decode(token, options={"verify_signature": False}),
        "key": key_text,
        "who": who.json(),
        "queries": len(queries),
        "userinfo": client.get(
            "/api/rest_api/userinfo?version=9", headers={"Authorization": f"Bearer {token}"}
        ).json(),
        "logged": [str(value) for value in AuditEntry.objects.values_list("user", "status").get()],
        "last login": User.objects.get().last_login is not None,
        "no token": client.post("/api/node?_format=json&version=9", {}, format="json").json(),
        "subjects": {
            subject: outcome(whoami_as(subject))
            for subject in (
                *(key_text, key_text.upper(), key_text.replace("-", ""), f"urn:uuid:{key_text}"),
                *(f"{{{key_text}}}", "00000000-0000-0000-0000-000000000000", "1", "\0", "x" * 999),
            )
        },
        "credentials": {
            repr(pair): outcome(get_token(*pair))
            for pair in (
                *((ADDRESS, PASSWORD), (ADDRESS.lower(), PASSWORD), (ADDRESS, "wrong")),
                *(("nobody@example.com", PASSWORD), ("\0", PASSWORD), ("", ""), ("x" * 255, "")),
            )
        },
    }
    answers["account"] = change_account(client, user, token)
    answers["administered"] = administer(client, token)
    answers["session"] = begin_a_session()
    twin = User(email=ADDRESS.lower())
    twin.set_password("twin")
    twin.save()
    answers["twins"] = [outcome(get_token(ADDRESS, PASSWORD)), outcome(get_token(ADDRESS, "twin"))]
    twin.delete()
    user.is_active = False
    user.save()
    answers["inactive"] = [
        outcome(get_token(ADDRESS, PASSWORD)),
        outcome(get_token(ADDRESS, "wrong")),
        outcome(whoami(token)),
    ]
    user.is_active = True
    user.save()
    with override_settings(PASSWORD_HASHERS=[STRONGER, *settings.PASSWORD_HASHERS]):
        tokens = [get_token(ADDRESS, PASSWORD).json()["jwt_token"] for _ in range(2)]
        user.refresh_from_db()
        answers["new hash"] = [user.password[:7], *(whoami(token).status_code for token in tokens)]
    answers["registered"] = register()
    answers["imported"] = [import_a_user(), import_a_user()]
    return answers


def change_account(client: APIClient, user: User, token: str) -> dict[str, Any]:
    """Look at one's own account and change it; return what was told."""
    path = f"/api/user/{user.pk}?_format=json&version=9"
    headers = {"Authorization": f"Bearer {token}"}
    existing = [{"existing": PASSWORD}]

    def change(**fields: Any) -> list[Any]:
        answer = client.patch(path, fields, format="json", headers=headers)
        return [answer.status_code, answer.json().get("message")]

    moved = [{"value": "moved@example.com"}]
    told = {
        "seen": client.get(path, headers=headers).json(),
        "nobody's": client.get(path).status_code,
        "time zone": change(timezone=[{"value": "Europe/Berlin"}]),
        "address without a password": change(mail=moved),
        "address alone": change(**{"mail": moved, "pass": existing}),
        "another name": change(**{"name": [{"value": ADDRESS}], "mail": moved, "pass": existing}),
        "refused by the model": change(**{"mail": [{"value": ADDRESS}], "pass": existing}),
        "status": change(status=[{"value": False}]),
        "roles": change(roles=[{"target_id": "administrator"}]),
        "deleted": client.delete(path, headers=headers).status_code,
        "made": client.post(
            "/api/entity/user?_format=json&version=9", {}, format="json", headers=headers
        ).status_code,
        "address": User.objects.get(pk=user.pk).email,
    }
    user.save(update_fields=["email"])
    return told


def administer(client: APIClient, token: str) -> dict[str, Any]:
    """Make an account, change it and delete it: everybody may, as there are no other roles."""
    role, _ = Group.objects.get_or_create(name="authenticated")
    role.permissions.add(Permission.objects.get(codename="administer users"))
    headers = {"Authorization": f"Bearer {token}"}

    def send(method: str, path: str, **fields: Any) -> Any:
        path = f"/api/{path}?_format=json&version=9"
        return getattr(client, method)(path, fields, format="json", headers=headers)

    def told(answer: Any) -> list[Any]:
        return [answer.status_code, answer.json().get("message") if answer.content else None]

    ada, lovelace = "ada@example.com", "lovelace@example.com"
    made = send("post", "entity/user", name=[ada], mail=[ada], **{"pass": ["first"]})
    path = f"user/{made.json()['uid'][0]['value']}"
    renamed = send("patch", path, name=[lovelace]).json()
    answers = {
        "made": [made.status_code, *(made.json()[name] for name in ("name", "mail", "status"))],
        "name alone": told(send("post", "entity/user", name=["b@example.com"])),
        "mail alone": told(send("post", "entity/user", mail=["c@example.com"])),
        "no address": told(send("post", "entity/user", name=["Ada Lovelace"])),
        "another address": told(send("post", "entity/user", name=["d@e.org"], mail=["f@e.org"])),
        "taken": told(send("post", "entity/user", name=["LOVELACE@example.com"])),
        "renamed": [renamed["name"], renamed["mail"]],
        "let in": send("patch", path, status=[True]).json()["status"],
        "deleted": [send("delete", path).status_code, send("get", path).status_code],
    }
    role.delete()
    return answers


def begin_a_session() -> list[Any]:
    """Log in for a session, which is in a cache; return who it is, and whether it goes on."""
    sessions = {
        "MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware"],
        "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
        "DRUPAL_JWT_AUTH": {"AUTHENTICATION_METHODS": ["cookie"]},
    }
    with override_settings(**sessions):
        client = APIClient()
        status = "/api/user/login_status?version=9"
        before = client.get(status).content.decode()
        document = {"name": ADDRESS, "pass": PASSWORD}
        login = client.post("/api/user/login?version=9", document, format="json").json()
        session = [before, login["current_user"], client.get(status).content.decode()]
        logout = f"/api/user/logout?version=9&token={login['logout_token']}"
        return [*session, client.post(logout).status_code, client.get(status).content.decode()]


def register() -> dict[str, Any]:
    """Make an account, ask for a password, and set one with the link of the mail."""
    address = "new@example.com"
    document = {"name": [{"value": address}], "mail": [{"value": address}]}
    chosen = {
        "REGISTER": "visitors",
        "MAIL_IN_BACKGROUND": False,
        "PASSWORD_PAGE": "https://app.example.com/{uid}/{token}",
    }
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
    role, _ = Group.objects.get_or_create(name="anonymous")
    role.permissions.add(Permission.objects.get(codename="restful post user_registration"))
    with override_settings(DRUPAL_JWT_AUTH=chosen, TEMPLATES=[engine]):
        client = APIClient()

        def send(path: str, body: Any) -> int:
            path = f"/api/user/{path}?_format=json&version=9"
            return client.post(path, body, format="json").status_code

        statuses = [
            send("register", document),
            send("password", {"mail": address.upper()}),
            send("password", {"name": address}),
            send("password", {"name": "nobody@example.com"}),
        ]
    user: Any = User.objects.get(email=address)
    links = re.findall(r"https://app\.example\.com/(\S+)/(\S+)", str(mail.outbox[-1].body))
    uid, token = links[0]
    found = {
        "statuses": statuses,
        "to": [message.to for message in mail.outbox],
        "key": urlsafe_base64_decode(uid).decode() == str(user.pk),
        "token": default_token_generator.check_token(user, token),
    }
    user.delete()
    return found


def import_a_user() -> list[Any]:
    """Import a user, and return the key, and which keys are not the numbers."""
    mail = "anna@example.com"
    described = {"uid": 12, "uuid": IMPORTED, "name": mail, "mail": mail}
    site = SiteDescription(data={"users": [described]})
    site.is_valid(raise_exception=True)
    importer = SiteImporter()
    importer.load(site.validated_data)
    return [str(User.objects.get(email=mail).pk), importer.users.renumbered]
