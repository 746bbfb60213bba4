"""The documents say what the code says."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.urls import resolve
from rest_framework.serializers import ListSerializer
from rest_framework.test import APIClient

import drupal_jwt_auth
from drupal_jwt_auth.auth.tokens.issuers import ENTRIES, read_issuer
from drupal_jwt_auth.conf import Settings
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.errors import Error
from drupal_jwt_auth.transfer.site_description import SiteDescription, read_site
from drupal_jwt_auth.urls import urlpatterns
from example_project.bootstrap import ROOT
from example_project.management.commands import demo
from example_project.variants import VariantDescription
from tests.conftest import Client

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
PACKAGE = Path(drupal_jwt_auth.__file__).parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(name: str, header: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is ``header``, without backticks."""
    rows = read(name).partition(f"\n| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split(" | ")] for row in rows]


def sections(name: str) -> dict[str, str]:
    """Return the texts under the headings of the second level."""
    _, *parts = re.split(r"^## ", read(name), flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """Return what links can lead to within a document."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def links() -> list[Any]:
    return [
        pytest.param(path, target, id=f"{path.name}: {target}")
        for path in sorted(DOCUMENTS)
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
        if not target.startswith("https://")
    ]


def test_the_error_table_of_the_readme_is_that_of_the_code() -> None:
    rows = [(name, status) for name, status, _ in table("README.md", "Error")]

    assert rows == [(error.name, str(error.status)) for error in Error]


def test_docs_errors_shows_each_error_as_it_is_answered() -> None:
    documented = sections("docs/errors.md")

    assert list(documented)[: len(Error)] == [error.name for error in Error]
    for error in Error:
        text = documented[error.name]
        assert text.startswith(f"\nStatus {error.status}\n"), error
        assert blocks(text, "json") == [json.dumps(error.body())]


def test_the_bodies_in_the_readme_are_those_of_the_code() -> None:
    shown = re.findall(r'`(\{"status": "error".*?\})`', read("README.md"))

    assert shown == [json.dumps(Error.TOKEN_EXPIRED.body())]


@pytest.mark.django_db
@override_settings(DRUPAL_JWT_AUTH={"REFRESH_TOKEN_LIFETIME": timedelta(days=1)})
def test_the_readme_has_each_endpoint_with_its_methods() -> None:
    rows = {path: methods for path, methods, _ in table("README.md", "Path")}

    named = {url.name for url in urlpatterns if url.name}
    assert {resolve(path).url_name for path in rows} == named
    for path, methods in rows.items():
        response = APIClient().generic("TRACE", re.sub(r"\{\w+\}", "1", path))
        assert response.status_code == 405
        assert response.headers["Allow"] == methods


def test_the_readme_leads_to_each_document() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)", read("README.md")))

    assert linked == {f"docs/{path.name}" for path in ROOT.glob("docs/*.md")}


def test_the_settings_table_of_the_readme_has_each_setting_with_its_default() -> None:
    rows = [(name, default) for name, default, _ in table("README.md", "Setting")]

    declared = Settings.declared().items()
    assert rows == [(name, repr(setting.default)) for name, setting in declared]


def test_docs_settings_has_each_setting_with_its_default() -> None:
    documented = {
        name: re.match(r"\nDefault: `(.+)`\n", text)
        for name, text in sections("docs/settings.md").items()
    }

    assert {name: found and found[1] for name, found in documented.items()} == {
        name: repr(setting.default) for name, setting in Settings.declared().items()
    }


def test_each_setting_has_an_example() -> None:
    for name, text in sections("docs/settings.md").items():
        assert any(f'"{name}"' in block for block in blocks(text, "python")), name


def test_docs_checks_has_each_id_that_there_is() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.glob("checks/*.py")]
    ids = set(re.findall(r'"(drupal_jwt_auth\.[EW]\d+)"', "".join(sources)))

    assert list(sections("docs/checks.md")) == sorted(ids)


def test_docs_development_names_each_part_of_the_package() -> None:
    cells = [cell for cell, _ in table("docs/development.md", "In `drupal_jwt_auth`")]
    named = [name for cell in cells for name in cell.split("`, `")]
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert sorted(name for name in named if not name.startswith("**")) == sorted(
        part for part in parts if not part.startswith("__")
    )


def test_docs_import_has_each_list_with_its_names_and_which_are_optional() -> None:
    documented = {
        name: {(word, not star) for star, word in re.findall(r"(\*?)`(\w+)`", f"`{names}`")}
        for name, names in table("docs/import.md", "List")
    }

    fields = SiteDescription().get_fields().items()
    lists: dict[str, Any] = {
        name: rows for name, rows in fields if isinstance(rows, ListSerializer)
    }
    assert documented == {
        name: {(key, field.required) for key, field in rows.child.get_fields().items()}
        for name, rows in lists.items()
    }


def test_docs_import_has_each_object_of_a_site_that_is_no_list() -> None:
    documented = {name for name, _what in table("docs/import.md", "Object")}

    others = SiteDescription().get_fields().items()
    assert documented == {name for name, field in others if not isinstance(field, ListSerializer)}


def test_docs_configuration_has_each_type_with_its_objects_and_permissions() -> None:
    documented = {
        name: (prefix, permissions.replace("{entity type}", "{0}").split("`, `"))
        for name, prefix, permissions, _source in table("docs/configuration.md", "Type")
    }

    assert documented == {
        each.id: (each.prefix, list(each.permissions)) for each in ENTITY_TYPES.all_config()
    }


def test_the_example_of_docs_import_is_a_description(tmp_path: Path) -> None:
    _variants, example = blocks(read("docs/import.md"), "json")
    (tmp_path / "site.json").write_text(example, encoding="utf-8")

    site = read_site(tmp_path / "site.json")

    assert [node["title"] for node in site["nodes"]] == ["About us"]


def test_the_example_of_variants_is_one() -> None:
    variants, _site = blocks(read("docs/import.md"), "json")

    ((name, variant),) = json.loads(variants).items()
    assert VariantDescription(data=variant).is_valid(), name


def test_each_promise_of_security_names_tests_that_there_are() -> None:
    promised = sections("SECURITY.md")["What is promised"]
    promises = re.split(r"^\* ", promised, flags=re.MULTILINE)[1:]
    named = [re.findall(r"`([\w/]+(?:\.py)?)`", text.rpartition("(")[2]) for text in promises]
    assert all(named)
    assert [name for names in named for name in names if not (ROOT / "tests" / name).exists()] == []


def messages_of_the_package() -> dict[str, str]:
    """All texts in the package but its docstrings, by where they are."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in statements:
                continue
            if isinstance(node.value, str):
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}:{node.col_offset}"
                found[place] = node.value
    return found


def test_no_message_leads_to_a_document_which_only_the_repository_has() -> None:
    texts = messages_of_the_package()

    assert len(texts) > 1000
    assert {place: text for place, text in texts.items() if re.search(r"docs/|\.md\b", text)} == {}


def test_packages_with_extras_are_quoted_as_shells_take_brackets_for_patterns() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    commands = [
        command
        for text in (*texts, *messages_of_the_package().values())
        for command in re.findall(r"pip install[^`\n]*\[[^`\n]*", text)
    ]

    assert len(commands) > 5
    for command in commands:
        assert re.search(r'"[^"\[ ]+\[[a-z,-]+\]"', command), command


def test_the_changelog_and_the_package_agree_on_the_version() -> None:
    latest = re.search(
        r"^(?:## \[|The next version will be )(\d\S+?)(?:\]|\.$)",
        read("CHANGELOG.md"),
        re.MULTILINE,
    )

    assert latest is not None
    assert latest[1] == drupal_jwt_auth.__version__


def test_the_requests_of_the_readme_are_those_that_the_demo_prints() -> None:
    token_command, node_command = [
        block for block in blocks(read("README.md"), "shell") if block.startswith("curl")
    ]
    base = "http://127.0.0.1:8000"

    basic = demo.headers(demo.basic("admin"))
    assert token_command == demo.curl(f"{base}{demo.TOKEN_PATH}", basic)
    bearer = demo.headers("Bearer $TOKEN")
    # In these quotes, a shell puts the token in.
    node_command = node_command.replace(
        '"Authorization: Bearer $TOKEN"', "'Authorization: Bearer $TOKEN'"
    )
    assert node_command == demo.curl(f"{base}{demo.NODE_PATH}", bearer, demo.PAGE)


def test_docs_issuers_has_each_entry_with_its_default() -> None:
    documented = {
        name: default.replace('"', "'")
        for names, default, _ in table("docs/issuers.md", "Entry")
        for name in re.sub(r"`|,", "", names.replace(" or ", " ")).split()
    }

    assert documented.keys() == ENTRIES
    issuer = read_issuer({"issuer": "a", "audience": "b", "key": "c"})
    assert issuer.key is not None
    [claim] = issuer.user_claim
    assert {name: default for name, default in documented.items() if default != "None"} == {
        "issuer": "needed",
        "audience": "needed",
        "encoding": repr(issuer.key.encoding),
        "algorithms": repr(list(issuer.algorithms)),
        "claim": repr(claim),
        "user": repr(issuer.user_lookup.name),
        "create_users": repr(issuer.create_users),
        "require_verified_email": repr(issuer.require_verified_email),
    }


def test_the_examples_of_docs_issuers_are_good_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_JWT_SECRET", "x" * 32)
    examples = blocks(read("docs/issuers.md"), "python")
    assert len(examples) == 6

    for example in examples:
        values: dict[str, Any] = {"timedelta": timedelta}
        exec(example, values)
        for entry in values["DRUPAL_JWT_AUTH"]["ISSUERS"]:
            assert read_issuer(entry).name == entry["issuer"]


@pytest.mark.usefixtures("site")
def test_the_answers_of_the_readme_have_the_form_of_real_ones(client_of: Client) -> None:
    token, page = map(json.loads, blocks(read("README.md"), "json"))

    authorization = demo.basic("admin")
    got = client_of().post(demo.TOKEN_PATH, headers={"Authorization": authorization}).json()
    made = (
        client_of("admin").post(demo.NODE_PATH, demo.PAGE, content_type="application/json").json()
    )

    assert list(token) == list(got)
    assert list(page) == list(made)
    assert {name: page[name] for name in ("title", "body", "status")} == {
        name: made[name] for name in ("title", "body", "status")
    }


@pytest.mark.django_db
def test_the_readme_makes_a_content_type_that_its_second_request_needs(client_of: Client) -> None:
    User.objects.create_superuser("admin")
    (making,) = (block for block in blocks(read("README.md"), "python") if "NodeType" in block)
    exec(making, {})

    made = client_of("admin").post(demo.NODE_PATH, demo.PAGE, content_type="application/json")

    assert made.status_code == 201
    assert made.json()["body"][0]["value"] == json.loads(demo.PAGE)["body"][0]["value"]


@pytest.mark.parametrize(("document", "target"), links())
def test_each_link_between_documents_leads_somewhere(document: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    path = (document.parent / name).resolve() if name else document

    assert path.is_file()
    assert not anchor or anchor in anchors(path)
