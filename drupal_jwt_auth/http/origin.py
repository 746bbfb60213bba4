"""Where a request was made: by a page of this site, or of another one."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import is_same_domain


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Tell whether a browser says that a page of another site has made the request.

    Browsers say so in ``Origin``, other clients say nothing. The origins of
    ``CSRF_TRUSTED_ORIGINS`` are as good as the site's own. Behind a proxy this server may not know
    that the site has HTTPS: an origin with it is the site's in any case.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        scheme, host, *_ = urlsplit(origin)
    except ValueError:
        return True
    if host == request.get_host() and scheme in {"https", request.scheme}:
        return False
    return not any(_covers(trusted, scheme, host) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _covers(trusted: str, scheme: str, host: str) -> bool:
    """Tell whether an entry of the setting names an origin; ``*.`` stands for all subdomains."""
    known = urlsplit(trusted)
    return scheme == known.scheme and is_same_domain(host, known.netloc.removeprefix("*"))
