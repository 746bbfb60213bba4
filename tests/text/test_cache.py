"""What a text was processed to is kept, as long as it is right and as there is room for it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from drupal_jwt_auth.text import (
    FILTERS,
    PLAIN_TEXT,
    SecureImages,
    TextCache,
    TextFormat,
    UnknownFilterError,
    promises,
)
from drupal_jwt_auth.text.bounds import MAX_LENGTH
from tests.text.site import FORMATS

ROOM = 1_000_000


def count_by(name: str = "count", **settings: Any) -> TextFormat:
    """A format with one filter."""
    filters = {name: {"weight": 0, "settings": settings}}
    return TextFormat(format="mine", name="Mine", weight=0, filters=filters)


def counting(processed: list[str], **promised: Any) -> Callable[[str, Mapping[str, Any]], str]:
    @promises(**promised)
    def count(text: str, settings: Mapping[str, Any]) -> str:
        processed.append(text)
        return f"{text}{len(processed)}"

    return count


@pytest.fixture
def processed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were filtered, by a filter that writes behind them how many there were."""
    texts: list[str] = []
    monkeypatch.setitem(FILTERS, "count", counting(texts, repeatable=True))
    return texts


@pytest.fixture
def cache() -> TextCache:
    return TextCache()


def test_a_text_is_filtered_once(cache: TextCache, processed: list[str]) -> None:
    assert [cache.process(count_by(), "é😀", ROOM) for _ in range(3)] == ["é😀1"] * 3
    assert processed == ["é😀"]


def test_each_text_is_filtered_for_itself(cache: TextCache, processed: list[str]) -> None:
    shown = [cache.process(count_by(), text, ROOM) for text in ("a", "b", "a", "", "b")]
    assert shown == ["a1", "b2", "a1", "", "b2"]


def test_what_is_kept_is_what_is_processed() -> None:
    cache = TextCache()
    for _ in range(2):
        for text_format in (*FORMATS.values(), PLAIN_TEXT):
            for text in (
                "<em>a</em> & b\n",
                "<img src=/a.png>",
                "x\ud800",
                "a" * 10_000,
                "é",
                "😀",
            ):
                assert cache.process(text_format, text, ROOM) == text_format.process(text)


def test_a_format_that_is_configured_anew_filters_anew(
    cache: TextCache, processed: list[str]
) -> None:
    shown = [cache.process(count_by(x=x), "a", ROOM) for x in (1, 2, 1)]
    assert shown == ["a1", "a2", "a1"]


def test_formats_that_filter_alike_share_what_is_kept(
    cache: TextCache, processed: list[str]
) -> None:
    filters = count_by().filters
    other = TextFormat(format="other", name="Other", weight=1, filters=filters)
    assert [cache.process(each, "a", ROOM) for each in (count_by(), other)] == ["a1", "a1"]


def test_a_filter_that_is_replaced_filters_anew(
    cache: TextCache, processed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.process(count_by(), "a", ROOM)
    monkeypatch.setitem(FILTERS, "count", counting(["x"], repeatable=True))
    assert [cache.process(count_by(), "a", ROOM) for _ in range(2)] == ["a2", "a2"]
    assert cache.size < 3000


@pytest.mark.parametrize("promised", [{}, {"adds": "<b>"}])
def test_a_filter_that_does_not_promise_it_filters_each_time(
    promised: Any, cache: TextCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILTERS, "count", counting([], **promised))
    assert [cache.process(count_by(), "a", ROOM) for _ in range(2)] == ["a1", "a2"]
    assert cache.size == 0


def test_an_image_that_comes_or_goes_is_noticed(
    cache: TextCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"/a.png"}
    asked: list[str] = []

    def is_local(path: str) -> bool:
        asked.append(path)
        return path in here

    monkeypatch.setitem(FILTERS, "filter_html_image_secure", SecureImages(is_local=is_local))
    text_format = count_by("filter_html_image_secure")
    text = '<img src="/a.png"><img src="/b.png"><img src="/a.png">'

    def shown() -> int:
        return cache.process(text_format, text, ROOM).count("png")

    assert shown() == 2
    assert asked == ["/a.png", "/b.png"]
    assert shown() == 2
    assert asked == ["/a.png", "/b.png"] * 2
    here.add("/b.png")
    assert shown() == 3
    here.clear()
    assert shown() == 0


def test_the_latest_texts_are_kept(cache: TextCache, processed: list[str]) -> None:
    cache.process(count_by(), "a", ROOM)
    room = 3 * cache.size
    for text in ("b", "c", "a", "d", "a", "b"):
        cache.process(count_by(), text, room)
    assert processed == ["a", "b", "c", "d", "b"]


def test_what_there_is_no_room_for_is_not_kept_and_displaces_nothing(
    cache: TextCache, processed: list[str]
) -> None:
    for text in ("a", "b" * 2000, "a", "b" * 2000):
        cache.process(count_by(), text, 2000)
    assert [text[0] for text in processed] == ["a", "b", "b"]


def test_less_room_takes_less(cache: TextCache, processed: list[str]) -> None:
    for number in range(100):
        cache.process(count_by(), f"{number} ", ROOM)
    room = cache.size // 10
    cache.process(count_by(), "a", room)
    assert 0 < cache.size <= room
    assert cache.process(count_by(), "99 ", room) == "99 100"


def test_without_room_nothing_is_kept(cache: TextCache, processed: list[str]) -> None:
    assert [cache.process(count_by(), "a", 0) for _ in range(2)] == ["a1", "a2"]
    assert cache.size == 0


def test_a_text_that_is_too_long_to_be_filtered_is_not_kept(
    cache: TextCache, processed: list[str]
) -> None:
    text = "a" * (MAX_LENGTH + 1)
    assert cache.process(count_by(), text, 10 * MAX_LENGTH) == text
    assert cache.size == 0


@pytest.mark.parametrize("text", ["", "é" * 100, "😀" + "a" * 2_000])
def test_memory_stays_within_the_room(text: str, cache: TextCache) -> None:
    room = 300_000
    TextCache().process(FORMATS["basic_html"], "<img src='/a.png'>", room)
    tracemalloc.start()
    try:
        for number in range(1000):
            cache.process(FORMATS["basic_html"], f"<img src='/{number}.png'> {text}", room)
        gc.collect()
        assert 0.8 * room <= cache.size <= room
        assert tracemalloc.get_traced_memory()[0] <= 1.1 * room
    finally:
        tracemalloc.stop()


def test_a_filter_that_is_not_known_is_refused(cache: TextCache) -> None:
    with pytest.raises(UnknownFilterError):
        cache.process(count_by("unknown"), "a", ROOM)


def test_threads_share_a_cache(cache: TextCache) -> None:
    texts = [f"<b>{number}" for number in range(50)] * 20

    def shown(text: str) -> str:
        return cache.process(FORMATS["full_html"], text, 30_000)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shown, texts)) == [f"{text}</b>" for text in texts]
    assert 0 < cache.size <= 30_000
