"""Which lines two texts have in common, in a time that grows with their length."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

MAX_COMPARISONS = 1000 * 1000
"""Up to so many pairs of lines, Python's own comparison is fast; its time grows with the square."""


class Block(NamedTuple):
    """Lines that are the same in both: where they begin in each, and how many."""

    old: int
    new: int
    size: int


def blocks_in_common(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Yield what both texts have, in order; the last block is the end of both, of no size.

    Long texts are compared by the lines that stand once in each of them, and what is the same
    around these: the "patience diff".
    """
    if len(old) * len(new) <= MAX_COMPARISONS:
        yield from map(Block._make, SequenceMatcher(None, old, new).get_matching_blocks())
        return
    line, new_line = 0, 0
    for anchor, new_anchor in [*_anchors(old, new), (len(old), len(new))]:
        size = _count_same(old[line:anchor], new[new_line:new_anchor])
        yield Block(line, new_line, size)
        line, new_line = line + size, new_line + size
        size = _count_same(old[line:anchor][::-1], new[new_line:new_anchor][::-1])
        yield Block(anchor - size, new_anchor - size, size)
        line, new_line = anchor, new_anchor
    yield Block(line, new_line, 0)


def _count_same(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same from the beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the numbers of lines that stand once in each, as many as have the same order in both.

    That is the longest run of growing numbers, found with one search for each line.
    """
    counts, new_counts = Counter(old), Counter(new)
    numbers = {text: number for number, text in enumerate(new)}
    pairs = [
        (number, numbers[text])
        for number, text in enumerate(old)
        if counts[text] == new_counts[text] == 1
    ]
    # The smallest number that a run of each length ends with, and the pair that it is of.
    smallest: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_number, new_number) in enumerate(pairs):
        length = bisect_left(smallest, new_number)
        before.append(last[length - 1] if length else -1)
        smallest[length : length + 1] = [new_number]
        last[length : length + 1] = [index]
    run = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]
