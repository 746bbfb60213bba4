"""Letters: what a notice says to somebody, made of templates that a project can override.

The templates of a notice are in ``drupal_jwt_auth/mail/<notice>/``: ``subject.txt``, ``body.txt``,
and ``body.html`` where the project adds one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.debug import sensitive_variables

PLACE = "drupal_jwt_auth/mail"


@dataclass(frozen=True)
class Letter:
    """One notice to one person or more, not yet written.

    ``context`` are the variables of the templates. What is not ``sent`` is written all the same and
    thrown away, so that it takes as long as one that is. That is not enough for a ``secret`` one,
    of which nobody is to notice whether it is sent.
    """

    notice: str
    to: tuple[str, ...] = field(repr=False)
    context: Mapping[str, Any] = field(repr=False)
    language: str
    sent: bool = True
    secret: bool = False

    @sensitive_variables()
    def write(self) -> EmailMultiAlternatives:
        """Return the message.

        Raise ValidationError for an address that cannot be one, and what templates raise.
        """
        for address in self.to:
            validate_email(address)
        with translation.override(self.language):
            # A line break would begin another header; names may bring one.
            subject = " ".join(self._render("subject.txt").split())
            message = EmailMultiAlternatives(subject, self._render("body.txt"), to=[*self.to])
            html = self._html()
        if html is not None:
            message.attach_alternative(html, "text/html")
        return message

    def _render(self, part: str) -> str:
        return render_to_string(f"{PLACE}/{self.notice}/{part}", dict(self.context))

    def _html(self) -> str | None:
        try:
            return self._render("body.html")
        except TemplateDoesNotExist:
            return None
