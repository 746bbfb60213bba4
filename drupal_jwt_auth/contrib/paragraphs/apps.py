"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParagraphsConfig(AppConfig):
    """To be installed where a site has paragraphs."""

    name = "drupal_jwt_auth.contrib.paragraphs"
    label = "drupal_jwt_auth_paragraphs"
    verbose_name = _("Paragraphs")
    default_auto_field = "django.db.models.BigAutoField"
