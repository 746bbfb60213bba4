"""Views whose requests leave nothing in memory once they are answered."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from rest_framework.views import APIView

from drupal_jwt_auth.http.body import forget_body


class ReleasingView(APIView):
    """A base class that breaks the reference cycles of view, request and response.

    Python's garbage collector runs only now and then, and cycles would keep megabytes until then.
    Name it before other base classes, as the response has to be complete.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; break the cycles once that is rendered, and drop the body once it is sent."""
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.add_post_render_callback(self._untie)
        else:
            self._untie(response)
        # Django closes requests by this list, which the stubs lack.
        closers: list[Any] = vars(response)["_resource_closers"]
        closers.append(partial(forget_body, request))
        return response

    def _untie(self, response: HttpResponseBase) -> None:
        """Break the cycles, and leave the response its ``data`` and headers."""
        # A bound method that Django sets for HEAD, and the response, which DRF sets.
        for name in ("head", "response"):
            vars(self).pop(name, None)
        self.request.parser_context.clear()
        getattr(response, "renderer_context", {}).pop("response", None)
