"""docs/terms.md: what it shows is how it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from drupal_jwt_auth.models import Term, Vocabulary
from tests.content.visitors import JSON, Visitor, make_user
from tests.docs.test_docs import blocks, read

DOCUMENT = read("docs/terms.md")


@pytest.mark.django_db
def test_the_term_that_it_sends_is_taken() -> None:
    (command,) = blocks(DOCUMENT, "shell")
    found = re.search(r"-d '(.*)'", command, re.DOTALL)
    assert found
    vocabulary = Vocabulary.objects.create(vid="tags", name="Tags")
    Term.objects.create(pk=1, vid=vocabulary, name="Science")
    visitor = Visitor(make_user("keeper", "create terms in tags"))
    answer = visitor.send("POST", f"/taxonomy/term?{JSON}", found[1])
    assert answer.status_code == 201, answer.content
    sent = json.loads(found[1])
    assert {name: answer.json()[name][0].items() >= sent[name][0].items() for name in sent} == (
        dict.fromkeys(sent, True)
    )


@pytest.mark.django_db
def test_the_examples_in_python_make_a_hierarchy_and_delete_it() -> None:
    making, deleting = blocks(DOCUMENT, "python")
    values: dict[str, Any] = {}
    exec(making, values)
    assert Term.objects.get(name="Physics").parents == [values["science"].pk]
    exec(deleting, values)
    assert not Term.objects.exists()
