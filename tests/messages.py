"""The translations: ``python3 -m tests.messages`` brings the catalogs up to date with the code.

New texts come in without a translation, those that are gone go, and the catalogs are compiled. It
needs no GNU gettext: Python says where it translates, Django makes Python of what templates do.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "drupal_jwt_auth"
LOCALE = PACKAGE / "locale"
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
"""The languages that there are translations into, with gettext's rule for their plurals."""
LANGUAGES = tuple(PLURALS)
FUNCTIONS = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "npgettext": ("context", "text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
}
"""What translates, and what its first arguments are."""


BASE_FIELD = "BaseField"
"""What has a label that clients are told as it is, and people in their language."""


class Message(NamedTuple):
    """A text to be translated."""

    text: str
    plural: str = ""
    context: str | None = None


def messages() -> list[Message]:
    """Return what the package translates, each once, in the order of the files."""
    found: dict[Message, None] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= dict.fromkeys(in_python(path.read_text(encoding="utf-8")))
    for path in sorted((PACKAGE / "templates").rglob("*.*")):
        found |= dict.fromkeys(in_template(path.read_text(encoding="utf-8")))
    plurals = {message.text: message for message in found if message.plural}
    return [each for each in found if plurals.get(each.text, each) == each]


def in_python(source: str) -> Iterator[Message]:
    """Yield what is translated in a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        names = FUNCTIONS.get(name, ())
        texts: list[Any] = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if names and len(texts) >= len(names):
            yield Message(**dict(zip(names, texts, strict=False)))
        if name == BASE_FIELD:
            labels: Any = (each.value for each in node.keywords if each.arg == "label")
            yield from (
                Message(str(each.value)) for each in labels if isinstance(each, ast.Constant)
            )


def in_template(source: str) -> Iterator[Message]:
    """Yield what is translated in a template."""
    for line in templatize(source).splitlines():
        # What is no call is rows of X, and what is left of texts.
        for start, character in enumerate(line):
            if character == "(":
                yield from _call(line, start)


def _call(line: str, start: int) -> Iterator[Message]:
    name = line[:start].rpartition(" ")[2]
    if name not in FUNCTIONS:
        return
    for end, character in enumerate(line[start:], start + 1):
        if character == ")":
            try:
                call = f"{name}{line[start:end]}"
                yield from in_python(call)
            except SyntaxError:
                continue  # The bracket is one of the text.
            return


def catalog(language: str) -> Path:
    """Return where the translations into a language are."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> polib.POFile:
    """Return the catalog of a language with the messages that there are now."""
    path = catalog(language)
    known = polib.pofile(str(path)) if path.exists() else polib.POFile()
    updated = polib.POFile(wrapwidth=98)
    updated.metadata = {
        "Project-Id-Version": "drupal-jwt-auth",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for message in messages():
        entry = known.find(message.text, msgctxt=message.context or False)
        if entry is None or entry.msgid_plural != message.plural:
            entry = polib.POEntry(
                msgid=message.text,
                msgid_plural=message.plural,
                msgctxt=message.context,
                msgstr_plural={0: "", 1: ""} if message.plural else {},
            )
        updated.append(entry)
    return updated


def main() -> int:
    """Write and compile the catalogs; return 1 where something has no translation."""
    missing = 0
    for language in LANGUAGES:
        updated = update(language)
        path = catalog(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        updated.save(str(path))
        updated.save_as_mofile(str(path.with_suffix(".mo")))
        count = len(updated) - len(updated.translated_entries())
        print(f"{language}: {len(updated)} messages, {count} without a translation")
        missing += count
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
