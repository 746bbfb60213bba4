"""What all views of this app are made from."""

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
from drupal_jwt_auth.contention import has_lost_a_reference
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.exceptions import Busy
from drupal_jwt_auth.http.method import intended_method
from drupal_jwt_auth.http.releasing import ReleasingView
from drupal_jwt_auth.transactions import own_transactions

logger = logging.getLogger(__name__)


class GuardedView(ReleasingView, DrupalErrorsMixin, Audited):
    """A view that looks at the address of the client before anything else, and is logged.

    The method is the one that the client means, which a header may name. Name it before other base
    classes: ``class NodeResource(GuardedView, ResourceView)``.
    """

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view, which ``ATOMIC_REQUESTS`` leaves alone.

        What it writes is written in transactions of its own: a lock has to come before anything
        else in one, and what a refusal leaves behind may have to be kept.
        """
        return own_transactions(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse clients that may not call; then run the checks of the other base classes."""
        check_address(request)
        request._request.method = intended_method(request)
        super().initial(request, *args, **kwargs)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Refuse what a throttle does not let through."""
        seconds = None if wait is None else math.ceil(wait)
        raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=seconds)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an exception; ask to try again where what the request refers to is deleted.

        It was there when the request was checked: sent again, it is refused for what is missing.
        """
        if isinstance(exc, IntegrityError) and has_lost_a_reference(exc):
            logger.warning("What a request refers to was deleted meanwhile.", exc_info=exc)
            exc = Busy()
        return super().handle_exception(exc)
