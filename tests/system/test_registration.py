"""From the registration to a token: over HTTP, with a mail that a mail server has received."""

from __future__ import annotations

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from pytest_django import DjangoDbBlocker

from tests.system.mail_server import MailServer, mail_server, sent_to
from tests.system.servers import ASGIServer, Database, Server, fresh_database, request, running

TIMEOUT = 30
PASSWORD = "correct-horse-battery"
SITE = {
    "roles": [{"id": "anonymous", "permissions": ["restful post user_registration"]}],
    "settings": {
        "user.settings": {"register": "visitors", "verify_mail": True},
        "system.site": {"name": "The site", "mail": "site@example.com"},
    },
}
JANE = {"name": [{"value": "Jané"}], "mail": [{"value": "jane@example.com"}]}


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """A site at which visitors register."""
    description = tmp_path / "site.json"
    description.write_text(json.dumps(SITE))
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            database = stack.enter_context(fresh_database(tmp_path, site=description))
        yield database
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize("kind", [Server, ASGIServer])
def test_who_registers_gets_a_mail_a_password_and_a_token(
    database: Database, mails: MailServer, kind: type[Server]
) -> None:
    with running(kind(database, **sent_to(mails.port))) as url:
        assert request("POST", f"{url}/user/register?_format=json", document=JANE).status == 200

        message = mails.received.get(timeout=TIMEOUT)
        assert message["To"] == "jane@example.com"
        assert message["Subject"] == "Your account at The site"
        text = message.get_content().replace("\r\n", "\n")
        assert text.startswith("Hello Jané,")
        link = re.search(rf"^{url}/user/reset/\S+$", text, re.MULTILINE)
        assert link
        set_password(link[0])

        answer = request("POST", f"{url}/rest_api/id_token", credentials("Jané", PASSWORD))
        assert answer.status == 200

        asked = request("POST", f"{url}/user/password?_format=json", document={"name": "jané"})
        assert asked.status == 200
        assert mails.received.get(timeout=TIMEOUT)["Subject"] == "A new password for The site"


def test_a_mail_server_that_is_down_changes_no_answer(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with running(Server(database, **sent_to(port))) as url:
        registered = request("POST", f"{url}/user/register?_format=json", document=JANE)
        asked = request("POST", f"{url}/user/password?_format=json", document={"name": "Jané"})

    assert (registered.status, asked.status) == (200, 200)
    logged = capfd.readouterr().err
    assert "The mail register_no_approval_required was not sent: ConnectionRefusedError." in logged
    assert "The mail password_reset was not sent: ConnectionRefusedError." in logged
    assert "jane@example.com" not in logged
    assert "/user/reset/" not in logged


def set_password(link: str) -> None:
    """Do what a browser and its user do with a link."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(link, timeout=TIMEOUT) as page:
        html = page.read().decode()
        address = page.geturl()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found
    form = {
        "csrfmiddlewaretoken": found[1],
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
    }
    with browser.open(address, urlencode(form).encode(), timeout=TIMEOUT) as page:
        assert page.geturl().endswith("/user/reset/done")


def credentials(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
