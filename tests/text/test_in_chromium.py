"""Chromium shows what the formats give: no script runs, and only what is allowed is there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests import chromium
from tests.robustness.requests import PROFILE
from tests.text import judge, markup
from tests.text.site import FORMATS, process
from tests.text.test_final_word import GENEROUS, allowed_by, any_order, format_of
from tests.text.test_xss import ATTACKS

COUNT = 25 * PROFILE.max_examples

FORM_FEED = '<img src="x" alt="a&#12;onerror=alert(1)//">'
LINE_BREAK = '<em lang="a\nwww.x.yz/onclick=alert(2)//a b">click me</em>'

# What a reader might do to the texts is done, and noted is which scripts of theirs have run.
SHOW = """<!doctype html><meta charset="utf-8"><title>Texts</title>
<script>
  const ran = [];
  window.alert = (what) => ran.push(String(what));
  window.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && link.protocol !== "javascript:") event.preventDefault();
  });
</script>
<div id="texts">%s</div>
<script>
  for (const element of document.querySelectorAll("#texts *"))
    for (const type of ["mouseover", "focus", "click"])
      element.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true}));
  window.setTimeout(() => {
    document.documentElement.setAttribute("data-noted", JSON.stringify(ran));
  }, 3000);
</script>
"""

# The elements of each text, as a document's without scripts and as part of a page with scripts.
READ = """<!doctype html><meta charset="utf-8"><title>Elements</title>
<script>
  const read = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    [element.localName.toLowerCase(),
     Object.fromEntries([...element.attributes].map(({name, value}) => [name, value]))],
    ...(element.content ? read(element.content) : []),
  ]);
  const inPage = (text) => {
    const element = document.createElement("div");
    element.innerHTML = text;
    return read(element);
  };
  const inDocument = (text) => read(new DOMParser().parseFromString(text, "text/html"));
  const found = %s.map((text) => [...inDocument(text), ...inPage(text)]);
  document.documentElement.setAttribute("data-noted", JSON.stringify(found));
</script>
"""


def noted(page: str, directory: Path) -> Any:
    """Show a page, and return what it has noted."""
    found = re.search(r'<html[^>]* data-noted="([^"]*)"', chromium.dump_dom(page, directory))
    assert found is not None
    return json.loads(unescape(found[1]))


def elements(texts: Sequence[str], directory: Path) -> list[list[judge.Element]]:
    """Return the elements that Chromium finds in each text."""
    script = json.dumps(texts).replace("<", "\\u003c")
    found: list[list[judge.Element]] = noted(READ % script, directory)
    assert len(found) == len(texts)
    return found


@pytest.mark.parametrize("format_id", ["basic_html", "plain_text", "restricted_html"])
def test_no_script_of_a_text_runs(format_id: str, tmp_path: Path) -> None:
    texts = [process(format_id, text) for text in (FORM_FEED, LINE_BREAK, *ATTACKS)]
    assert noted(SHOW % "\n".join(map("<div>{}</div>".format, texts)), tmp_path) == []


def test_scripts_would_be_seen_to_run(tmp_path: Path) -> None:
    """These are what the first two texts became once."""
    texts = (
        '<img src="x" alt="a" onerror="alert(1)">',
        '<em lang="a<br />\n<a href="http://www.x.yz/" onclick=alert(2)//a">b</a>">c</em>',
        '<a href="javascript:alert(3)">d</a>',
        process("full_html", "<script>alert(4)</script>"),
    )
    ran = noted(SHOW % "".join(texts), tmp_path)
    assert set(ran) == {"1", "2", "3", "4"}


@pytest.mark.parametrize("format_id", ["basic_html", "plain_text", "restricted_html"])
def test_chromium_finds_only_what_a_format_of_the_site_allows(
    format_id: str, tmp_path: Path
) -> None:
    texts = [FORM_FEED, LINE_BREAK, *ATTACKS, *markup.texts(f"chromium {format_id}", COUNT)]
    shown = [process(format_id, text) for text in texts]
    allowed = allowed_by(FORMATS[format_id])
    for text, found in zip(texts, elements(shown, tmp_path), strict=True):
        assert not list(judge.faults(found, allowed)), text


def test_chromium_finds_only_what_is_allowed_in_any_order_of_filters(tmp_path: Path) -> None:
    dice = Random("chromium")
    texts = [*ATTACKS, *markup.texts("chromium", COUNT)]
    formats = [format_of(any_order(dice), GENEROUS) for _ in texts]
    shown = [made.process(text) for made, text in zip(formats, texts, strict=True)]
    for text, made, found in zip(texts, formats, elements(shown, tmp_path), strict=True):
        assert not list(judge.faults(found, allowed_by(made))), (made, text)


def test_chromium_finds_what_is_not_allowed(tmp_path: Path) -> None:
    shown = ['<p onclick="a">b</p>', "<template><b></b></template>", "<noscript><i></noscript>"]
    found = elements(shown, tmp_path)
    assert [list(judge.faults(each, judge.read("<p>"))) for each in found] == [
        ["<p onclick>"] * 2,
        ["<template>", "<b>"] * 2,
        ["<noscript>", "<i>", "<noscript>"],
    ]
