"""With one line of settings, all who ask Django's ``authenticate`` know the same limits and log."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import aauthenticate, authenticate, get_user
from django.contrib.auth.backends import AllowAllUsersModelBackend, BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission, User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.core.signals import request_finished
from django.db import close_old_connections, connection, connections, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.backends import GuardedModelBackend, LoginGuard
from drupal_jwt_auth.auth.credentials import GuardedLogin
from drupal_jwt_auth.auth.flood import TooManyFailuresError
from drupal_jwt_auth.models import AuditEntry, FailedLogin
from tests.auth.conftest import PASSWORD, REFUSAL
from tests.headers import basic

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.guarded_site")]

GUARD = "drupal_jwt_auth.backends.GuardedModelBackend"
MODEL = "django.contrib.auth.backends.ModelBackend"
PER_USER = 5
WRONG = "Please enter the correct username and password"
TOO_MANY = "Too many logins have failed. Please try again in 360 minutes."
ADDRESS = "192.0.2.7"


class ByBadge(BaseBackend):
    """A backend after the guard, that knows users by a badge; it counts how often it was asked."""

    asked: list[str] = []

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        ByBadge.asked.append(str(username))
        if username == "closed":
            raise PermissionDenied
        return User.objects.get() if password == "badge" else None


class ByRemoteUser(BaseBackend):
    """A backend that wants no password."""

    def authenticate(
        self, request: HttpRequest | None, remote_user: str = "", **kwargs: Any
    ) -> User | None:
        return User.objects.filter(username=remote_user).first()


class StrictByRemoteUser(BaseBackend):
    """One that takes nothing else."""

    def authenticate(  # type: ignore[override]  # Django asks only backends that take what is given
        self, request: HttpRequest | None, *, remote_user: str
    ) -> User | None:
        return User.objects.get(username=remote_user)


class GuardedForAll(LoginGuard, AllowAllUsersModelBackend):
    """A guard for another backend, which lets inactive users in."""


GuardElsewhere = GuardedModelBackend


@pytest.fixture(autouse=True)
def guarded(settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = [GUARD]
    ByBadge.asked = []


@pytest.fixture
def staff(user: User) -> User:
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def at_admin(username: str, password: str, path: str = "/admin/login/") -> Any:
    client = Client(REMOTE_ADDR=ADDRESS)
    return client.post(path, {"username": username, "password": password})


def at_endpoint(username: str, password: str) -> int:
    client = APIClient(REMOTE_ADDR=ADDRESS)
    return client.post("/rest_api/id_token", headers=basic(username, password)).status_code


def with_password(username: str, password: str, path: str = "/with-password") -> Any:
    return APIClient(REMOTE_ADDR=ADDRESS).get(path, headers=basic(username, password))


def by_hand(**credentials: str) -> Any:
    return Client(REMOTE_ADDR=ADDRESS).get("/by-hand", credentials)


class TestAdmin:
    def test_after_five_failures_the_right_password_is_refused_and_the_form_says_why(
        self, staff: User
    ) -> None:
        for number in range(PER_USER):
            response = at_admin("someone", f"guess {number}")
            assert response.status_code == 200
            assert WRONG in response.text
        response = at_admin("someone", "secret")
        assert response.status_code == 200
        assert TOO_MANY in response.text
        assert WRONG not in response.text
        assert not get_user(response.wsgi_request).is_authenticated

    def test_any_form_of_djangos_says_so(self, user: User) -> None:
        for _ in range(PER_USER):
            at_admin("someone", "guess", "/login")
        assert TOO_MANY in at_admin("someone", "secret", "/login").text

    def test_who_logs_in_is_in_and_keeps_permissions(self, staff: User) -> None:
        client = Client()
        client.post("/admin/login/", {"username": "someone", "password": "secret"})
        assert client.get("/admin/").status_code == 200
        staff.is_superuser = False
        staff.save()
        staff.user_permissions.add(Permission.objects.get(codename="view_group"))
        assert client.get("/admin/auth/group/").status_code == 200
        assert client.get("/admin/auth/user/").status_code == 403

    def test_a_success_clears_the_failures_of_the_user(self, staff: User) -> None:
        for _ in range(3):
            for _ in range(PER_USER - 1):
                assert WRONG in at_admin("someone", "guess").text
            assert at_admin("someone", "secret").status_code == 302

    def test_a_name_may_be_in_upper_or_lower_case(self, staff: User) -> None:
        assert at_admin("SOMEONE", "secret").status_code == 302

    def test_a_blocked_user_is_told_what_django_tells(self, staff: User) -> None:
        User.objects.update(is_active=False)
        assert WRONG in at_admin("someone", "secret").text
        assert FailedLogin.objects.count() == 2

    @pytest.mark.parametrize("username", ["someone", "SOMEONE", "nobody", "blocked"])
    def test_a_refusal_is_the_same_work_for_each_name(
        self,
        work: Any,
        username: str,
    ) -> None:
        User.objects.create(username="someone", password=make_password("x", hasher="md5"))
        User.objects.create(username="blocked", password=make_password("x"), is_active=False)
        work()
        assert WRONG in at_admin(username, PASSWORD).text
        assert work() == REFUSAL


class TestOneFloodControl:
    def test_failures_count_wherever_they_are_made(self, staff: User) -> None:
        at_admin("someone", "guess")
        assert at_endpoint("someone", "guess") == 401
        assert with_password("someone", "guess").status_code == 401
        assert by_hand(username="someone", password="guess").text == "nobody"
        assert at_endpoint("Someone", "guess") == 401

        assert TOO_MANY in at_admin("someone", "secret").text
        assert at_endpoint("someone", "secret") == 429
        assert with_password("someone", "secret").status_code == 429
        assert by_hand(username="someone", password="secret").status_code == 400

    @pytest.mark.parametrize("backends", [[GUARD], [MODEL]])
    def test_a_failure_at_the_apps_endpoint_counts_once(
        self, user: User, settings: Settings, backends: list[str]
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = backends
        statuses = [at_endpoint("someone", "guess") for _ in range(PER_USER)]
        assert statuses == [401] * PER_USER
        assert FailedLogin.objects.count() == 2 * PER_USER
        assert at_endpoint("someone", "secret") == 429

    def test_a_view_of_drf_answers_with_the_documented_error(self, user: User) -> None:
        for _ in range(PER_USER):
            assert with_password("someone", "guess").status_code == 401
        response = with_password("someone", "secret")
        assert (response.status_code, response.json()["error"]) == (429, "TOO_MANY_REQUESTS")
        assert 0 < int(response.headers["Retry-After"]) <= 6 * 3600

    def test_who_sends_the_password_each_time_is_let_in_each_time(self, user: User) -> None:
        assert {with_password("someone", "secret").status_code for _ in range(60)} == {200}

    @pytest.mark.django_db(transaction=True)
    def test_a_failure_counts_also_where_the_view_undoes_what_it_wrote(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        for number in range(1, PER_USER + 1):
            assert with_password("someone", "guess").status_code == 401
            assert FailedLogin.objects.count() == 2 * number
        assert with_password("someone", "secret").status_code == 429

    @pytest.mark.django_db(transaction=True)
    def test_what_a_success_in_the_same_transaction_has_cleared_stays_so(self, user: User) -> None:
        with transaction.atomic():
            authenticate(username="someone", password="guess")
            authenticate(username="someone", password="secret")
        request_finished.disconnect(close_old_connections)
        try:
            request_finished.send(sender=None)
        finally:
            request_finished.connect(close_old_connections)
        assert FailedLogin.objects.count() == 1

    def test_what_was_counted_outside_of_a_request_is_not_counted_once_more_in_the_next(
        self, user: User
    ) -> None:
        """So nothing is left to the next test that is undone in the database."""
        authenticate(username="someone", password="guess")
        FailedLogin.objects.all().delete()
        assert by_hand(username="someone", password="secret").text == "someone"
        assert not FailedLogin.objects.exists()

    def test_a_hash_that_its_hasher_fails_at_is_that_of_no_password(self, staff: User) -> None:
        User.objects.update(password="md5$damaged")
        for number, username in enumerate(("someone", "nobody"), 1):
            assert WRONG in at_admin(username, "secret").text
            assert with_password(username, "secret").status_code == 401
            assert FailedLogin.objects.count() == number * 2 * 2

    def test_a_failure_counts_once_where_several_are_on_guard(
        self, user: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [GUARD, f"{__name__}.GuardedForAll"]
        for number in range(1, PER_USER + 1):
            assert WRONG in at_admin("someone", "guess").text
            assert FailedLogin.objects.count() == 2 * number
            assert AuditEntry.objects.count() == number
        assert TOO_MANY in at_admin("someone", "secret").text

    def test_the_second_guard_lets_in_whom_its_own_backend_does(
        self, user: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [GUARD, f"{__name__}.GuardedForAll"]
        User.objects.update(is_active=False)
        assert by_hand(username="someone", password="secret").text == "someone"

    def test_callers_without_a_request_have_one_address_together(self, user: User) -> None:
        assert authenticate(username="someone", password="secret") == user
        for _ in range(PER_USER):
            assert authenticate(username="someone", password="guess") is None
        with pytest.raises(TooManyFailuresError):
            authenticate(username="someone", password="secret")
        assert at_endpoint("someone", "secret") == 200

    def test_the_name_may_come_under_the_name_of_its_field(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(User, "USERNAME_FIELD", "first_name")
        User.objects.update(first_name="Some")
        assert by_hand(first_name="SOME", password="secret").text == "Some"
        assert by_hand(first_name="SOME", password="guess").text == "nobody"
        assert FailedLogin.objects.count() == 2

    def test_what_comes_without_a_password_is_left_to_the_backends(
        self, user: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [GUARD, f"{__name__}.ByRemoteUser"]
        assert by_hand(remote_user="someone").text == "someone"
        assert by_hand(username="someone").text == "nobody"
        assert not FailedLogin.objects.exists()

    def test_the_right_password_is_not_told_when_others_have_failed_meanwhile(
        self, staff: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verified = GuardedLogin._verified

        def verify_slowly(*arguments: Any) -> Any:
            found = verified(*arguments)
            monkeypatch.setattr(GuardedLogin, "_verified", verified)
            for _ in range(PER_USER):
                at_admin("someone", "guess")
            return found

        monkeypatch.setattr(GuardedLogin, "_verified", verify_slowly)
        assert TOO_MANY in at_admin("someone", "secret").text

    def test_the_guard_is_there_for_asynchronous_callers(self, transactional_db: None) -> None:
        user = User.objects.create_user("someone", password="secret")

        async def ask() -> list[Any]:
            passwords = ("secret", "guess")
            users = [await aauthenticate(username="someone", password=each) for each in passwords]
            # That of the thread in which backends are asked.
            await sync_to_async(connections.close_all)()
            return users

        assert asyncio.run(ask()) == [user, None]
        assert FailedLogin.objects.count() == 2

    def test_a_name_that_is_no_text_is_nobodys(self, user: User) -> None:
        assert authenticate(username=[1], password="secret") is None
        assert FailedLogin.objects.count() == 2

    def test_the_refusal_can_be_copied(self) -> None:
        refusal = TooManyFailuresError(61, "someone")
        for other in (
            copy.copy(refusal),
            copy.deepcopy(refusal),
            pickle.loads(pickle.dumps(refusal)),
        ):
            assert (other.wait, other.username) == (61, "someone")
            assert other.messages == refusal.messages
            assert (other.status_code, other.detail) == (429, refusal.detail)

    def test_a_serializer_of_rest_framework_takes_it_for_an_error_of_its_form(
        self, user: User, rf: RequestFactory
    ) -> None:
        for _ in range(PER_USER):
            at_admin("someone", "guess")
        data = {"username": "someone", "password": "secret"}
        request = rf.post("/", REMOTE_ADDR=ADDRESS)
        serializer = AuthTokenSerializer(data=data, context={"request": request})
        assert not serializer.is_valid()
        assert serializer.errors == {"non_field_errors": [TOO_MANY]}

    def test_the_right_password_of_somebody_whom_the_form_keeps_out_is_no_failure(
        self, user: User
    ) -> None:
        at_admin("someone", "guess")
        assert "nothing that this account may do here" in at_admin("someone", "secret").text
        assert FailedLogin.objects.count() == 1
        assert AuditEntry.objects.count() == 1

    def test_how_long_to_wait_is_said_in_minutes(self) -> None:
        assert TooManyFailuresError(0, "x").messages == [
            "Too many logins have failed. Please try again in 1 minute."
        ]
        assert TooManyFailuresError(61, "x").messages == [
            "Too many logins have failed. Please try again in 2 minutes."
        ]


class TestOtherBackends:
    @pytest.fixture(autouse=True)
    def more(self, settings: Settings) -> None:
        settings.AUTHENTICATION_BACKENDS = [
            GUARD,
            f"{__name__}.StrictByRemoteUser",
            f"{__name__}.ByBadge",
        ]

    def test_those_after_it_are_asked_once_each(self, user: User) -> None:
        for log_in in (lambda: at_endpoint("someone", "x"), lambda: at_admin("someone", "x")):
            ByBadge.asked = []
            log_in()
            assert ByBadge.asked == ["someone"]

    def test_who_is_let_in_by_one_is_in(self, staff: User) -> None:
        client = Client()
        client.post("/admin/login/", {"username": "SOMEONE", "password": "badge"})
        assert client.get("/admin/").status_code == 200
        assert ByBadge.asked == ["someone"]

    def test_one_may_refuse_for_all_after_it(self, user: User, settings: Settings) -> None:
        settings.AUTHENTICATION_BACKENDS.append(f"{__name__}.ByRemoteUser")
        assert by_hand(username="closed", password="badge", remote_user="someone").text == "nobody"
        assert FailedLogin.objects.count() == 2

    def test_those_before_it_are_not_guarded(self, user: User, settings: Settings) -> None:
        settings.AUTHENTICATION_BACKENDS = [f"{__name__}.ByBadge", GUARD]
        assert by_hand(username="someone", password="badge").text == "someone"
        assert by_hand(username="someone", password="guess").text == "nobody"
        assert ByBadge.asked == ["someone", "someone"]

    def test_a_failure_is_signalled_once(self, user: User) -> None:
        told: list[Any] = []

        def receive(credentials: Any, **kwargs: Any) -> None:
            told.append(credentials)

        user_login_failed.connect(receive)
        try:
            at_admin("someone", "guess")
            at_endpoint("someone", "guess")
        finally:
            user_login_failed.disconnect(receive)
        assert [each["username"] for each in told] == ["someone", "someone"]
        assert "guess" not in repr(told)

    def test_any_backend_can_be_guarded_and_says_who_is_let_in(
        self, staff: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [f"{__name__}.GuardedForAll"]
        User.objects.update(is_active=False)
        assert by_hand(username="someone", password="secret").text == "someone"
        assert at_endpoint("someone", "secret") == 403


class TestOneAuditLog:
    def entries(self) -> list[tuple[Any, ...]]:
        fields = ("username", "path", "authentication", "status", "error")
        return list(AuditEntry.objects.order_by("pk").values_list(*fields))

    def test_logins_of_the_admin_are_in_it(self, staff: User) -> None:
        for password in ("guess", "secret"):
            at_admin("SOMEONE", password)
        at_admin("nobody", "guess")
        path = "/admin/login/"
        assert self.entries() == [
            ("someone", path, "password", 401, "INVALID_CREDENTIALS"),
            ("someone", path, "password", 200, ""),
            ("nobody", path, "password", 401, "INVALID_CREDENTIALS"),
        ]
        failed, succeeded, _ = AuditEntry.objects.order_by("pk")
        assert (failed.user, succeeded.user, succeeded.address) == (None, staff, ADDRESS)

    def test_a_refusal_of_flood_control_is_logged(self, staff: User) -> None:
        for _ in range(PER_USER + 1):
            at_admin("someone", "guess")
        last = ("someone", "/admin/login/", "password", 429, "TOO_MANY_REQUESTS")
        assert self.entries()[PER_USER:] == [last]

    def test_what_is_logged_anyway_is_logged_once(self, user: User) -> None:
        at_endpoint("someone", "guess")
        at_endpoint("someone", "secret")
        for password in ("guess", "secret"):
            with_password("someone", password, "/logged-with-password")
        assert self.entries() == [
            ("someone", "/rest_api/id_token", "basic", 401, "INVALID_CREDENTIALS"),
            ("someone", "/rest_api/id_token", "basic", 200, ""),
            ("", "/logged-with-password", "basic", 401, "authentication_failed"),
        ]

    def test_a_password_with_each_request_is_no_login(self, user: User) -> None:
        with_password("someone", "secret")
        with_password("someone", "guess")
        assert [status for *_, status, _ in self.entries()] == [401]

    def test_a_login_without_a_password_is_named_after_its_backend(
        self, user: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [GUARD, f"{__name__}.ByRemoteUser"]
        Client().force_login(user, f"{__name__}.ByRemoteUser")
        assert [entry[2:] for entry in self.entries()] == [("byremoteuser", 200, "")]

    def test_a_guard_may_be_named_by_where_it_is_imported(
        self, staff: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [f"{__name__}.GuardElsewhere"]
        at_admin("someone", "secret")
        assert [entry[2:] for entry in self.entries()] == [("password", 200, "")]

    def test_a_login_without_a_request_is_logged_without_an_address(self, user: User) -> None:
        user_logged_in.send(sender=User, request=None, user=user)
        assert authenticate(username="someone", password="guess") is None
        assert self.entries() == [
            ("someone", "", "", 200, ""),
            ("someone", "", "password", 401, "INVALID_CREDENTIALS"),
        ]

    def test_without_the_guard_there_is_nothing_of_it(
        self, staff: User, settings: Settings
    ) -> None:
        settings.AUTHENTICATION_BACKENDS = [MODEL]
        for password in ("guess", "secret"):
            at_admin("someone", password)
        assert self.entries() == []
        assert not FailedLogin.objects.exists()

    def test_the_setting_says_whether_it_is_kept(self, staff: User, settings: Settings) -> None:
        settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": ["refusals", "requests"]}
        at_admin("someone", "guess")
        assert self.entries() == []
        settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": ["tokens"]}
        at_admin("someone", "guess")
        assert len(self.entries()) == 1


def test_a_report_of_a_failure_does_not_show_the_password(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise LookupError

    settings.AUTHENTICATION_BACKENDS = [GUARD, f"{__name__}.ByBadge"]
    monkeypatch.setattr(ByBadge, "authenticate", fail)
    request = RequestFactory().post("/admin/login/")
    with pytest.raises(LookupError) as failure:
        authenticate(request, username="someone", password="my-own-secret")
    reporter = ExceptionReporter(request, failure.type, failure.value, failure.tb)
    frames = [
        frame for frame in reporter.get_traceback_frames() if "drupal_jwt_auth" in frame["filename"]
    ]
    assert {"authenticate", "check", "ask", "_ask"} <= {frame["function"] for frame in frames}
    assert "my-own-secret" not in repr([frame["vars"] for frame in frames])
