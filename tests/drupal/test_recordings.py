"""A client cannot tell the site from the Drupal 10.6 that these exchanges were recorded from."""

from __future__ import annotations

from functools import cache

import pytest
from django.test import override_settings

from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.drupal.replay import DATA, Replayer, read_recording

RECORDINGS = ("posts", "gets", "patches")
EXCHANGES = [
    (name, line["id"])
    for name in RECORDINGS
    for line in read_recording(name)
    if not line.get("hidden")
]


@cache
def differences(recording: str) -> dict[str, list[str]]:
    """How each answer to a recording differs from the recorded one, on a fresh site."""
    with override_settings(DRUPAL_JWT_AUTH={"PUBLIC_METHODS": ["GET"]}):
        SiteImporter().load(read_site(DATA / "site.json"))
        replayer = Replayer()
        return {line["id"]: replayer.play(line) for line in read_recording(recording)}


@pytest.mark.django_db
@pytest.mark.parametrize(("recording", "exchange"), EXCHANGES)
def test_the_answer_is_the_recorded_one(recording: str, exchange: str) -> None:
    # The first test of a recording replays it, in its transaction.
    assert differences(recording)[exchange] == []
