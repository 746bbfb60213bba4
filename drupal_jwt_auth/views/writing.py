"""Requests that write: all that they do is committed together with the answer, or none of it."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

from django.template.response import SimpleTemplateResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.http.views import ResourceView

Found = TypeVar("Found")


class WritingView(ResourceView):
    """A resource that is changed in a transaction, which ``load`` opens with `in_transaction`.

    What subclasses do besides is a part of it. The answer is rendered before the transaction is
    committed: a client is never told of a failure where something was saved.
    """

    _transaction: ExitStack

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; whatever ends the request, ends its transaction."""
        with ExitStack() as self._transaction:
            return super().dispatch(request, *args, **kwargs)

    def in_transaction(self, transaction: AbstractContextManager[Found]) -> Found:
        """Enter a transaction that lasts until there is an answer, and return what it is of.

        The body is read before: nobody waits for this client while something is locked.
        """
        self.read_body(self.request)
        return self._transaction.enter_context(transaction)

    def handle_exception(self, exc: Exception) -> Response:
        """Undo what was written, and answer an exception."""
        self._transaction.__exit__(type(exc), exc, exc.__traceback__)
        return super().handle_exception(exc)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Render the answer to what was written, and commit."""
        with self._transaction:
            response = super().finalize_response(request, response, *args, **kwargs)
            # A view may return a plain response, whatever DRF's types say.
            if request.method not in SAFE_METHODS and isinstance(response, SimpleTemplateResponse):
                response.render()
        return response
