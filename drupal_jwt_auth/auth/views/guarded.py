"""The base class of all views of this app."""

from __future__ import annotations

import logging
import math
from typing import Any, NoReturn

from django.db import IntegrityError
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.audit import Audited
from drupal_jwt_auth.auth.client_access import check_address
from drupal_jwt_auth.auth.exception_handler import DrupalErrorsMixin
from drupal_jwt_auth.auth.sessions import keep_session_of_changed
from drupal_jwt_auth.contention import has_lost_a_reference
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.exceptions import Busy
from drupal_jwt_auth.http.method import intended_method
from drupal_jwt_auth.http.releasing import ReleasingView
from drupal_jwt_auth.transactions import own_transactions

logger = logging.getLogger(__name__)


class GuardedView(ReleasingView, DrupalErrorsMixin, Audited):
    """A base class for views: addresses are checked first, requests logged, errors Drupal's.

    ``X-HTTP-Method-Override`` of a POST is obeyed. Name it before other base classes:
    ``class NodeResource(GuardedView, ResourceView)``.
    """

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view function, which ``ATOMIC_REQUESTS`` does not wrap in a transaction.

        It opens its own: a lock has to come first in one, and some of what is written before a
        refusal has to stay.
        """
        return own_transactions(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the address and set the method; then run the checks of the other base classes."""
        check_address(request)
        request._request.method = intended_method(request)
        super().initial(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Finish the answer; the session in which somebody has changed their password goes on."""
        finalized = super().finalize_response(request, response, *args, **kwargs)
        if not getattr(finalized, "exception", False):
            keep_session_of_changed(self.request._request)
        return finalized

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raise TOO_MANY_REQUESTS for a request that a throttle refuses."""
        seconds = None if wait is None else math.ceil(wait)
        raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=seconds)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an exception, with 503 if something the request refers to was deleted meanwhile.

        It was there when the request was validated; sent again, the request gets the right error.
        """
        if isinstance(exc, IntegrityError) and has_lost_a_reference(exc):
            logger.warning("What a request refers to was deleted meanwhile.", exc_info=exc)
            exc = Busy()
        return super().handle_exception(exc)
