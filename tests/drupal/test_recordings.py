"""A client cannot tell the site from the Drupal 10.6 that these exchanges were recorded from."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from drupal_jwt_auth.site_description import read_site
from drupal_jwt_auth.site_import import SiteImporter
from tests.drupal.replay import DATA, Replayer, read_recording

RECORDINGS = ("posts", "gets", "patches")
EXCHANGES = [
    (name, line["id"])
    for name in RECORDINGS
    for line in read_recording(name)
    if not line.get("hidden")
]

Results = dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def differences(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Results:
    """How each answer differs from the recorded one; each file starts from a fresh site."""
    results: Results = {}
    with django_db_blocker.unblock():
        for name in RECORDINGS:
            with (
                override_settings(DRUPAL_JWT_AUTH={"PUBLIC_METHODS": ["GET"]}),
                transaction.atomic(),
            ):
                SiteImporter().load(read_site(DATA / "site.json"))
                replayer = Replayer()
                for line in read_recording(name):
                    results[name, line["id"]] = replayer.play(line)
                transaction.set_rollback(True)
    return results


@pytest.mark.django_db
@pytest.mark.parametrize(("recording", "exchange"), EXCHANGES)
def test_the_answer_is_the_recorded_one(
    differences: Results, recording: str, exchange: str
) -> None:
    assert differences[recording, exchange] == []
