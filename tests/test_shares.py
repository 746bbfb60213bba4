"""The runs of CI that share the suite out among the versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shares import WHOLE, chooser

ROOT = Path(__file__).parents[1]
TESTS = [f"tests/text/test_pairs.py::test_a_text[{number}]" for number in range(1000)]


def chosen(share: str, seed: str = "") -> set[str]:
    return {test for test in TESTS if chooser(share, seed)(test)}


def test_all_shares_together_are_the_suite_and_none_has_a_test_of_another() -> None:
    shares = [chosen(f"{number}/5") for number in range(1, 6)]
    assert set().union(*shares) == set(TESTS)
    assert sum(map(len, shares)) == len(TESTS)
    assert all(150 < len(share) < 250 for share in shares)


def test_with_the_same_seed_they_are_the_same() -> None:
    assert chosen("1/5", "a") == chosen("1/5", "a")


def test_with_another_seed_they_are_others() -> None:
    assert chosen("1/5", "a") != chosen("1/5", "b")


@pytest.mark.parametrize("number", range(1, 6))
def test_each_has_all_tests_of_what_it_is_for(number: int) -> None:
    share = f"{number}/5"
    assert chooser(share, whole="versions")("tests/auth/test_hashers.py::test_it")
    assert chooser(share, whole="versions")("tests/admin/test_files.py::test_it")
    assert chooser(share, whole="isolation")("tests/system/test_lost_updates.py::test_it")


def test_without_that_it_has_its_share_alone() -> None:
    test = "tests/auth/test_hashers.py::test_it"
    assert [chooser(f"{number}/5")(test) for number in range(1, 6)].count(True) == 1


@pytest.mark.parametrize("share", ["", "1", "0/5", "6/5", "1/0", "1/5 ", "a/b", "-1/5"])
def test_what_is_no_share_is_refused(share: str) -> None:
    with pytest.raises(ValueError, match="is no share: it has to be like 2/5"):
        chooser(share)


@pytest.mark.parametrize("place", [place for places in WHOLE.values() for place in places])
def test_what_is_named_is_there(place: str) -> None:
    assert (ROOT / place).exists()
