"""What a browser does with the admin: it reads a page's form, and sends it back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

ADMIN = "/admin/drupal_jwt_auth/"
TEXT_TYPES = {"text", "email", "tel", "url", "number", "date", "datetime-local", "hidden"}

BLOCKS = {"a", "div", "dd", "dt", "h1", "h2", "label", "legend", "li", "p", "td", "th"}


class Page(HTMLParser):
    """A page: ``values`` are what its form sends by name, ``text`` is what a reader sees.

    ``inputs`` are the attributes of each input by name, ``options`` the choices of each select
    box, ``errors`` the texts in lists of errors.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.options: dict[str, dict[str, str]] = {}
        self.links: dict[str, str] = {}
        self.errors: list[str] = []
        self.text = ""
        self._template = False
        self._select = self._area = self._option = self._link = ""
        self._in_errors = False
        self._selected = False
        # As HTML has it.
        self.feed(html.replace("\0", "\ufffd"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "template":
            self._template = True
        if self._template:
            return
        if tag == "br":
            self.text += " "
        if tag == "ul" and "errorlist" in (found.get("class") or ""):
            self._in_errors = True
        elif tag == "a":
            self._link = found.get("href") or ""
        elif tag == "input":
            self._input(name, found)
        elif tag == "textarea":
            self._area = name
            self.inputs[name] = found
            self.values[name] = ""
        elif tag == "select":
            self._select, self._selected = name, False
            self.inputs[name] = found
            self.options[name] = {}
        elif tag == "option" and self._select:
            self._option = found.get("value") or ""
            self.options[self._select][self._option] = ""
            first = len(self.options[self._select]) == 1
            if "selected" in found or (first and not self._selected):
                self.values[self._select] = self._option
                self._selected = self._selected or "selected" in found

    def _input(self, name: str, found: dict[str, str | None]) -> None:
        kind, value = found.get("type") or "text", found.get("value") or ""
        self.inputs[name] = found
        if kind in TEXT_TYPES:
            self.values[name] = value.replace("\r", "").replace("\n", "")
        elif kind == "checkbox" and "checked" in found:
            self.values[name] = value or "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._template = False
        elif tag == "textarea" and self._area:
            # A browser takes the first line break for one of the source, and sends CRLF.
            text = self.values[self._area].removeprefix("\n")
            self.values[self._area] = text.replace("\r\n", "\n").replace("\n", "\r\n")
            self._area = ""
        elif tag == "select":
            self._select = self._option = ""
        elif tag == "ul":
            self._in_errors = False
        elif tag == "a":
            self._link = ""
        if tag in BLOCKS and not self._area:
            self.text += " "

    def handle_data(self, data: str) -> None:
        if self._template:
            return
        if self._area:
            self.values[self._area] += data
        elif self._select:
            if self._option in self.options[self._select]:
                self.options[self._select][self._option] += data.strip()
        else:
            self.text += data
            if self._in_errors and data.strip():
                self.errors.append(data.strip())
            if self._link and data.strip():
                self.links[data.strip()] = self._link


def read(response: Any) -> Page:
    """Return the page of an answer."""
    assert response.status_code == 200, (response.status_code, response.headers)
    return Page(response.content.decode())


def get(client: Client, path: str, /, **query: Any) -> Page:
    """Open a page below the content's."""
    return read(client.get(ADMIN + path, query))


def submit(client: Client, path: str, /, **changes: Any) -> Any:
    """Open a page, change its form, and send it: None takes an input out, as unchecking does."""
    return send(client, path, get(client, path.partition("?")[0], **_query(path)).values, **changes)


def send(client: Client, path: str, values: dict[str, str], /, **changes: Any) -> Any:
    """Send a form as it was read, but for the changes."""
    data = {**values, **changes}
    return client.post(
        ADMIN + path, {name: value for name, value in data.items() if value is not None}
    )


def _query(path: str) -> dict[str, str]:
    query = path.partition("?")[2]
    return dict(pair.split("=") for pair in query.split("&")) if query else {}
