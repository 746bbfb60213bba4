"""What docs/errors.md shows: a lockout as a documented error."""

from typing import Any

from django.http import HttpRequest, JsonResponse

from drupal_jwt_auth.errors import Error


def lockout(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    error = Error.TOO_MANY_REQUESTS
    return JsonResponse(error.body(), status=error.status, headers={"Retry-After": "3600"})
