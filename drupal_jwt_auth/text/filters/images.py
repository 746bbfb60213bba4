"""Filters for images: only those of this site, and loaded only when they are needed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from drupal_jwt_auth.text.asking import ask
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.markup import Element, load, serialize
from drupal_jwt_auth.text.php import TRIMMED

_PICTURE = re.compile(r"\.(?:avif|bmp|gif|ico|jpe?g|png|webp)\Z", re.IGNORECASE)
_DRUPAL_CORE = re.compile(r"/core/(?:misc|modules|profiles|themes)/(?!.*/\.)")

_REMOVED = {
    "src": "/core/misc/icons/e32700/error.svg",
    "alt": "Image removed.",
    "title": "This image has been removed. For security reasons, "
    "only images from the local domain are allowed.",
    "height": "16",
    "width": "16",
}
_REMOVED_CLASS = "filter-image-invalid"
_ADDED = (
    "<img "
    + " ".join(f'{name}="{value}"' for name, value in _REMOVED.items())
    + f' class="{_REMOVED_CLASS}">'
)


def is_site_image(path: str) -> bool:
    """Return True if this site has a picture at a path, which begins with a slash.

    Drupal looks for the file below its root. Here a picture is an uploaded one, below ``MEDIA_URL``
    and in the default storage, or one of Drupal core's own, which a text from a Drupal site may
    show.
    """
    name = unquote(path)
    if not _PICTURE.search(name):
        return False
    return _DRUPAL_CORE.match(name) is not None or _is_upload(name)


def _is_upload(name: str) -> bool:
    # In the function, as formats without this filter work where Django is not installed.
    from django.conf import settings  # noqa: PLC0415
    from django.core.exceptions import SuspiciousOperation  # noqa: PLC0415
    from django.core.files.storage import default_storage  # noqa: PLC0415

    if not settings.configured or not name.startswith(settings.MEDIA_URL):
        return False
    try:
        return default_storage.exists(name[len(settings.MEDIA_URL) :])
    except SuspiciousOperation:
        return False


@promises(adds=_ADDED, repeatable=True, reads_html=True)
@dataclass(frozen=True)
class SecureImages:
    """``filter_html_image_secure``: replace images of other sites (FilterHtmlImageSecure).

    A project with pictures elsewhere registers one of its own, e.g.
    ``FILTERS["filter_html_image_secure"] = SecureImages(is_local=..., site_urls=("https://a.b",))``.
    """

    is_local: Callable[[str], bool] = is_site_image
    #: The addresses of this site, which are removed from an image's address first.
    site_urls: Iterable[str] = ()

    def __call__(self, text: str, settings: Mapping[str, Any]) -> str:
        """Replace each image of another site by a sign that it was removed."""
        body = load(text)
        for image in body.elements():
            if image.name == "img":
                self._secure(image)
        return serialize(body.children)

    def _secure(self, image: Element) -> None:
        source = self._relative(image.attributes.get("src", ""))
        image.attributes["src"] = source
        if source.startswith("/") and ask(self.is_local, source):
            return
        image.attributes.update(_REMOVED)
        classes = image.attributes.get("class", "")
        prefix = f"{classes.strip(TRIMMED)} " if classes not in {"", "0"} else ""
        image.attributes["class"] = prefix + _REMOVED_CLASS

    def _relative(self, source: str) -> str:
        for url in self.site_urls:
            rest = source.removeprefix(url.rstrip("/"))
            if rest != source and (rest == "" or rest.startswith("/")):
                return rest or "/"
        return source


@promises(adds="<img loading='lazy'>", repeatable=True, reads_html=True)
def lazy_load(text: str, settings: Mapping[str, Any]) -> str:
    """``filter_image_lazy_load``: load images of known size late (FilterImageLazyLoad)."""
    lower = text.lower()
    if "<img " not in lower and 'data-entity-type="file"' not in lower:
        return text
    body = load(text)
    for image in body.elements():
        attributes = image.attributes
        sized = image.name == "img" and "width" in attributes and "height" in attributes
        if sized and attributes.get("loading") != "eager":
            attributes["loading"] = "lazy"
    return serialize(body.children)
