"""Rows on disk are gone through as often as needed, and kept in no memory."""

from __future__ import annotations

from drupal_jwt_auth.transfer.stored_rows import StoredRows


def test_rows_are_the_same_each_time_and_for_several_at_once() -> None:
    rows = [{"number": number, "text": "ü\n" * 70_000} for number in range(20)]
    stored = StoredRows(iter(rows))
    assert len(stored) == 20
    assert [
        (one["number"], other["number"]) for one, other in zip(stored, stored, strict=True)
    ] == [(number, number) for number in range(20)]
    assert list(stored) == rows
    assert rows[3] in stored
    assert {} not in stored


def test_there_may_be_none() -> None:
    assert list(StoredRows([])) == []
