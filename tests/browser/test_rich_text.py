"""Texts in HTML are edited as they look, in what their format allows, and no other text changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from drupal_jwt_auth.models import FieldConfig, Node, TextFormat
from tests.browser.conftest import PASSWORD, Chromium, Visit, enter
from tests.content.visitors import add_field, make_type

CONTENT = "drupal_jwt_auth/node/"
ADDING = f"{CONTENT}add/?type=article"

BASIC = (
    "<br> <p class='lead wide-*'> <h2 id> <h3 id> <cite> <dl> <dt> <dd> <a hreflang href data-*> "
    "<blockquote cite> <ul type> <ol start type> <strong> <em> <code> <li> "
    "<img src alt data-entity-uuid data-entity-type height width data-caption data-align>"
)
HTML = {"filter_align": {"weight": 7}, "filter_caption": {"weight": 8}}
FORMATS: dict[str, dict[str, Any]] = {
    "basic_html": {"filter_html": {"settings": {"allowed_html": BASIC}}, **HTML},
    "full_html": {**HTML, "filter_htmlcorrector": {"weight": 10}},
    "restricted_html": {
        "filter_html": {"settings": {"allowed_html": f"{BASIC} <p> <br>"}},
        "filter_autop": {},
    },
}


@pytest.fixture
def site(transactional_db: None, settings: Settings) -> None:
    """Articles with a body and with notes, and the formats of a Drupal site."""
    settings.DRUPAL_JWT_AUTH = {"RICH_TEXT": True}
    make_type("article")
    add_field("article", "body", "text_with_summary")
    add_field("article", "field_notes", "text_long", cardinality=-1)
    for weight, (name, filters) in enumerate(FORMATS.items()):
        TextFormat.objects.create(format=name, name=name, weight=weight, filters=filters)


@pytest.fixture
def author(site: None, live_server: Any, browser: Chromium) -> Visit:
    """Somebody who may use all formats."""
    User.objects.create_superuser("author", password=PASSWORD)
    return Visit(browser, live_server.url, "author")


def article(text: str, text_format: str = "basic_html", **fields: Any) -> Node:
    """An article with a text."""
    body = {"value": text, "format": text_format, "summary": ""}
    return Node.objects.create(type_id="article", title="News", fields={"body": [body], **fields})


def body_of(node: Node) -> str:
    """What is stored of the text by now."""
    text: str = Node.objects.get(pk=node.pk).fields["body"][0]["value"]
    return text


def area(page: Page, name: str = "body-0") -> Locator:
    return page.locator(f"[name={name}-value]")


def editor(page: Page, name: str = "body-0") -> Locator:
    return page.locator(f".drupal-rich-text:has(+ [name={name}-value]) [contenteditable=true]")


def source(page: Page) -> Locator:
    return page.get_by_role("button", name="Source").first


def save(page: Page) -> None:
    page.click("[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()


def is_edited(page: Page) -> bool:
    """Tell whether the text is in the editor, once it has been looked at."""
    expect(source(page)).to_have_attribute("aria-pressed", re.compile("true|false"))
    return editor(page).count() == 1


SAME = {
    "nothing": "",
    "a paragraph": "<p>One</p>",
    "paragraphs with lines between them": "<p>One</p>\r\n\r\n<p>Two\r\nlines</p>\n",
    "marks in either order": "<p><em><strong>x</strong></em> <strong><em>y</em></strong></p>",
    "words without a paragraph": "Hello <em>there</em>",
    "entities": "<p>a &amp; b &lt; c &nbsp; &eacute; “q” &#8211;</p>",
    "breaks": "<p>One<br />\nTwo</p>",
    "lists": '<ul>\n<li>a</li>\n<li>b\n<ol start="3"><li>c</li></ol></li></ul>',
    "items with paragraphs": "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>",
    "links": '<p><a href="/node/1" hreflang="en" data-entity-type="node"><code>x</code></a></p>',
    "headings": '<h2 id="id_title">One</h2><h3>Two</h3>',
    "attributes": '<p class="lead wide-1" lang="de" dir="ltr">x</p>',
    "quotations": '<blockquote cite="https://example.com"><p>x <cite>y</cite></p></blockquote>',
    "images": '<img alt="" src="/a.png" data-align="left" data-caption="A &lt;em&gt;b&lt;/em&gt;">',
    "images in lines": '<p>a <img src="/a.png" alt="b"> c</p>',
}
"""Texts that the format Basic HTML allows, and the editor knows."""

OTHER = {
    "comments": "<p>One</p><!--break--><p>Two</p>",
    "tables": "<table><tbody><tr><td>x</td></tr></tbody></table>",
    "tags that it does not know": "<p>One</p><drupal-media data-entity-uuid='1'></drupal-media>",
    "tags that the format does not allow": "<p><u>x</u></p>",
    "attributes that the format does not allow": '<p class="other">x</p>',
    "values that the format does not allow": '<p class="lead other">x</p>',
    "handlers": '<p onclick="alert(1)">x</p>',
    "styles": '<p style="color: red">x</p>',
    "anchors": '<p><a id="here"></a>x</p>',
    "empty marks": "<p><strong></strong>x</p>",
    "marked space": '<p>x<a id="here"> </a></p>',
    "blocks in links": '<a href="/"><p>x</p></a>',
    "marks on blocks": "<p>x</p><cite><ul><li>y</li></ul></cite>",
    "images among words": 'a <img src="/a.png" alt="b"> c',
    "tags of a page": "<html><body><p>x</p></body></html>",
    "tags that do not fit": "<p><p>x</p></p><b>",
}


def test_what_is_not_touched_stays_to_the_last_byte(author: Visit) -> None:
    nodes = {name: article(text) for name, text in {**SAME, **OTHER}.items()}

    def steps(page: Page) -> dict[str, bool]:
        edited = {}
        for name, node in nodes.items():
            page.goto(f"{author.address}/admin/{CONTENT}{node.pk}/change/")
            edited[name] = is_edited(page)
            if edited[name]:
                # Whoever takes back what they have written has touched nothing.
                enter(editor(page))
                page.keyboard.press("End")
                page.keyboard.type("x")
                expect(area(page)).to_have_value(re.compile("x"))
                page.keyboard.press("Control+z")
            page.fill("#id_title", "Other news")
            save(page)
        return edited

    edited = author.do("", steps)
    assert [name for name, is_in in edited.items() if not is_in] == list(OTHER)
    assert {name: body_of(node) for name, node in nodes.items()} == {**SAME, **OTHER}
    assert set(Node.objects.values_list("title", flat=True)) == {"Other news"}


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def kind(page: Page) -> Locator:
    return page.get_by_label("Kind of paragraph").first


def test_an_article_is_written_with_the_tools(author: Visit) -> None:
    def steps(page: Page) -> None:
        page.fill("#id_title", "News")
        page.get_by_text("Text", exact=True).first.click()
        expect(editor(page)).to_be_focused()
        kind(page).select_option("Heading 2")
        page.keyboard.type("One")
        page.keyboard.press("Enter")
        page.keyboard.type("Some ")
        page.keyboard.press("Control+b")
        page.keyboard.type("bold")
        expect(tool(page, "Bold")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Control+b")
        page.keyboard.type(" words, a ")
        tool(page, "Link").click()
        page.get_by_label("Address").fill("/node/1")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        tool(page, "Bulleted list").click()
        page.keyboard.type("a")
        page.keyboard.press("Enter")
        page.keyboard.type("b")
        page.fill("[name=body-0-summary]", "<p>plain</p>")
        page.click("[name=_save]")
        page.wait_for_url(f"**/{CONTENT}")

    author.do(ADDING, steps)
    assert Node.objects.get().fields["body"] == [
        {
            "value": "<h2>One</h2><p>Some <strong>bold</strong> words, a "
            '<a href="/node/1">/node/1</a></p><ul><li>a</li><li>b</li></ul>',
            "format": "basic_html",
            "summary": "<p>plain</p>",
        }
    ]


def test_a_link_is_changed_and_taken_away(author: Visit) -> None:
    node = article('<p><a href="/node/1" hreflang="de">here</a></p>')
    stored = []

    def steps(page: Page) -> None:
        for address in ("https://example.com/?a=1&b", ""):
            editor(page).get_by_text("here").click()
            tool(page, "Link").click()
            page.get_by_label("Address").fill(address)
            page.get_by_role("button", name="Apply").click()
            save(page)
            stored.append(area(page).input_value())

    author.do(f"{CONTENT}{node.pk}/change/", steps)
    changed = '<p><a href="https://example.com/?a=1&amp;b" hreflang="de">here</a></p>'
    assert stored == [changed, "<p>here</p>"]


def test_only_what_was_edited_changes(author: Visit) -> None:
    node = article(
        '<h2 id="id_title">One</h2>\n<ul>\n<li><p>a</p></li><li>b</li></ul>'
        '<img alt="x" src="/a.png" data-entity-uuid="1"><p class="lead">End</p>'
    )

    def steps(page: Page) -> None:
        enter(editor(page))
        page.keyboard.press("Control+End")
        page.keyboard.type("!")
        page.keyboard.press("Enter")
        page.keyboard.type("More")
        save(page)

    author.do(f"{CONTENT}{node.pk}/change/", steps)
    assert body_of(node) == (
        '<h2 id="id_title">One</h2><ul><li><p>a</p></li><li>b</li></ul>'
        '<img alt="x" src="/a.png" data-entity-uuid="1"><p class="lead">End!</p><p>More</p>'
    )


def test_an_emptied_text_is_no_text(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        enter(editor(page))
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        save(page)

    author.do(f"{CONTENT}{node.pk}/change/", steps)
    assert Node.objects.get().fields["body"] == []


def test_a_format_has_the_editor_that_fits_it(author: Visit) -> None:
    def steps(page: Page) -> None:
        choice = page.locator("[name=body-0-format]")
        assert is_edited(page)
        expect(tool(page, "Bold")).to_be_visible()
        expect(page.get_by_role("group", name="Body:").get_by_label("Underlined")).to_have_count(0)
        expect(kind(page).locator("option")).to_have_text(["Paragraph", "Heading 2", "Heading 3"])

        choice.select_option("full_html")
        tool(page, "Underlined").click()
        editor(page).click()
        page.keyboard.type("x")
        expect(area(page)).to_have_value("<p><u>x</u></p>")
        expect(area(page)).to_be_hidden()
        expect(kind(page).locator("option")).to_have_count(8)

        choice.select_option("basic_html")
        expect(page.get_by_text("would lose or change")).to_be_visible()
        expect(area(page)).to_be_visible()
        expect(editor(page)).to_have_count(0)

        for plain in ("plain_text", "restricted_html"):
            choice.select_option(plain)
            expect(area(page)).to_be_visible()
            expect(page.get_by_text("would lose or change")).to_be_hidden()
            expect(page.get_by_role("group", name="Body:").get_by_role("toolbar")).to_be_hidden()

        choice.select_option("full_html")
        expect(editor(page)).to_have_text("x")
        expect(area(page)).to_have_value("<p><u>x</u></p>")

    author.do(ADDING, steps)


def test_the_source_is_one_step_away(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        assert is_edited(page)
        expect(area(page)).to_be_hidden()
        source(page).click()
        expect(area(page)).to_be_focused()
        expect(source(page)).to_have_attribute("aria-pressed", "true")
        area(page).fill("<p>Two</p>")
        source(page).click()
        expect(editor(page)).to_have_text("Two")
        expect(editor(page)).to_be_focused()
        enter(editor(page))
        page.keyboard.press("End")
        page.keyboard.type("!")
        source(page).click()
        expect(area(page)).to_have_value("<p>Two!</p>")
        area(page).fill("<p>Two!</p><!-- kept -->")
        source(page).click()
        expect(page.get_by_text("would lose or change")).to_be_visible()
        expect(area(page)).to_be_focused()
        save(page)

    author.do(f"{CONTENT}{node.pk}/change/", steps)
    assert body_of(node) == "<p>Two!</p><!-- kept -->"


PASTE = """(element, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    element.dispatchEvent(new ClipboardEvent("paste", {
        clipboardData: data, bubbles: true, cancelable: true,
    }));
}"""


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        ('<p class="lead" id="a" style="color: red" data-x="1">x</p>', "<p>x</p>"),
        ("<h1>x</h1><h4>y</h4>", "<p>x</p><p>y</p>"),
        ("<u>x</u> <b>y</b> <i>z</i>", "<p>x <strong>y</strong> <em>z</em></p>"),
        ('<a href="/" target="_blank" onclick="f()">x</a>', '<p><a href="/">x</a></p>'),
        ("<script>f()</script><table><tr><td>x</td></tr></table>", "<p>x</p>"),
        ('<h2 data-kept-onclick="f()" data-kept-id="a" id="b">x</h2>', '<h2 id="a">x</h2>'),
        ('<img src="/a.png" onerror="f()" title="x">', '<img src="/a.png">'),
    ],
)
def test_what_is_pasted_is_what_the_format_allows(author: Visit, html: str, stored: str) -> None:
    def steps(page: Page) -> None:
        page.fill("#id_title", "News")
        editor(page).evaluate(PASTE, html)
        page.click("[name=_save]")
        page.wait_for_url(f"**/{CONTENT}")

    author.do(ADDING, steps)
    assert body_of(Node.objects.get()) == stored


def test_the_page_is_given_nothing_that_the_author_of_a_text_has_named(author: Visit) -> None:
    text = (
        '<h2 id="id_title" name="x">One</h2><p class="module" hidden="">Two</p>'
        '<p><a href="javascript:alert(1)" target="_top">Three</a></p>'
        '<img src="javascript:alert(1)" usemap="#a">'
    )
    node = article(text, "full_html")

    def steps(page: Page) -> set[str]:
        assert is_edited(page)
        names = "each => each.getAttributeNames().filter(name => !name.startsWith('data-kept-'))"
        found = editor(page).locator("*").evaluate_all(f"all => all.flatMap({names})")
        page.fill("#id_title", "Four")
        save(page)
        return set(found)

    named = author.do(f"{CONTENT}{node.pk}/change/", steps)
    assert named <= {"alt", "class", "contenteditable", "draggable"}
    assert body_of(node) == text


def test_a_further_item_has_the_editor(author: Visit) -> None:
    def steps(page: Page) -> None:
        page.fill("#id_title", "News")
        expect(editor(page, "field_notes-0")).to_be_visible()
        page.get_by_role("button", name="Add another item").click()
        expect(editor(page, "field_notes-1")).to_be_focused()
        page.keyboard.type("Second")
        page.click("[name=_save]")
        page.wait_for_url(f"**/{CONTENT}")

    author.do(ADDING, steps)
    (note,) = Node.objects.get().fields["field_notes"]
    assert note == {"value": "<p>Second</p>", "format": "basic_html"}


def test_so_has_the_default_value_of_a_field(author: Visit) -> None:
    field = FieldConfig.objects.get(storage__name="field_notes")

    def steps(page: Page) -> None:
        editor(page, "default_value-0").click()
        page.keyboard.type("To be written")
        page.click("[name=_continue]")
        expect(page.locator(".messagelist .success")).to_be_visible()

    author.do(f"drupal_jwt_auth/fieldconfig/{field.pk}/change/", steps)
    field.refresh_from_db()
    assert field.default_value == [{"value": "<p>To be written</p>", "format": "basic_html"}]


def test_what_is_wrong_is_told_at_the_editor(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        assert is_edited(page)
        area(page).evaluate("each => { each.value = '<p>One\\0</p>'; }")
        page.click("[name=_save]")
        expect(editor(page)).to_have_attribute("aria-invalid", "true")
        expect(editor(page)).to_have_accessible_description("Null characters are not allowed.")

    author.do(f"{CONTENT}{node.pk}/change/", steps)


def test_everything_is_reached_by_keyboard(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        assert is_edited(page)
        page.focus("#id_title")
        page.keyboard.press("Tab")
        expect(kind(page)).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(tool(page, "Bold")).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(source(page)).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("End")
        expect(source(page)).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        expect(editor(page)).to_be_focused()
        enter(editor(page))
        page.keyboard.press("Control+a")
        page.keyboard.press("Shift+Tab")
        expect(tool(page, "Bold")).to_be_focused()
        page.keyboard.press("Enter")
        expect(tool(page, "Bold")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator("[name=body-0-summary]")).to_be_focused()
        save(page)

    author.do(f"{CONTENT}{node.pk}/change/", steps)
    assert body_of(node) == "<p><strong>One</strong></p>"


ALL = (
    '<h2>One</h2><p>Some <strong>bold</strong> and <em>italic</em> text, a <a href="/">link</a>, '
    "<code>code</code>.</p><ul><li>a<ol><li>b</li></ol></li></ul><blockquote><p>c</p></blockquote>"
    '<hr><pre><code>d</code></pre><p><img src="/a.png" alt="e"></p>'
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_any_window_and_keeps_nobody_out(author: Visit, scheme: str) -> None:
    node = article(ALL, "full_html")
    other = article("<p>One</p><!---->")

    def steps(page: Page) -> list[Any]:
        wrong = []
        for each in (node, other):
            page.goto(f"{author.address}/admin/{CONTENT}{each.pk}/change/")
            assert is_edited(page) == (each == node)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                content: Any = {"include": [[".drupal-items"]]}
                wrong += Axe().run(page, context=content).response["violations"]
        return wrong

    assert author.do("", steps, color_scheme=scheme) == []


def test_there_are_textareas_where_scripts_are_off(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        expect(area(page)).to_have_value("<p>One</p>")
        area(page).fill("<p>Two</p>")
        page.click("[name=_save]")
        page.wait_for_url(f"**/{CONTENT}")

    author.do(f"{CONTENT}{node.pk}/change/", steps, java_script_enabled=False)
    assert body_of(node) == "<p>Two</p>"


def test_there_are_textareas_where_the_editor_cannot_be_loaded(author: Visit) -> None:
    node = article("<p>One</p>")

    def steps(page: Page) -> None:
        page.route("**/editor.js", lambda route: route.abort())
        with page.expect_console_message(lambda message: message.type == "warning"):
            page.goto(f"{author.address}/admin/{CONTENT}{node.pk}/change/")
        expect(area(page)).to_be_visible()
        expect(page.locator(".drupal-rich-text")).to_have_count(0)

    author.do("", steps)


class StrictPolicy:
    """Sends a policy that takes nothing but files of the site."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        answer = self.get_response(request)
        answer["Content-Security-Policy"] = "default-src 'self'"
        return answer


def test_a_strict_policy_lets_it_work(author: Visit, settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.StrictPolicy", *settings.MIDDLEWARE]
    node = article(ALL, "full_html")

    def steps(page: Page) -> list[str]:
        page.add_init_script(
            "window.refused = []; addEventListener('securitypolicyviolation', "
            "(event) => refused.push(`${event.violatedDirective} ${event.sourceFile}`))"
        )
        page.reload()
        editor(page).press("Control+Home")
        page.keyboard.type("x")
        expect(area(page)).to_have_value(re.compile("^<h2>xOne"))
        refused: list[str] = page.evaluate("refused")
        return refused

    assert author.do(f"{CONTENT}{node.pk}/change/", steps) == []
