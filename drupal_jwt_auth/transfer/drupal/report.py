"""What becomes of what a site has and there is no place for here: each thing counted and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 10
"""How many of a kind are named, the first ones."""


@dataclass
class Finding:
    """Things of one kind that came to the same end.

    ``what`` is what they are, ``becomes`` what becomes of them, ``examples`` are the first ones.
    """

    kind: str
    what: str
    becomes: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


class Report:
    """All findings, in the order in which they came up, and facts about the site.

    ``facts`` tells of the site as a whole, ``read`` how many rows of which kind were read.
    """

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.read: Counter[str] = Counter()
        self._findings: dict[tuple[str, str], Finding] = {}

    def note(
        self, kind: str, what: str, becomes: str, example: str | None = None, count: int = 1
    ) -> None:
        """Count something, and name it where it is one of the first of its kind."""
        finding = self._findings.setdefault((kind, what), Finding(kind, what, becomes))
        finding.count += count
        if example is not None and len(finding.examples) < EXAMPLES:
            finding.examples.append(example)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings.values())

    def document(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        return {
            "site": self.facts,
            "read": dict(self.read),
            "findings": [vars(finding) for finding in self],
        }

    def lines(self) -> Iterator[str]:
        """Yield a line for each finding."""
        for finding in self:
            named = ", ".join(finding.examples)
            more = ", ..." if finding.count > len(finding.examples) > 0 else ""
            shown = f" ({named}{more})" if named else ""
            yield f"{finding.kind}: {finding.count:,} {finding.what}{shown}: {finding.becomes}"
