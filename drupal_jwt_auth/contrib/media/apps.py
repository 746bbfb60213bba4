"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """To be installed where a site has media."""

    name = "drupal_jwt_auth.contrib.media"
    label = "drupal_jwt_auth_media"
    verbose_name = _("Media")
    default_auto_field = "django.db.models.BigAutoField"
