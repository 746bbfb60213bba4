"""Clients are told what is wrong in Drupal's words, whatever language people read."""

from __future__ import annotations

from copy import deepcopy

from django.utils.translation import gettext_lazy, override

from drupal_jwt_auth.wording import Wording, in_form

TOO_LATE = Wording("{label}: too late by {days} days.", gettext_lazy("Enter a whole number."))


def test_a_text_is_one_thing_for_clients_and_another_in_forms() -> None:
    text = TOO_LATE.fill(label="Day", days=2)
    for each in (text, deepcopy(text)):
        with override("de"):
            assert each == "Day: too late by 2 days."
            assert in_form(each) == "Bitte eine ganze Zahl eingeben."


def test_values_are_filled_into_both() -> None:
    wording = Wording("Wire {a} {b}", gettext_lazy("Form {a}")).fill(a="{b}", b=1)
    assert (wording, in_form(wording)) == ("Wire {b} 1", "Form {b}")


def test_a_text_of_a_field_type_of_a_project_is_the_same_in_forms() -> None:
    assert in_form("No such colour.") == "No such colour."
    assert in_form(Wording("No such colour.")) == "No such colour."
