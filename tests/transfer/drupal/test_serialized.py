"""What PHP has serialized is read as data, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.transfer.drupal.exceptions import SerializedValueError
from drupal_jwt_auth.transfer.drupal.serialized import MAX_DEPTH, unserialize
from tests.transfer.drupal.old_site import serialize

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab-"), inner, min_size=1),
    max_leaves=20,
)


@given(values)
def test_each_value_is_read_again(value: Any) -> None:
    assert unserialize(serialize(value)) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'a:2:{i:0;s:1:"a";i:1;s:1:"b";}', ["a", "b"]),
        (b'a:2:{i:1;s:1:"a";i:0;s:1:"b";}', {"1": "a", "0": "b"}),
        (b"a:1:{i:403;i:1;}", {"403": 1}),
        (b"a:0:{}", []),
        (b's:6:"K\xc3\xbcche";', "Küche"),
        (b's:3:"";i";', '";i'),
        (b's:1:"\xff";', "�"),
        (b"d:0.5;", 0.5),
    ],
)
def test_arrays_are_lists_or_objects_and_lengths_are_bytes(data: bytes, value: Any) -> None:
    assert unserialize(data) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'O:8:"stdClass":0:{}', "Not read: b'O:' at byte 0."),
        (b'C:3:"Own":0:{}', "Not read: b'C:' at byte 0."),
        (b"a:2:{i:0;i:1;i:1;R:2;}", "Not read: b'R:' at byte 17."),
        (b"i:5;i:6;", "Something follows the value, at byte 4."),
        (b"", "It ends at byte 0, within a value."),
        (b's:9:"short";', "It ends at byte 12, within a value."),
        (b's:5:"shorter";', "No b'\";' ends at byte 12."),
        (b's:-1:"";', "No length ends at byte 6."),
        (b"s:99999999999999999999999:", "Nothing ends what begins at byte 2."),
        (b'a:99999999999999999999:{}"', "No length ends at byte 24."),
        (b"i:five;", "No number ends at byte 7."),
        (b"i:5", "Nothing ends what begins at byte 2."),
        (b"a:1:{b:1;i:5;}", "No key of an array ends at byte 9."),
        (b"a:1:{a:0:{}i:5;}", f"More than {MAX_DEPTH} arrays are in each other."),
        (b"a:1:{i:0;" * 70, f"More than {MAX_DEPTH} arrays are in each other."),
    ],
)
def test_what_is_no_data_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(SerializedValueError) as caught:
        unserialize(data)
    assert str(caught.value) == reason
