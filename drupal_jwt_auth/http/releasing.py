"""What an answered request leaves in memory: nothing, however large it was."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from rest_framework.views import APIView

from drupal_jwt_auth.http.body import forget_body


class ReleasingView(APIView):
    """A view that unties what Django and DRF tie together in circles: itself, request and answer.

    Python looks for circles now and then only, and they would keep megabytes until it does. Name it
    before other base classes: the answer has to be complete.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; once that is rendered nothing keeps it, and once it is sent nothing its body."""
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.add_post_render_callback(self._untie)
        else:
            self._untie(response)
        # As Django has its requests closed; no stub has the list.
        closers: list[Any] = vars(response)["_resource_closers"]
        closers.append(partial(forget_body, request))
        return response

    def _untie(self, response: HttpResponseBase) -> None:
        """Keep only what those ask for who get the answer from here: ``data`` and headers."""
        # The bound method that Django's views have for HEAD, and the answer, which DRF has noted.
        for name in ("head", "response"):
            vars(self).pop(name, None)
        self.request.parser_context.clear()
        getattr(response, "renderer_context", {}).pop("response", None)
