"""What two texts have in common is told in order, fast for long ones too."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.admin import line_blocks
from drupal_jwt_auth.admin.line_blocks import Block, blocks_in_common
from tests.robustness.requests import PROFILE

LONG = 3000


class Counted(str):
    """A line that counts how often lines are compared."""

    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)


def numbered(count: int) -> list[str]:
    return [f"line {number}" for number in range(count)]


def told(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The blocks, which must be right: the same in both, one after the other, up to the ends."""
    blocks = list(blocks_in_common(old, new))
    line, new_line = 0, 0
    for block in blocks:
        assert block.old >= line
        assert block.new >= new_line
        line, new_line = block.old + block.size, block.new + block.size
        assert old[block.old : line] == new[block.new : new_line]
    assert blocks[-1] == (len(old), len(new), 0)
    return [block for block in blocks if block.size]


@pytest.fixture
def always_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare short texts in the way of long ones."""
    monkeypatch.setattr(line_blocks, "MAX_COMPARISONS", -1)


@pytest.mark.usefixtures("always_long")
@PROFILE
@given(texts=st.tuples(*[st.lists(st.sampled_from("abcdef"), max_size=12)] * 2))
def test_what_is_told_is_the_same_in_both_and_in_order(texts: tuple[list[str], list[str]]) -> None:
    told(*texts)


@pytest.mark.usefixtures("always_long")
@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("abc", "abc", 3),
        ("abc", "abxc", 3),
        ("abc", "xabc", 3),
        ("abcd", "acdx", 3),
        ("aabb", "aab", 3),
        ("abcde", "cdeab", 3),
        ("xaxbx", "xbxax", 3),
        ("ab", "cd", 0),
        ("", "ab", 0),
        ("ab", "", 0),
        ("", "", 0),
    ],
)
def test_long_texts_are_compared_by_the_lines_that_stand_once_in_each(
    old: str, new: str, same: int
) -> None:
    assert sum(block.size for block in told(list(old), list(new))) == same


def test_short_texts_are_compared_as_python_does() -> None:
    # By the lines that stand once in each there would be nothing in common.
    assert told(list("xaay"), list("zaaw")) == [(1, 1, 2)]


@pytest.mark.parametrize(
    ("new", "same"),
    [
        ([f"{line}{'!' * (n % 2)}" for n, line in enumerate(numbered(LONG))], LONG // 2),
        (["first", *numbered(LONG)[1:]], LONG - 1),
        (numbered(LONG)[::-1], 1),
        (["other"] * LONG, 0),
    ],
    ids=["every second line", "one line", "backwards", "all"],
)
def test_the_work_grows_with_the_length_of_long_texts(new: list[str], same: int) -> None:
    Counted.comparisons = 0
    blocks = list(blocks_in_common([*map(Counted, numbered(LONG))], [*map(Counted, new)]))
    assert Counted.comparisons <= 20 * LONG
    assert sum(block.size for block in blocks) == same
