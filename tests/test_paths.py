"""What stands in a path: ids as a database compares them, names in upper and lower case."""

from __future__ import annotations

import re

import pytest
from django.urls import re_path, reverse
from django.views.defaults import page_not_found

from drupal_jwt_auth.http.paths import MAX_ID, in_any_case, read_entity_id

urlpatterns = [re_path(rf"^{in_any_case('rest_api/id-2')}$", page_not_found, name="a")]


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


@pytest.mark.parametrize("text", ["rest_api/id-2", "REST_API/ID-2", "Rest_aPi/iD-2"])
def test_letters_match_in_upper_and_lower_case(text: str) -> None:
    assert re.fullmatch(in_any_case("rest_api/id-2"), text)


@pytest.mark.parametrize("text", ["rest_api/id-3", "rest-api/id-2", "restXapi/id-2", "rest_api"])
def test_other_paths_do_not_match(text: str) -> None:
    assert not re.fullmatch(in_any_case("rest_api/id-2"), text)


@pytest.mark.urls(__name__)
def test_the_url_is_reversed_in_lower_case() -> None:
    assert reverse("a") == "/rest_api/id-2"
