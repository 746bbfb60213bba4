"""The text formats of a standard Drupal site, and the pairs recorded of one."""

import json
from pathlib import Path
from typing import Any

from drupal_jwt_auth.text import PLAIN_TEXT, TextFormat

HERE = Path(__file__).parent

FORMATS = {
    each["format"]: TextFormat(
        format=each["format"],
        name=each["name"],
        weight=each["weight"],
        filters=each["filters"],
    )
    for each in json.loads((HERE / "formats.json").read_text())
}

PAIRS: list[dict[str, Any]] = json.loads((HERE / "pairs.json").read_text())


def process(format_id: str | None, text: str) -> str:
    text_format = PLAIN_TEXT if format_id is None else FORMATS[format_id]
    return text_format.process(text)
