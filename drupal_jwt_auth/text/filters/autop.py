"""``filter_autop``: line breaks become paragraphs and ``<br />``.

The rule (FilterAutoP): a blank line ends a paragraph, a single newline is a line break; block
elements stand on their own, a quotation has paragraphs in it, and what stands in ``<pre>``,
``<script>``, ``<style>``, ``<object>``, ``<iframe>``, ``<svg>``, ``<drupal-media>`` or in a comment
is left alone. Drupal defines it as a series of replacements over the text, whose order shows in the
result: each step here is one of them. Where a replacement would search again and again for
something that is not there, the step searches once.
"""

import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.php import SPACE

_BLOCK = (
    "(?:address|area|article|aside|blockquote|caption|col|colgroup|dd|details|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|input|legend|li|map|math|menu|nav|ol|"
    "option|p|pre|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul)"
)

_SKIPPED = re.compile(
    r"<!--|</?(?:pre|script|style|object|iframe|drupal-media|svg|!--)", re.IGNORECASE
)
_BROKEN_TAG = re.compile(r"<[a-zA-Z][^<>\n]*\n[^<>]*>")
_VALUE = re.compile(r'"[^"]*"')
_TAG_NAME_END = re.compile(r"[ >]")

_TWO_BREAKS = re.compile(r"<br />\s*<br />", re.ASCII)
_BLOCK_START = re.compile(f"<{_BLOCK}[^>]*>")
_BLOCK_END = re.compile(f"</{_BLOCK}>")
_BLOCK_BEGINS = re.compile(f"</?{_BLOCK}")
_NEWLINES = re.compile(r"\n\n+")
_BLANK_LINE = re.compile(r"\n\s*\n(?=[^\n])", re.ASCII)
_QUOTATION = re.compile(r"<p><blockquote([^>]*)>", re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?", re.ASCII)
_PARAGRAPH_BEFORE_BLOCK = re.compile(rf"<p>\s*(</?{_BLOCK}[^>]*>)", re.ASCII)
_SPACES = re.compile(r"\s*", re.ASCII)
_BREAK_BEFORE_BLOCK = re.compile(
    r"<br />(?=\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)>)", re.ASCII
)
# PHP counts bytes here: a letter outside ASCII is followed by one that is no part of a name.
_BARE_AMPERSAND = re.compile(
    r"&(?:([\x00-\x22\x24-\x7f])(?![A-Za-z0-9]{1,8};)|([^\x00-\x7f]))", re.ASCII
)


@promises(adds="<p> <br>", repeatable=True)
def add_paragraphs(text: str, settings: Mapping[str, Any]) -> str:
    """Turn line breaks into HTML."""
    check_tags(text.count("<"))
    parts = []
    skipping = ""
    for chunk, is_tag in _chunks(text):
        if not is_tag:
            parts.append(chunk if skipping else _paragraphs(chunk))
            continue
        parts.append(chunk)
        if chunk.startswith("<!--"):
            continue
        ends = chunk.startswith("</")
        name = _TAG_NAME_END.split(chunk[2 if ends else 1 :], maxsplit=1)[0]
        if not skipping and not ends:
            skipping = name
        elif ends and skipping == name:
            skipping = ""
    return "".join(parts)


def _chunks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text between the tags of skipped elements and comments, and these."""
    at = done = 0
    comment_end = line_end = -1
    while found := _SKIPPED.search(text, at):
        begin = found.start()
        end = text.find(">", found.end())
        if end == -1:
            break
        if text.startswith("<!--", begin):
            # A comment on one line may contain a ">", one on several lines may not.
            comment_end = _find(text, "-->", begin + 4, comment_end)
            line_end = _find(text, "\n", begin + 4, line_end)
            if comment_end < line_end:
                end = comment_end + 2
        yield text[done:begin], False
        at = done = end + 1
        yield text[begin:done], True
    yield text[done:], False


def _find(text: str, wanted: str, at: int, known: int) -> int:
    """Return the place of a string from ``at`` on; ``known`` is that of an earlier search."""
    if known >= at:
        return known
    found = text.find(wanted, at)
    return len(text) if found == -1 else found


def _paragraphs(text: str) -> str:
    """Return a text between two skipped parts with its paragraphs."""
    text = text.rstrip("\n") + "\n\n"
    if "<" in text:
        text = _BROKEN_TAG.sub(_without_broken_values, text)
        text = _TWO_BREAKS.sub("\n\n", text)
        text = _space_before_blocks(text)
        text = _BLOCK_END.sub(r"\g<0>\n\n", text)
    text = _without_outer_newlines(_NEWLINES.sub("\n\n", text))
    text = "<p>" + _BLANK_LINE.sub("</p>\n<p>", text) + "</p>\n"
    text = _unwrap_list_items(text)
    text = _QUOTATION.sub(r"<blockquote\1><p>", text)
    text = text.replace("</blockquote></p>", "</p></blockquote>")
    text = _EMPTY_PARAGRAPH.sub("", text)
    text = _PARAGRAPH_BEFORE_BLOCK.sub(r"\1", text)
    text = _drop_after_blocks(text, "</p>")
    text = _break_lines(text)
    text = _drop_after_blocks(text, "<br />")
    text = _BREAK_BEFORE_BLOCK.sub("", text)
    return _BARE_AMPERSAND.sub(r"&amp;\1\2", text) if "&" in text else text


def _without_broken_values(tag: re.Match[str]) -> str:
    """Write line breaks in the values of a tag as references, as these are not of the text."""
    return _VALUE.sub(lambda value: value[0].replace("\n", "&#10;"), tag[0])


def _space_before_blocks(text: str) -> str:
    """Put a newline before every block's start tag."""
    # Beyond the last ">" no tag can end, and the pattern would look for one from every "<".
    last = text.rfind(">") + 1
    return _BLOCK_START.sub(r"\n\g<0>", text[:last]) + text[last:]


def _without_outer_newlines(text: str) -> str:
    """Drop one newline in front and, if there are several at the end, all of them."""
    text = text.removeprefix("\n")
    end = text.find("\n", len(text.rstrip(SPACE)))
    return text[:end] if end < len(text) - 1 else text


def _unwrap_list_items(text: str) -> str:
    """Take the paragraph off a list item that is all on one line."""
    parts, done, at = [], 0, 0
    paragraph_end = line_end = -1
    while (begin := text.find("<p><li", at)) != -1:
        at = begin + 1
        content = begin + len("<p><li") + 1
        paragraph_end = _find(text, "</p>", content, paragraph_end)
        line_end = _find(text, "\n", content - 1, line_end)
        if paragraph_end < line_end:
            parts += [text[done:begin], text[begin + len("<p>") : paragraph_end]]
            at = done = paragraph_end + len("</p>")
    return "".join([*parts, text[done:]])


def _drop_after_blocks(text: str, dropped: str) -> str:
    """Drop a tag, and the space before it, where it follows the tag of a block."""
    written, done = StringIO(), 0
    for found in re.finditer(rf">(?=\s*{dropped})", text, re.ASCII):
        end = found.end()
        begin = max(text.rfind(">", done, end - 1) + 1, done)
        if _BLOCK_BEGINS.search(text, begin, end - 1):
            written.write(text[done:end])
            done = text.find(dropped, end) + len(dropped)
    written.write(text[done:])
    return written.getvalue()


def _break_lines(text: str) -> str:
    """End every line with a ``<br />``, and drop the space around it, unless it has one."""
    written, done = StringIO(), 0
    while (newline := text.find("\n", done)) != -1:
        begin = done + len(text[done:newline].rstrip(SPACE))
        spaces = _SPACES.match(text, newline)
        last = text.rfind("\n", newline, spaces.end() if spaces else None)
        # Right behind a break the space keeps its first character.
        kept = 1 if text.endswith("<br />", 0, begin) else 0
        written.write(text[done : begin + kept])
        if begin + kept <= last:
            written.write("<br />\n")
        done = last + 1
    written.write(text[done:])
    return written.getvalue()
