"""Each list, and each form for something new, opens: in the stock admin and in other themes."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from tests.content.visitors import make_term, make_type

MODELS = sorted(
    f"{model._meta.app_label}/{model._meta.model_name}" for model in admin.site._registry
)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_and_its_form_open(admin_client: Client, model: str) -> None:
    make_type("article")
    make_term("News")
    assert admin_client.get(f"/admin/{model}/").status_code == 200
    # Nobody writes comments or the audit log here, and fields are added to a bundle that is chosen.
    assert admin_client.get(f"/admin/{model}/add/", follow=True).status_code in {200, 403}
