"""Files that nothing uses are deleted, unless somebody begins to at the same moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connections
from django.test import override_settings

from drupal_jwt_auth.content.file import entity as file_entity
from drupal_jwt_auth.management.commands.prune_jwt_auth import delete_files, unused_files
from drupal_jwt_auth.models import FieldConfig, File, Node
from drupal_jwt_auth.models.revision import now
from tests.content.visitors import Answer, Visitor

WAIT = 0.5
TIMEOUT = 20


@pytest.fixture
def file(threaded_site: None, tmp_path: Path) -> Iterator[File]:
    """An old temporary file of the administrator's."""
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        admin = User.objects.get(username="admin")
        content = ContentFile(b"x", name="a.txt")
        made = File.objects.create(uri=content, uid=admin, status=False)
        File.objects.update(changed=now() - timedelta(days=1))
        if not FieldConfig.objects.filter(storage__name="field_file").exists():
            FieldConfig.objects.create_field("node", "page", "field_file", "file")
        yield made


def use(file: File) -> Answer:
    document = {"type": "page", "title": ["A page"], "field_file": [{"target_id": file.pk}]}
    return Visitor(User.objects.get(username="admin")).send(
        "POST", "/node?_format=json", json.dumps(document)
    )


def prune() -> int:
    return delete_files(unused_files())


class Task(threading.Thread):
    """Do something in a thread, with a connection of its own."""

    def __init__(self, action: Callable[[], Any]) -> None:
        super().__init__()
        self.action = action
        self.result: Any = None

    def run(self) -> None:
        try:
            self.result = self.action()
        finally:
            connections.close_all()


def while_waiting(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, first: Task, second: Task
) -> None:
    """Begin with the first until it comes to a function, begin with the second, go on with both."""
    reached, may_go = threading.Event(), threading.Event()
    original = getattr(owner, name)

    def wait(*args: Any, **kwargs: Any) -> Any:
        reached.set()
        assert may_go.wait(TIMEOUT)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, wait)
    first.start()
    assert reached.wait(TIMEOUT)
    second.start()
    second.join(WAIT)
    may_go.set()
    first.join(TIMEOUT)
    second.join(TIMEOUT)


def test_one_that_somebody_is_about_to_use_stays(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    using, pruning = Task(lambda: use(file)), Task(prune)
    while_waiting(monkeypatch, file_entity, "note_use", using, pruning)
    assert (using.result.status_code, pruning.result) == (201, 0)
    file.refresh_from_db()
    assert file.status
    assert file.uri.storage.exists(str(file.uri.name))


def test_one_that_is_about_to_be_deleted_is_not_used(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    pruning, using = Task(prune), Task(lambda: use(file))
    before = Node.objects.count()
    while_waiting(monkeypatch, File, "delete", pruning, using)
    assert pruning.result == 1
    assert using.result.status_code in (422, 503)
    assert Node.objects.count() == before
    assert not file.uri.storage.exists(str(file.uri.name))
