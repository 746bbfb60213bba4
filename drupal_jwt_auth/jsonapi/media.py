"""The media type of JSON:API."""

from __future__ import annotations

from drupal_jwt_auth.http.json import DrupalJSONRenderer

MEDIA_TYPE = "application/vnd.api+json"


class JSONAPIRenderer(DrupalJSONRenderer):
    """Render a document: the JSON is that of any other answer."""

    media_type = MEDIA_TYPE
    format = "api_json"
