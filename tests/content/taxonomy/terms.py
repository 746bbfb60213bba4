"""What the tests of terms send, and what they look at."""

from __future__ import annotations

import json
from typing import Any

from drupal_jwt_auth.models import Term, TermParent
from tests.content.visitors import JSON, Answer, Visitor, make_term

ROOT = {"target_id": None}


def tag(**fields: Any) -> dict[str, Any]:
    """A document for a term of tags."""
    return {"vid": "tags", "name": ["News"], **fields}


def create(visitor: Visitor, **fields: Any) -> Answer:
    return visitor.send("POST", f"/taxonomy/term?{JSON}", json.dumps(tag(**fields)))


def ask(visitor: Visitor, method: str, term: Term | int, **fields: Any) -> Answer:
    """Send a request for a term, with a document where there are fields."""
    tid = term if isinstance(term, int) else term.pk
    body = json.dumps({"vid": "tags", **fields}) if method == "PATCH" else ""
    return visitor.send(method, f"/taxonomy/term/{tid}?{JSON}", body)


def shown(answer: Answer, name: str) -> Any:
    """Return the items of a field in an answer."""
    assert answer.status_code in (200, 201), answer.content
    return answer.json()[name]


def below(name: str, *parents: Term | None, **values: Any) -> Term:
    """A term below others; None is the root."""
    term = make_term(name, **values)
    TermParent.objects.make(term.pk, [None if each is None else each.pk for each in parents])
    return term


def places() -> dict[str, list[str | None]]:
    """Return the names of the parents of all terms there are, by name."""
    rows = TermParent.objects.values_list("term__name", "parent__name")
    found: dict[str, list[str | None]] = {name: [] for name in names()}
    for term, parent in rows:
        found[term].append(parent)
    return found


def names() -> set[str]:
    return set(Term.objects.values_list("name", flat=True))
