"""Every text that was recorded comes out as the recorded site showed it."""

from typing import Any

import pytest

from tests.text.site import PAIRS, process


def name(pair: dict[str, Any]) -> str:
    return f"{pair['format']}: {ascii(pair['value'])[:40]}"


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_a_recorded_text_is_shown_as_recorded(pair: dict[str, Any]) -> None:
    assert process(pair["format"], pair["value"]) == pair["processed"]
