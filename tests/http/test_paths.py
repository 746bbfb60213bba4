"""What stands in a path: ids as a database compares them."""

from __future__ import annotations

import pytest

from drupal_jwt_auth.http.paths import MAX_ID, read_entity_id


@pytest.mark.parametrize(
    ("segment", "number"),
    [
        ("1", 1),
        ("42", 42),
        ("01", 1),
        ("0" * 5000 + "7", 7),
        ("+1", 1),
        (" 1", 1),
        ("1 ", 1),
        ("1\n", 1),
        ("\t\n\r\v\f 1", 1),
        ("1.", 1),
        ("1.0", 1),
        ("1.000", 1),
        ("1e0", 1),
        ("1E+00", 1),
        ("10.0e0", 10),
        ("1e1", 10),
        ("10e-1", 1),
        (".5e1", 5),
        ("1.0000000000000000000001", 1),
        (str(MAX_ID), MAX_ID),
    ],
)
def test_an_id_is_a_number_however_it_is_written(segment: str, number: int) -> None:
    assert read_entity_id(segment) == number


@pytest.mark.parametrize(
    "segment",
    [
        "",
        "0",
        "000",
        "-1",
        "-0",
        "x",
        "1x",
        "x1",
        "1.5",
        ".5",
        "1e",
        "1e-1",
        "1e9999",
        "1e-9999",
        "0e9",
        "0x1",
        "1_0",
        "1,0",
        "++1",
        "+",
        ".",
        "e0",
        "\u0661",
        "\uff11",
        "²",
        "\xa01",
        "1\0",
        "NaN",
        "Infinity",
        str(MAX_ID + 1),
        "9" * 19,
        "9" * 5000,
    ],
)
def test_what_is_no_number_or_too_large_a_one_is_nobodys_id(segment: str) -> None:
    assert read_entity_id(segment) is None
