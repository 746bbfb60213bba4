"""The link of a mail leads to a page where its reader sets a password, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import Settings

from drupal_jwt_auth.mail.links import password_link

NEW = {"new_password1": "correct-horse-battery", "new_password2": "correct-horse-battery"}


class HasherThatIsOvertaken(MD5PasswordHasher):
    """While it makes its first hash, something else happens."""

    meanwhile: ClassVar[Callable[[], object] | None] = None

    def encode(self, password: str, salt: str) -> str:
        mine = type(self)
        happen, mine.meanwhile = mine.meanwhile, None
        if happen is not None:
            happen()
        encoded: str = super().encode(password, salt)
        return encoded


@pytest.fixture
def jane(db: None) -> User:
    return User.objects.create_user("jane", "jane@example.com")


def link_for(user: User) -> str:
    link = password_link(user, "http://testserver")
    assert link is not None
    return link


def test_the_token_is_in_no_address_once_the_page_shows(jane: User) -> None:
    client, link = Client(), link_for(jane)

    redirected = client.get(link)

    assert redirected.status_code == 302
    uid = urlsafe_base64_encode(force_bytes(jane.pk))
    assert redirected.headers["Location"] == f"/user/reset/{uid}/set-password"
    page = client.get(redirected.headers["Location"])
    assert page.status_code == 200
    assert "no-cache" in page.headers["Cache-Control"]
    assert link.rsplit("/", 1)[1] not in page.content.decode()


def test_a_password_is_set_once_and_logs_in(jane: User) -> None:
    client, link = Client(), link_for(jane)
    page = client.get(link).headers["Location"]

    done = client.post(page, NEW)

    assert done.status_code == 302
    assert "You can log in" in client.get(done.headers["Location"]).content.decode()
    jane.refresh_from_db()
    assert jane.check_password("correct-horse-battery")
    again = Client().get(link)
    assert again.status_code == 200
    assert "used already" in again.content.decode()


def test_the_validators_of_the_project_have_a_say(jane: User, settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
    ]
    client = Client()
    page = client.get(link_for(jane)).headers["Location"]

    refused = client.post(page, {"new_password1": "short", "new_password2": "short"})

    assert "too short" in refused.content.decode()
    jane.refresh_from_db()
    assert not jane.has_usable_password()


@pytest.mark.parametrize("change", ["password", "address", "login"])
def test_a_link_ends_with_a_password_an_address_and_a_login(jane: User, change: str) -> None:
    link = link_for(jane)
    if change == "password":
        jane.set_password("another")
    elif change == "address":
        jane.email = "jane@example.org"
    else:
        Client().force_login(jane)
    jane.save()

    assert "used already" in Client().get(link).content.decode()


def test_of_two_who_use_a_link_at_once_one_sets_the_password(
    jane: User, settings: Settings
) -> None:
    """Both have the form; the second is done while the first one's password is being hashed."""
    settings.PASSWORD_HASHERS = [f"{__name__}.HasherThatIsOvertaken"]
    first, second = Client(), Client()
    pages = [client.get(link_for(jane)).headers["Location"] for client in (first, second)]
    answers = []
    HasherThatIsOvertaken.meanwhile = lambda: answers.append(second.post(pages[1], NEW))

    late = first.post(pages[0], dict.fromkeys(NEW, "another-password"))

    assert [answer.status_code for answer in answers] == [302]
    assert "used already" in late.content.decode()
    jane.refresh_from_db()
    assert jane.check_password("correct-horse-battery")


@pytest.mark.parametrize("change", [{"is_active": False}, {"first_name": "Janet"}])
def test_nothing_but_the_password_is_saved(
    jane: User, settings: Settings, change: dict[str, Any]
) -> None:
    """Whoever is blocked while the password is hashed stays so, and gets none."""
    settings.PASSWORD_HASHERS = [f"{__name__}.HasherThatIsOvertaken"]
    client = Client()
    page = client.get(link_for(jane)).headers["Location"]
    users = User.objects.filter(pk=jane.pk)
    HasherThatIsOvertaken.meanwhile = lambda: users.update(**change)

    client.post(page, NEW)

    assert users.filter(**change).exists()
    jane.refresh_from_db()
    assert jane.has_usable_password() == jane.is_active


def test_who_is_deleted_meanwhile_is_not_made_anew(jane: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.HasherThatIsOvertaken"]
    client = Client()
    page = client.get(link_for(jane)).headers["Location"]
    HasherThatIsOvertaken.meanwhile = User.objects.all().delete

    assert "used already" in client.post(page, NEW).content.decode()
    assert not User.objects.exists()


def test_who_is_blocked_has_no_use_for_a_link(jane: User) -> None:
    client, link = Client(), link_for(jane)
    page = client.get(link).headers["Location"]
    User.objects.update(is_active=False)

    assert "used already" in Client().get(link).content.decode()
    assert "used already" in client.get(page).content.decode()
    assert "used already" in client.post(page, NEW).content.decode()
    jane.refresh_from_db()
    assert not jane.has_usable_password()


@pytest.mark.parametrize("page", ["abc-def", "set-password"])
def test_a_cookie_that_is_no_key_is_none(jane: User, page: str) -> None:
    uid = urlsafe_base64_encode(force_bytes(jane.pk))
    cookie = 'sessionid="aaaaaaaa\\000aaaaaaaa"'

    response = Client().get(f"/user/reset/{uid}/{page}", headers={"Cookie": cookie})

    assert "used already" in response.content.decode()


def test_a_link_ends_with_its_time(jane: User, settings: Settings) -> None:
    link = link_for(jane)
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert "used already" in Client().get(link).content.decode()


def test_a_page_of_another_site_cannot_send_the_form(jane: User) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(link_for(jane)).headers["Location"]

    assert client.post(page, NEW).status_code == 403

    form = client.get(page).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert found
    assert client.post(page, {**NEW, "csrfmiddlewaretoken": found[1]}).status_code == 302


@pytest.mark.parametrize(
    "uid", ["x", "_____", "MA", "AAAA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "A" * 5000]
)
def test_what_is_nobodys_is_a_link_of_no_use(db: None, uid: str) -> None:
    response = Client().get(f"/user/reset/{uid}/abc-def")

    assert response.status_code == 200
    assert "used already" in response.content.decode()


def test_other_methods_are_refused(jane: User) -> None:
    response = Client().put(link_for(jane))

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_site_without_sessions_has_no_such_page(jane: User, settings: Settings) -> None:
    link = link_for(jane)
    settings.MIDDLEWARE = []

    assert Client().get(link).status_code == 404


def test_the_page_of_a_project_is_preferred(jane: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.mail.project_urls"

    link = link_for(jane)

    assert link.startswith("http://testserver/accounts/reset/")
    assert reverse("drupal_jwt_auth:password_page_done") == "/user/reset/done"


def test_a_page_of_a_front_end_gets_user_and_token(jane: User, settings: Settings) -> None:
    page = "https://app.example.com/#/password?user={uid}&token={token}"
    settings.DRUPAL_JWT_AUTH = {"PASSWORD_PAGE": page}

    link: Any = password_link(jane, None)

    found = re.fullmatch(r"https://app\.example\.com/#/password\?user=(\w+)&token=([\w-]+)", link)
    assert found
    assert found[1] == urlsafe_base64_encode(force_bytes(jane.pk))
    assert default_token_generator.check_token(jane, found[2])


def test_a_project_without_a_page_has_no_link(jane: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = "drupal_jwt_auth.token_urls"

    assert password_link(jane, "http://testserver") is None
