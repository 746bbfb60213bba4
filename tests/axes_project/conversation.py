"""What the project is asked, and what it answers."""

from __future__ import annotations

import json
from typing import Any

from axes.models import AccessAttempt  # type: ignore[import-untyped]
from axes.utils import reset  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings
from rest_framework.test import APIClient

from drupal_jwt_auth.models import FailedLogin
from tests.headers import basic

STRONGER = "django.contrib.auth.hashers.ScryptPasswordHasher"
GUARDED = [
    "axes.backends.AxesStandaloneBackend",
    "drupal_jwt_auth.backends.GuardedModelBackend",
]
OWN = {"AXES_LOCKOUT_CALLABLE": "tests.axes_project.lockout.lockout"}


def ask() -> dict[str, Any]:
    """Return what came back, by what was sent."""
    User.objects.create_user("someone", password="secret")
    User.objects.create_user("outdated", password="secret")
    User.objects.create_user("blocked", password="secret", is_active=False)

    def log_in(username: str, password: str, remote: str = "192.0.2.7") -> list[Any]:
        response = APIClient(REMOTE_ADDR=remote).post(
            "/rest_api/id_token", headers={**basic(username, password), "User-Agent": "app"}
        )
        is_json = response.headers["Content-Type"] == "application/json"
        document = json.loads(response.content) if is_json else {}
        return [response.status_code, document.get("error") or response.content.decode()[:14]]

    def scheme() -> str:
        return User.objects.get(username="outdated").password.partition("$")[0]

    def attempts() -> list[Any]:
        fields = ("username", "ip_address", "user_agent", "path_info", "failures_since_start")
        return sorted(map(list, AccessAttempt.objects.values_list(*fields)))

    answers: dict[str, Any] = {}
    answers["failures"] = [log_in("someone", "guess") for _ in range(2)]
    answers["attempts"] = attempts()
    [status, _] = log_in("someone", "secret")
    answers["success"] = [status, attempts()]
    answers["lockout"] = [log_in("someone", "guess") for _ in range(3)] + [
        log_in("someone", "secret"),
    ]
    with override_settings(**OWN):
        answers["own lockout"] = log_in("someone", "secret")
    answers["elsewhere"] = log_in("someone", "secret", "192.0.2.8")[0]
    answers["sixth"] = log_in("someone", "secret")
    reset()
    FailedLogin.objects.all().delete()
    answers["after the reset"] = log_in("someone", "secret")[0]
    with override_settings(PASSWORD_HASHERS=[STRONGER, *settings.PASSWORD_HASHERS]):
        guesses = [log_in("outdated", "guess", "192.0.2.10") for _ in range(3)]
        refused = [log_in("outdated", "secret", "192.0.2.10"), scheme()]
        answers["outdated hash"] = [guesses, refused, [log_in("outdated", "secret")[0], scheme()]]
    reset()
    answers["blocked"] = [log_in("blocked", "secret") for _ in range(4)]
    answers["names"] = [log_in(name, "x", "192.0.2.9") for name in ("some\0one", "x" * 999)]
    answers["names saved"] = sorted(AccessAttempt.objects.values_list("username", flat=True))
    reset()
    FailedLogin.objects.all().delete()
    with override_settings(AUTHENTICATION_BACKENDS=GUARDED):
        answers["guarded"] = ask_guarded(log_in, attempts)
    return answers


def ask_guarded(log_in: Any, attempts: Any) -> dict[str, Any]:
    """Return what came back where the guard of this app follows that of axes."""
    remote = "192.0.2.11"
    User.objects.create_superuser("boss", password="secret")

    def log_in_at_admin(password: str) -> list[Any]:
        client = Client(REMOTE_ADDR=remote, headers={"User-Agent": "browser"})
        response = client.post("/admin/login/", {"username": "Boss", "password": password})
        return [response.status_code, "Please enter the correct" in response.text]

    answers: dict[str, Any] = {
        "failures": [log_in_at_admin("guess"), log_in("boss", "guess", remote)],
        "attempts": attempts(),
        "counted": FailedLogin.objects.count(),
        "success": [log_in_at_admin("secret"), attempts(), FailedLogin.objects.count()],
        "lockout": [log_in_at_admin("guess") for _ in range(3)] + [log_in_at_admin("secret")],
    }
    reset()
    FailedLogin.objects.all().delete()
    with override_settings(AXES_FAILURE_LIMIT=99):
        failures = [log_in_at_admin("guess") for _ in range(5)]
        answers["flood"] = [failures, log_in_at_admin("secret"), len(attempts())]
    return answers
