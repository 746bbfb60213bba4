"""What all views of this app are made from."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from rest_framework.request import Request

from drupal_jwt_auth.audit import Audited
from drupal_jwt_auth.callers import check_address
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.exceptions import DrupalErrorsMixin


class GuardedView(DrupalErrorsMixin, Audited):
    """A view that looks at the address of the client before anything else, and is logged.

    Name it before other base classes: ``class NodeResource(GuardedView, ResourceView)``.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse clients that may not call; then run the checks of the other base classes."""
        check_address(request)
        super().initial(request, *args, **kwargs)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Refuse what a throttle does not let through."""
        seconds = None if wait is None else math.ceil(wait)
        raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=seconds)
