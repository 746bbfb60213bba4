"""Forms that are larger than the project takes: what somebody has typed stays where it is.

Django refuses such a form before it knows what it is for, and the page with what was typed would be
gone. So a script counts first, and says so in the form.
"""

from __future__ import annotations

from django.conf import settings
from django.forms.widgets import Script
from django.utils.translation import gettext as _


def form_guard() -> Script:
    """Return the script with the bounds of the project's settings; None stands for no bound."""
    bounds: dict[str, int | None] = {
        "data-max-bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "data-max-inputs": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        "data-max-files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }
    texts = {
        "data-bytes": _("This form has %(count)s bytes, and this site takes %(limit)s at most."),
        "data-inputs": _("This form has %(count)s inputs, and this site takes %(limit)s at most."),
        "data-files": _("This form has %(count)s files, and this site takes %(limit)s at most."),
        "data-kept": _("Nothing was sent, and nothing is lost: all that you have typed is here."),
    }
    known = {name: str(bound) for name, bound in bounds.items() if bound is not None}
    return Script("drupal_jwt_auth/form-bounds.js", **known, **texts)
