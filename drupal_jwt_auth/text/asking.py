"""Asking what is not in a text: what was made of it is good while the answers are the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Question = Callable[[str], bool]


class Answers:
    """What a site has answered while a text was processed."""

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: dict[tuple[int, str], tuple[Question, bool]] = {}

    def ask(self, question: Question, about: str) -> bool:
        """Return the answer to a question, which is asked once."""
        # A question need not be hashable; as it is kept, nothing else gets its id.
        key = id(question), about
        if key not in self._given:
            self._given[key] = question, question(about)
        return self._given[key][1]

    def still_hold(self) -> bool:
        """Tell whether the site would answer the same today."""
        return all(
            question(about) is answer for (_, about), (question, answer) in self._given.items()
        )

    def subjects(self) -> Iterator[str]:
        """Yield what the questions are about."""
        return (about for _, about in self._given)


_current: ContextVar[Answers] = ContextVar("answers")


def ask(question: Question, about: str) -> bool:
    """Ask a question about the site for a filter, such as whether there is a file of this name."""
    answers = _current.get(None)
    return question(about) if answers is None else answers.ask(question, about)


@contextmanager
def noting() -> Iterator[Answers]:
    """Note what is asked and answered."""
    answers = Answers()
    token = _current.set(answers)
    try:
        yield answers
    finally:
        _current.reset(token)
