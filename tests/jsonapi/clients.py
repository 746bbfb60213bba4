"""Those who ask for resources, over HTTP."""

from __future__ import annotations

import json
from typing import Any

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from tests.content.visitors import Answer, Document, Visitor

PAGES = "/jsonapi/node/page"


class Client(Visitor):
    """A visitor who speaks JSON:API."""

    def ask(self, path: str) -> Document:
        """Return the document at a path."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.content
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        document: Document = answer.json()
        return document

    def titles(self, query: str) -> list[str]:
        """Return the titles of the pages that a query finds."""
        found = self.ask(f"{PAGES}?{query}")["data"]
        return [each["attributes"]["title"] for each in found]

    def offer(self, path: str, resource: Any, content_type: str = MEDIA_TYPE) -> Answer:
        """Send a new resource."""
        body = json.dumps({"data": resource})
        return self.send("POST", path, body, content_type=content_type)

    def amend(self, path: str, **members: Any) -> Answer:
        """Send what is to be different of the resource at a path, which ends with its id."""
        resource = {"type": "whatever", "id": path.partition("?")[0].rpartition("/")[2], **members}
        return self.send("PATCH", path, json.dumps({"data": resource}), content_type=MEDIA_TYPE)

    def alter(self, path: str, **members: Any) -> Document:
        """Change a resource, and return it as it is answered."""
        answer = self.amend(path, **members)
        assert answer.status_code == 200, answer.content
        resource: Document = answer.json()["data"]
        return resource

    def make(self, path: str, **members: Any) -> Document:
        """Create a resource, and return it as it is answered."""
        answer = self.offer(path, {"type": "whatever", **members})
        assert answer.status_code == 201, answer.content
        resource: Document = answer.json()["data"]
        return resource


def error(answer: Answer) -> Document:
    """Return the only error of a refusal, which says the status as well."""
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    document = answer.json()
    assert list(document) == ["jsonapi", "errors"]
    (told,) = document["errors"]
    assert told["status"] == str(answer.status_code)
    found: Document = told
    return found


def refusal(answer: Answer) -> tuple[int, str]:
    """Return status and text of a refusal."""
    return answer.status_code, error(answer)["detail"]
