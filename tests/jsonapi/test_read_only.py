"""A site that is for reading alone."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.models import ConfigObject, Node
from tests.jsonapi.clients import PAGES, Client, refusal

TOLD = (
    "JSON:API is configured to accept only read operations. Site administrators can configure this "
    "at http://testserver/admin/config/services/jsonapi."
)
WRITES = {"POST": PAGES, "PATCH": f"{PAGES}/{{uuid}}", "DELETE": f"{PAGES}/{{uuid}}"}


@pytest.fixture
def read_only(settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS, "JSONAPI_READ_ONLY": True}


@pytest.mark.usefixtures("read_only")
class TestReadOnly:
    @pytest.mark.parametrize("method", WRITES)
    def test_nothing_is_written_whoever_asks_for_whatever(
        self, anonymous: Client, admin: Client, pages: list[Node], method: str
    ) -> None:
        path = WRITES[method].format(uuid=pages[0].uuid)
        for client, body in ((anonymous, b""), (admin, b"{"), (admin, b"{}")):
            answer = client.send(method, path, body, content_type=MEDIA_TYPE)
            assert refusal(answer) == (405, TOLD)
            assert answer.headers["Allow"] == "GET"
        assert Node.objects.count() == 3

    def test_reading_goes_on(self, reader: Client, pages: list[Node]) -> None:
        assert len(reader.ask(PAGES)["data"]) == 2
        assert reader.send("OPTIONS", PAGES).headers["Allow"] == "GET, POST"

    def test_other_refusals_are_what_they_were(self, admin: Client, pages: list[Node]) -> None:
        assert admin.send("PUT", PAGES).headers["Allow"] == "GET, HEAD, POST"
        assert admin.send("POST", "/jsonapi/node/nope").status_code == 404

    def test_other_front_ends_are_not_concerned(self, admin: Client, pages: list[Node]) -> None:
        admin.create({"type": "page", "title": ["By REST"]})


@pytest.mark.parametrize("imported", [True, False])
def test_an_imported_site_decides_unless_the_project_does(
    admin: Client, pages: list[Node], settings: Any, imported: bool
) -> None:
    ConfigObject.objects.create(name="jsonapi.settings", data={"read_only": imported})
    resource = {"type": "node--page", "attributes": {"title": "New"}}
    assert admin.offer(PAGES, resource).status_code == (405 if imported else 201)
    settings.DRUPAL_JWT_AUTH = {"JSONAPI_READ_ONLY": not imported}
    assert admin.offer(PAGES, resource).status_code == (201 if imported else 405)
