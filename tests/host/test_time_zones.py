"""A project may do without time zones (``USE_TZ = False``): all works, and times are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.checks.settings import check_settings
from drupal_jwt_auth.models import AuditEntry, Node, RefreshToken, RevokedToken
from tests.certificates import self_signed
from tests.conftest import Client
from tests.headers import basic, bearer
from tests.keys import private_key
from tests.transfer.site import described

DAY = timedelta(days=1)
CREATED = {"value": "2026-07-14T02:40:00+00:00", "format": "Y-m-d\\TH:i:sP"}
PAGE = {"type": [{"target_id": "page"}], "title": [{"value": "A page"}], "created": [CREATED]}


@pytest.fixture(autouse=True)
def without_time_zones(settings: Settings) -> Iterator[None]:
    """A project in New York whose middleware has noticed that the client is in Tokyo."""
    settings.USE_TZ = False
    settings.TIME_ZONE = "America/New_York"
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": 14 * DAY}
    with timezone.override("Asia/Tokyo"):
        yield


def prune() -> str:
    output = StringIO()
    call_command("prune_jwt_auth", stdout=output)
    return output.getvalue()


def test_tokens_are_refreshed_revoked_and_forgotten_in_time(user: User) -> None:
    client = APIClient()

    def post(path: str, **parameters: str) -> int:
        return client.post(path, parameters).status_code

    def status(token: str) -> int:
        return client.get("/rest_api/userinfo", headers=bearer(token)).status_code

    first = client.post("/rest_api/id_token", headers=basic("someone", "secret")).json()
    second = client.post(
        "/rest_api/refresh", {"refresh_token": first["refresh_token"]}, format="json"
    ).json()
    assert status(second["jwt_token"]) == 200
    assert post("/rest_api/revoke", token=second["jwt_token"]) == 200
    assert status(first["jwt_token"]) == status(second["jwt_token"]) == 401
    assert post("/rest_api/refresh", refresh_token=second["refresh_token"]) == 401
    assert "0 entries of the audit log, 0 revoked tokens, 0 refresh tokens" in prune()
    for model, field in (
        (AuditEntry, "timestamp"),
        (RefreshToken, "kept_until"),
        (RevokedToken, "expires_at"),
    ):
        for row in model._default_manager.all():
            model._default_manager.filter(pk=row.pk).update(
                **{field: getattr(row, field) - 200 * DAY}
            )
    entries = AuditEntry.objects.count()
    assert f"{entries} entries of the audit log, 1 revoked tokens, 2 refresh tokens" in prune()


def test_a_refresh_token_expires_in_time(user: User) -> None:
    client = APIClient()
    token = client.post("/rest_api/id_token", headers=basic("someone", "secret")).json()
    stored = RefreshToken.objects.get()
    for left, status in ((-timedelta(minutes=1), 401), (timedelta(minutes=1), 200)):
        stored.expires_at = timezone.now() + left
        stored.save()
        sent = {"refresh_token": token["refresh_token"]}
        assert client.post("/rest_api/refresh", sent).status_code == status


@pytest.mark.usefixtures("site")
def test_content_has_the_times_that_were_sent(client_of: Client) -> None:
    client = client_of("admin")
    created = client.post("/node?_format=json", PAGE, format="json").json()
    assert created["created"] == [CREATED]
    path = f"/node/{created['nid'][0]['value']}?_format=json"
    assert client.get(path).json()["created"] == [CREATED]
    assert Node.objects.get().created.isoformat() == "2026-07-13T22:40:00"
    changed = client.patch(path, {**PAGE, "title": [{"value": "New"}]}, format="json").json()
    assert changed["created"] == [CREATED]
    assert changed["changed"][0]["value"] >= created["changed"][0]["value"]


@pytest.mark.django_db
def test_an_imported_site_keeps_its_times(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(described()))
    call_command("import_drupal_site", path, verbosity=0)
    assert Node.objects.get(nid=40).created.isoformat() == "2017-07-13T22:40:00"


@pytest.mark.usefixtures("site")
def test_the_pages_of_the_admin_are_shown(client_of: Client, client: Browser) -> None:
    client_of("admin").post("/node?_format=json", PAGE, format="json")
    client.force_login(User.objects.get(username="admin"))
    node, entry = Node.objects.get(), AuditEntry.objects.create(method="GET", path="/", status=1)
    year = entry.timestamp.year
    for page in (
        "node/",
        f"node/{node.pk}/change/",
        f"node/{node.pk}/revisions/",
        f"auditentry/?timestamp__year={year}",
        "auditentry/export/",
        f"auditentry/{entry.pk}/change/",
    ):
        assert client.get(f"/admin/drupal_jwt_auth/{page}").status_code == 200, page


def test_certificates_of_issuers_are_looked_at(settings: Settings) -> None:
    certificate = self_signed(private_key("ES256"), -2 * DAY, -DAY)
    entry = {"issuer": "a", "audience": "b", "algorithms": ["ES256"], "certificate": certificate}
    settings.DRUPAL_JWT_AUTH = {"ISSUERS": [entry]}
    assert [message.id for message in check_settings()] == ["drupal_jwt_auth.W005"]
