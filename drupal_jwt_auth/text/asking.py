"""Questions of filters about the site: a result is valid as long as the answers are the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Question = Callable[[str], bool]


class Answers:
    """The questions that were asked while a text was processed, with their answers."""

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: dict[tuple[int, str], tuple[Question, bool]] = {}

    def ask(self, question: Question, about: str) -> bool:
        """Return the answer to a question; each is asked only once."""
        # By id, as a question need not be hashable; it is kept, so nothing else gets its id.
        key = id(question), about
        if key not in self._given:
            self._given[key] = question, question(about)
        return self._given[key][1]

    def still_hold(self) -> bool:
        """Ask all questions again, and return True if the answers are the same."""
        return all(
            question(about) is answer for (_, about), (question, answer) in self._given.items()
        )

    def subjects(self) -> Iterator[str]:
        """Yield the subjects of the questions."""
        return (about for _, about in self._given)


_current: ContextVar[Answers] = ContextVar("answers")


def ask(question: Question, about: str) -> bool:
    """Ask a question about the site for a filter, such as whether there is a file of this name."""
    answers = _current.get(None)
    return question(about) if answers is None else answers.ask(question, about)


@contextmanager
def noting() -> Iterator[Answers]:
    """Record the questions that are asked in the block, with their answers."""
    answers = Answers()
    token = _current.set(answers)
    try:
        yield answers
    finally:
        _current.reset(token)
