"""Requests that write: all that they do is committed together with the answer, or none of it."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connections, transaction
from django.template.response import SimpleTemplateResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.http.views import ResourceView

Found = TypeVar("Found")


class WritingView(ResourceView):
    """A resource that is changed in a transaction, which ``load`` opens with `in_transaction`.

    What subclasses do besides is a part of it. The answer is rendered before the transaction is
    committed: a client is never told of a failure where something was saved. What the database
    finds wrong when it commits is answered as if it had found it before.
    """

    _transaction: ExitStack
    _committed: list[str]
    _is_throttled = False

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; whatever ends the request, ends its transaction."""
        self._committed = []
        with ExitStack() as self._transaction:
            return super().dispatch(request, *args, **kwargs)

    def in_transaction(self, opened: AbstractContextManager[Found]) -> Found:
        """Enter a transaction that lasts until there is an answer, and return what it is of.

        Throttles are asked and the body is read before: nobody waits for this client, or a cache,
        while something is locked, and what a throttle counts in the database is not undone.
        """
        self.check_throttles(self.request)
        self.read_body(self.request)
        found = self._transaction.enter_context(opened)
        for alias in [each for each in connections if connections[each].in_atomic_block]:
            # Not a method of the view's: an outer transaction would keep the view until its end.
            transaction.on_commit(partial(self._committed.append, alias), using=alias)
        return found

    def check_throttles(self, request: Request) -> None:
        """Refuse what a throttle does not let through; each request is counted once."""
        if not self._is_throttled:
            self._is_throttled = True
            super().check_throttles(request)

    def handle_exception(self, exc: Exception) -> Response:
        """Undo what was written, and answer an exception."""
        traceback = exc.__traceback__
        self._transaction.__exit__(type(exc), exc, traceback)
        # An older Python has added this frame, which has the exception among its variables.
        return super().handle_exception(exc.with_traceback(traceback))

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Render the answer to what was written, and commit."""
        finalize = super().finalize_response
        headers = dict(self.headers)
        try:
            with self._transaction:
                finalized = finalize(request, response, *args, **kwargs)
                # A view may return a plain response, whatever DRF's types say.
                if request.method not in SAFE_METHODS and isinstance(
                    finalized, SimpleTemplateResponse
                ):
                    finalized.render()
        except DatabaseError as error:
            if self._committed:
                # Something else has failed, which the project does then.
                raise
            # DRF has taken some of the headers.
            self.headers = headers
            return finalize(request, self.handle_exception(error), *args, **kwargs)
        return finalized
