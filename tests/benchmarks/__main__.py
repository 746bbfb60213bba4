"""Measure, and print a table: requests a second of one process, without a network."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import django

ROUNDS = 11
SECONDS = 0.5


def requests_per_second(send: Callable[[], Any], expected: int) -> float:
    """Return the rate of one round; each answer must have the status."""
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        response = send()
        assert response.status_code == expected, response.content
        count += 1
    return count / elapsed


def compare(contenders: Mapping[str, tuple[Callable[[], Any], int]]) -> dict[str, float]:
    """Return the median rate of each, measured in turn: a machine is not always equally fast.

    The first round is to warm up.
    """
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS + 1):
        for name, (send, expected) in contenders.items():
            rates[name].append(requests_per_second(send, expected))
    return {name: statistics.median(each[1:]) for name, each in rates.items()}


def contenders() -> dict[str, dict[str, tuple[Callable[[], Any], int]]]:
    """Return what is measured: by subject and name, how to send a request and its status."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils.module_loading import import_string
    from rest_framework.authtoken.models import Token
    from rest_framework_simplejwt.tokens import AccessToken

    from drupal_jwt_auth.auth.tokens import issue
    from drupal_jwt_auth.models import Node
    from example_project import content
    from tests.benchmarks.urls import AUTHENTICATION

    knox_token = import_string("knox.models.AuthToken")
    content.prepare()
    user = User.objects.get(username="admin")
    headers = {
        "drupal-jwt-auth": f"Bearer {issue(user).text}",
        "simplejwt": f"Bearer {AccessToken.for_user(user)}",
        "knox": f"Token {knox_token.objects.create(user)[1]}",
        "DRF's tokens": f"Token {Token.objects.create(user=user).key}",
    }
    client = Client()
    page = {
        "type": [{"target_id": "page"}],
        "title": [{"value": "A page"}],
        "body": [{"value": "Some text."}],
    }

    def get(url: str, name: str) -> Callable[[], Any]:
        return lambda: client.get(url, headers={"Authorization": headers[name]})

    def post(url: str, name: str, document: Any) -> Callable[[], Any]:
        body = json.dumps(document)
        fields = {"Authorization": headers[name]}
        return lambda: client.post(url, body, content_type="application/json", headers=fields)

    ours = "drupal-jwt-auth"
    assert post("/node?_format=json", ours, page)().status_code == 201
    nid = Node.objects.get().pk
    plain = {"type": "page", "title": "A page", "fields": {"body": [{"value": "Some text."}]}}
    return {
        "Authenticate": {name: (get(f"/who/{name}", name), 200) for name in AUTHENTICATION},
        "Read a node": {
            ours: (get(f"/node/{nid}?_format=json", ours), 200),
            "plain DRF": (get(f"/plain/{nid}", "DRF's tokens"), 200),
        },
        "Create a node": {
            ours: (post("/node?_format=json", ours, page), 201),
            "plain DRF": (post("/plain", "DRF's tokens", plain), 201),
        },
    }


def main() -> None:
    """Make a database, measure, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print("| | | Requests a second |\n|---|---|---|")
        for subject, each in contenders().items():
            for contender, rate in compare(each).items():
                print(f"| {subject} | {contender} | {rate:.0f} |", flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
