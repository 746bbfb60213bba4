"""Every fault of the configuration is reported under an id of its own, with a hint."""

from __future__ import annotations

import base64
import re
import sys
from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import jwt
import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Tags, registry, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.models import Model
from django.middleware.cache import CacheMiddleware
from pytest_django import Settings

from drupal_jwt_auth import checks
from drupal_jwt_auth.auth.authentication import JWTAuthentication
from drupal_jwt_auth.auth.tokens.guessing import INSECURE_PREFIX
from drupal_jwt_auth.auth.tokens.keys import derived_key
from drupal_jwt_auth.checks.flood_cache import LEAST_ENTRIES
from drupal_jwt_auth.checks.keys import MAKE_KEY
from drupal_jwt_auth.checks.settings import check_deployment, check_settings
from tests.certificates import self_signed
from tests.keys import private_key, private_pem, public_entry
from tests.settings import INSTALLED_APPS

HERE = __name__
SECRET = "9f2c41d7e8b3a6055c1e7d90b4f8236aa7d3e1c45b9086f2d17c3e4a58b0962d"
WEAK = "keep-it-secret-" * 5
GOOD_KEY = {"kid": "a", "algorithm": "HS256", "key": SECRET}
TOKENS = {"DEFAULT_AUTHENTICATION_CLASSES": [f"{JWTAuthentication.__module__}.JWTAuthentication"]}
OWN_TOKENS = {"DEFAULT_AUTHENTICATION_CLASSES": [f"{HERE}.OwnAuthentication"]}

GUARD = "drupal_jwt_auth.backends.GuardedModelBackend"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

Case = tuple[dict[str, Any], str, str]


class OwnAuthentication(JWTAuthentication):
    """A project's own kind of it."""


class UsersElsewhere:
    """A router that lets users and groups be in a database of their own."""

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return "users" if model._meta.app_label == "auth" else None


class TokensElsewhere:
    """A router that lets tokens be in a database of their own."""

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return "tokens" if "Token" in model.__name__ else None


class NotHere:
    """A router that keeps the audit log out, but lets it be written; users have tables already."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return hints["model"].__name__ not in {"AuditEntry", "User"}


class BrokenCache(LocMemCache):
    """One whose LOCATION is wrong."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        raise ValueError(f"This is no address: {location}")


class HasherWithoutLibrary(MD5PasswordHasher):
    """One that cannot hash anything."""

    library = "no_such_library"


class OwnLocMemCache(LocMemCache):
    """A project's own kind of it."""


class OwnCacheMiddleware(CacheMiddleware):
    """A project's own kind of it."""


def claims(user: User, request: Any) -> dict[str, Any]:
    return {}


async def claims_to_be_awaited(user: User, request: Any) -> dict[str, Any]:
    return {}


def own(**entries: Any) -> dict[str, Any]:
    return {"DRUPAL_JWT_AUTH": entries}


BACKENDS = "django.core.cache.backends"
NOTHING_TO_CALL = f"{HERE}.SECRET"
LATER, EARLIER = (datetime(year, 1, 1, tzinfo=timezone.utc) for year in (2999, 2000))
GOOD_ISSUER = {"issuer": "a", "jwks_uri": "https://a.example/jwks", "audience": "b"}
FIXED = {"issuer": "a", "audience": "b", "algorithms": ["ES256"]}


def made_of(secret: str) -> dict[str, str]:
    """The key made of a SECRET_KEY, as `create_jwt_key --from-secret-key` saves it."""
    content = base64.b64encode(derived_key(secret).signing).decode()
    return {"key": content, "encoding": "base64"}


def cached_in(engine: str, **more: Any) -> dict[str, Any]:
    return {"CACHES": {"default": {"BACKEND": engine, **more}}, **own(FLOOD_CACHE="default")}


def issuer(**more: Any) -> dict[str, Any]:
    return own(ISSUERS=[{**GOOD_ISSUER, **more}])


def certificate(first: int, last: int) -> str:
    return self_signed(private_key("ES256"), timedelta(days=first), timedelta(days=last))


FILES = "django.core.files.storage.FileSystemStorage"


def stored_in(alias: str, **entry: Any) -> dict[str, Any]:
    """Settings of a project whose private files are in a storage of this name."""
    folders = {"MEDIA_ROOT": "/srv/media", "STATIC_ROOT": "/srv/static"}
    others = {"default": {"BACKEND": FILES}}
    storages = {**others, alias: entry} if entry else others
    return {**own(PRIVATE_STORAGE=alias), **folders, "STORAGES": storages}


PRIVATE = stored_in("private", BACKEND=FILES, OPTIONS={"location": "/srv/private"})
COOKIES = own(AUTHENTICATION_METHODS=["jwt", "cookie"])
WITHOUT_SESSIONS = [name for name in INSTALLED_APPS if name != "django.contrib.sessions"]
WITHOUT_EDITOR = [name for name in INSTALLED_APPS if name != "django_prose_editor"]
CASES: dict[str, list[Case]] = {
    "E001": [
        ({"DRUPAL_JWT_AUTH": value}, "DRUPAL_JWT_AUTH must be a dict.", "Set it to a dict")
        for value in (None, [], "KEYS", [("LEEWAY", 0)])
    ],
    "E002": [
        (own(TOKEN_LIFETIM=1), "an unknown setting 'TOKEN_LIFETIM'", "mean 'TOKEN_LIFETIME'?"),
        (own(leeway=1), "an unknown setting 'leeway'", "There are KEYS, TOKEN_LIFETIME"),
        (own(FOO=1), "an unknown setting 'FOO'", "There are KEYS, TOKEN_LIFETIME"),
        ({"DRUPAL_JWT_AUTH": {1: 2}}, "an unknown setting 1", "There are KEYS"),
    ],
    "E003": [
        (own(TOKEN_LIFETIME=3600), "DRUPAL_JWT_AUTH['TOKEN_LIFETIME']", "from one second"),
        (own(KEYS={}), "DRUPAL_JWT_AUTH['KEYS'] has a wrong value.", "Set it to a list of dicts"),
        (own(PUBLIC_METHODS=["get"]), "['PUBLIC_METHODS']", "HTTP methods in upper case"),
    ],
    "E004": [
        (own(KEYS=[{"kid": "a"}]), "Key 'a' needs one of key, environment", "Give each key kid,"),
        (own(KEYS=[{**GOOD_KEY, "file": "/x"}]), "it has key and file.", "Give each key kid,"),
        (own(KEYS=[{**GOOD_KEY, "use": "sig"}]), "Unknown entry 'use'.", "Give each key kid,"),
        (own(KEYS=[{**GOOD_KEY, "encoding": "hex"}]), "must be text or base64.", "Give each key"),
    ],
    "E005": [
        (own(KEYS=[{**GOOD_KEY, "algorithm": "none"}]), "has algorithm 'none'", "Choose another"),
        (own(KEYS=[{**GOOD_KEY, "algorithm": "HS1"}]), "has algorithm 'HS1'", "Choose another"),
    ],
    "E006": [
        (own(KEYS=[{**GOOD_KEY, "key": "x" * 31}]), "Key 'a' is too short for HS256.", MAKE_KEY),
    ],
    "E007": [
        (own(KEYS=[GOOD_KEY, {**GOOD_KEY, "key": SECRET * 2}]), "the same kid", "of its own"),
    ],
    "E008": [
        (own(KEYS=[public_entry("ES256")]), "The first key, 'a', signs", "private half first"),
        (
            own(KEYS=[public_entry("ES256"), GOOD_KEY | {"kid": "b"}]),
            "The first key, 'a', signs",
            "private half first",
        ),
    ],
    "E009": [
        ({"SECRET_KEY": "", **more}, "SECRET_KEY is empty", "Set SECRET_KEY to a long random text")
        # The stamps of tokens are made with it.
        for more in ({}, own(KEYS=[GOOD_KEY]))
    ],
    "E010": [
        *(
            ({name: value, **more}, f"{name} can be guessed, and a key made", "Set SECRET_KEY to a")
            for name, value in (
                ("SECRET_KEY", f"{INSECURE_PREFIX}{SECRET}"),
                ("SECRET_KEY", "secret"),
                ("SECRET_KEY", WEAK),
                ("SECRET_KEY_FALLBACKS", [SECRET, "secret", WEAK, ""]),
            )
            for more in ({}, own(KEYS=[]))
        ),
        (
            {"SECRET_KEY": "secret", **own(KEYS=[{"kid": "a", **made_of("secret")}])},
            "SECRET_KEY can be guessed",
            "Set SECRET_KEY to a long",
        ),
    ],
    "E011": [
        *(
            (own(CLAIMS=path), f"be called with user and request: {path!r}", "the dotted path of")
            for path in (
                *("claims", "no.such.module", "os.no_such_function", NOTHING_TO_CALL),
                *(
                    f"{HERE}.own",
                    f"{HERE}.claims_to_be_awaited",
                    "os.getcwd",
                ),
            )
        ),
        (
            own(TOKEN_RESPONSE=f"{HERE}.claims"),
            "called with document, user, token and request: 'tests.checks.test_checks.claims'",
            "a function of document, user, token and request that",
        ),
    ],
    "E012": [
        (own(KEYS=[{"kid": "a", "file": "/none"}]), "No such file or directory.", "make the file"),
        (own(KEYS=[{"kid": "a", "environment": "NONE"}]), "is not set.", "Set the variable"),
    ],
    "E013": [
        (own(KEYS=[{**GOOD_KEY, "key": "?", "encoding": "base64"}]), "is not base64", "text or"),
    ],
    "E014": [
        (
            own(KEYS=[{"kid": "a", "key": public_entry("RS256")["key"]}]),
            "Key 'a' is not a secret for HS256: it is a key of another kind",
            f"Make a secret for it: {MAKE_KEY}",
        ),
    ],
    "E015": [
        (own(KEYS=[{**GOOD_KEY, "algorithm": "ES256"}]), "is not a key for ES256, which", MAKE_KEY),
        (
            own(KEYS=[{**public_entry("ES384"), "algorithm": "ES256"}]),
            "needs an elliptic curve key on P-256 as PEM.",
            "Correct its algorithm",
        ),
    ],
    "E016": [
        (own(KEYS=[GOOD_KEY | {"kid": "b"}, {"kid": "a", **each}]), "Key 'a' can be", MAKE_KEY)
        for each in (
            {"key": "x" * 32},
            {"key": WEAK, "algorithm": "HS512"},
            {"key": "0123456789abcdef" * 4},
            {"key": base64.b64encode(WEAK.encode()).decode(), "encoding": "base64"},
            {"key": base64.b64encode(WEAK.encode()).decode()},
            {"key": f"{INSECURE_PREFIX}{SECRET}"},
        )
    ],
    "E017": [
        (
            own(FORMER_KEYS=[{"algorithm": "HS256", "key": SECRET, **each}]),
            reason,
            "Give each key algorithm, until and one of key, environment and file",
        )
        for each, reason in (
            ({}, "Key 'former 1' needs until, a datetime with a time zone"),
            ({"until": LATER.replace(tzinfo=None)}, "needs until, a datetime with a time zone"),
            ({"until": LATER, "key": "short"}, "Key 'former 1' is too short for HS256."),
        )
    ],
    "E018": [
        (
            own(FORMER_KEYS=[{"algorithm": "HS256", "key": "x" * 32, "until": LATER}]),
            "A key of DRUPAL_JWT_AUTH['FORMER_KEYS'] can be guessed.",
            "Take the entry away, and let people log in once more.",
        )
    ],
    "W011": [
        (
            own(FORMER_KEYS=[{"algorithm": "HS256", "key": SECRET, "until": EARLIER}]),
            "was trusted until 2000-01-01 only.",
            "Take the entry away",
        )
    ],
    "E020": [
        (
            own(BLOCKED_ADDRESSES=["192.0.2.7", "10.0.0.1/8"]),
            "an entry that is not an IP address or network: 10.0.0.1/8 has host bits",
            "Write 192.0.2.7",
        ),
        (
            own(ALLOWED_ADDRESSES=["localhost"]),
            "['ALLOWED_ADDRESSES'] has an entry that is not an IP address or network: 'loc",
            "Write 192.0.2.7",
        ),
    ],
    "E021": [
        (
            own(ROLE_PATHS={"a": [path]}),
            f"['a']: the path {path!r} must start with / or *",
            "Begin it with",
        )
        for path in ("node/*", "/node/1?_format=json", "https://example.com/node")
    ],
    "E022": [
        (own(FLOOD_CACHE="x"), "is 'x', and there is no such cache", "CACHES has 'default'"),
    ],
    "E023": [
        (cached_in(f"{BACKENDS}.redis.RedisCache", LOCATION="redis://x"), "import of redis", "Ins"),
        (cached_in(f"{BACKENDS}.memcached.PyMemcacheCache"), "pymemcache", "Install the library"),
        (cached_in(f"{BACKENDS}.memcached.PyLibMCCache"), "import of pylibmc", "Install the lib"),
        (cached_in("no.such.Cache"), "Could not find backend 'no.such.Cache'", "correct CACHES['d"),
        (
            {**cached_in(f"{BACKENDS}.locmem.LocMemCache"), **own(FLOOD_CACHE="logins")}
            | {"CACHES": {"default": {}, "logins": {"BACKEND": "no.such.Cache"}}},
            "The cache 'logins', which counts failed logins, cannot be opened: Could not find",
            "correct CACHES['logins']",
        ),
        (
            cached_in(f"{HERE}.BrokenCache", LOCATION="redis://:hush@x"),
            "cannot be opened: ValueError.",
            "correct CACHES['default']",
        ),
    ],
    "E024": [
        (
            {"PASSWORD_HASHERS": [f"{HERE}.HasherWithoutLibrary"]},
            "No password can be hashed: Couldn't load 'HasherWithoutLibrary' algorithm library: No",
            'pip install "drupal-jwt-auth[passwords]"',
        ),
        ({"PASSWORD_HASHERS": []}, "PASSWORD_HASHERS cannot be used", "Name classes of hash"),
        ({"PASSWORD_HASHERS": ["no.Hasher"]}, "No module named 'no'", "Name classes of hashers"),
    ],
    "E030": [
        (own(ISSUERS=[{}]), "Each issuer needs its name, the iss of its tokens.", "Correct the"),
        (issuer(issuer=["a"]), "Each issuer needs its name, the iss of its tokens.", "Correct the"),
        (
            issuer(kid="a"),
            "Issuer 'a' has an unknown entry 'kid'.",
            "It may have: alg",
        ),
        (
            issuer(claim=[]),
            "The claim of issuer 'a' must be the name",
            "It may have: alg",
        ),
        (
            issuer(claim=["a", 1]),
            "The claim of issuer 'a' must be the name",
            "It may have: alg",
        ),
        (
            issuer(user="name"),
            "must be one of username, email, id, uuid; it is 'name'.",
            "It may have: alg",
        ),
        (issuer(create_users=1), "The create_users of issuer 'a' must be True or", "Correct"),
        (issuer(require_verified_email=None), "must be True or False.", "Correct the entry"),
        (
            issuer(ca_file=1),
            "The ca_file of issuer 'a' must be the path of a file.",
            "Correct the entry",
        ),
        (
            own(ISSUERS=[{**FIXED, "key": "x", "ca_file": "ca.pem"}]),
            "Issuer 'a' has a ca_file, but no jwks_uri.",
            "Correct the entry",
        ),
    ],
    "E031": [
        (
            own(ISSUERS=[FIXED]),
            "'a' needs one of jwks_uri, key, environment, file and certificate; it has none",
            "in one way",
        ),
        (issuer(key="x"), "it has jwks_uri and key.", "Say in one way where the keys are."),
    ],
    "E032": [
        (issuer(jwks_uri=uri), "The jwks_uri of issuer 'a' must be an https address.", "https://")
        for uri in (
            *("http://a.example/jwks", "a.example/jwks", "https:", "https:///jwks", "file:///jwks"),
            *("https://[a/jwks", "https://user:password@a.example/", "", None, 1),
        )
    ],
    "E033": [
        (issuer(audience=value), "Issuer 'a' needs an audience", "the aud that its tokens")
        for value in (None, "", [], [""], 1, {"b": 1})
    ],
    "E034": [
        (issuer(algorithms=["HS256"]), "'a' has public keys, and an algorithm for", "Name those"),
        (
            issuer(algorithms=["none"]),
            "must be a list of some of HS256, HS384,",
            "Name those that",
        ),
        (issuer(algorithms=[]), "must be a list of some of HS256, HS384,", "Name those that"),
        (
            own(ISSUERS=[{**FIXED, "key": SECRET, "algorithms": ["HS256", "RS256"]}]),
            "an algorithm for secrets besides: HS256, RS256.",
            "Name those that",
        ),
        (
            own(ISSUERS=[{**FIXED, "certificate": SECRET, "algorithms": ["HS256"]}]),
            "an algorithm for secrets besides: HS256.",
            "Name those that",
        ),
    ],
    "E035": [
        (issuer(user=user, create_users=True), f"cannot create users by their {user}.", "Set user")
        for user in ("id", "uuid")
    ],
    "E036": [
        (own(ISSUERS=[GOOD_ISSUER] * 2), "two issuers with the name 'a'", "one entry for each"),
        (own(ISSUERS=[GOOD_ISSUER], ISSUER="a"), "two issuers with the name 'a'", "none for"),
    ],
    "E037": [
        (own(ISSUERS=[{**FIXED, "certificate": "x"}]), "Key 'a' is not a key for ES256", "as PEM"),
        (own(ISSUERS=[{**FIXED, "file": "/nowhere"}]), "file of key 'a' cannot be read", "as PEM"),
        (own(ISSUERS=[{**FIXED, "key": 1}]), "must be the key itself, as text", "as PEM"),
        (
            own(ISSUERS=[{**FIXED, "certificate": certificate(-1, 1)[:99]}]),
            "The certificate of issuer 'a' cannot be parsed.",
            "as PEM",
        ),
        (
            own(ISSUERS=[{**FIXED, "key": "x" * 31, "algorithms": ["HS256"]}]),
            "Key 'a' is too short for HS256.",
            "Give a secret",
        ),
    ],
    "E038": [
        (issuer(ca_file=path), "The ca_file of issuer 'a' has no certificates", "a PEM file")
        for path in ("/nowhere.pem", Path(__file__), "\0")
    ],
    "E039": [
        (
            own(ISSUERS=[{**FIXED, "key": key, "algorithms": ["HS256"]}]),
            "The secret of issuer 'a' can be guessed.",
            "Agree on another",
        )
        for key in (WEAK, "x" * 32)
    ],
    "E040": [
        (
            {"DATABASE_ROUTERS": [f"{HERE}.{router}"]},
            text,
            "Let DATABASE_ROUTERS send users",
        )
        for router, text in (
            ("UsersElsewhere", "'users' has auth.User, auth.Group, auth.Permission; 'default' has"),
            ("TokensElsewhere", "; 'tokens' has drupal_jwt_auth.Re"),
        )
    ],
    "E041": [
        (
            {"DATABASE_ROUTERS": [f"{HERE}.NotHere"]},
            "drupal_jwt_auth.AuditEntry: written to 'default'",
            "return True for drupal_jwt_auth in 'default'",
        )
    ],
    "W002": [
        (
            {"REST_FRAMEWORK": tokens, "MIDDLEWARE": [middleware]},
            "The cache of the whole site",
            f"Take {middleware} out of MIDDLEWARE",
        )
        for tokens in (TOKENS, OWN_TOKENS)
        for middleware in (
            "django.middleware.cache.UpdateCacheMiddleware",
            "django.middleware.cache.CacheMiddleware",
            f"{HERE}.OwnCacheMiddleware",
        )
    ],
    "W003": [
        (cached_in(engine), text, "so that they are counted in the database")
        for engine, text in (
            (f"{BACKENDS}.locmem.LocMemCache", "in a cache that each process has for itself: dj"),
            (
                f"{BACKENDS}.filebased.FileBasedCache",
                "in a cache that cannot count failures of the",
            ),
            (f"{BACKENDS}.dummy.DummyCache", "in a cache that keeps nothing"),
            (
                f"{HERE}.OwnLocMemCache",
                "each process has for itself: " + HERE,
            ),
        )
    ],
    "W004": [
        (
            {"REST_FRAMEWORK": {"NUM_PROXIES": 1}},
            "['NUM_PROXIES'] is 1, and DRUPAL_JWT_AUTH['TRUSTED_PROXIES'] 0",
            "Set both",
        ),
        (
            {"REST_FRAMEWORK": {"NUM_PROXIES": 0}, **own(TRUSTED_PROXIES=2)},
            "['NUM_PROXIES'] is 0, and DRUPAL_JWT_AUTH['TRUSTED_PROXIES'] 2",
            "Set both",
        ),
    ],
    "W005": [
        (
            own(ISSUERS=[{**FIXED, "certificate": certificate(*days)}]),
            "The certificate of issuer 'a' is valid from 20",
            "Ask the issuer for its new one.",
        )
        for days in ((-9, -1), (1, 9))
    ],
    "W006": [
        (
            cached_in(f"{BACKENDS}.db.DatabaseCache", **more),
            f"in a cache that holds {number} entries",
            f"['MAX_ENTRIES'] to {LEAST_ENTRIES} or more",
        )
        for more, number in (({}, 300), ({"OPTIONS": {"MAX_ENTRIES": 9999}}, 9999))
    ],
    "W007": [
        (
            own(AUTHENTICATION_METHODS=methods),
            "is tried as a password first",
            "Put api_key before basic in DRUPAL_JWT_AUTH['AUTHENTICATION_METHODS']",
        )
        for methods in (["basic", "api_key"], ["jwt", "basic", "api_key"])
    ],
    "W024": [
        (
            {"MEDIA_ROOT": "", "STORAGES": global_settings.STORAGES},
            "go to the folder in which the server was started.",
            "Set MEDIA_ROOT to a folder",
        )
    ],
    "E025": [
        (
            stored_in("private"),
            "['PRIVATE_STORAGE'] is 'private', and there is no such storage.",
            "Name one",
        ),
        (
            stored_in("private", BACKEND="no.such.Storage"),
            "is 'private', and there is no",
            "BACKEND",
        ),
    ],
    "E026": [
        (
            stored_in("private", BACKEND=FILES, OPTIONS={"location": place}),
            "would be where",
            "apart",
        )
        for place in ("/srv/media", "/srv/media/private", "/srv", "/srv/static/private")
    ]
    + [
        (stored_in("default", BACKEND=FILES), "in the storage 'default', would be", "['default']"),
        (stored_in("private", BACKEND=FILES), "in the storage 'private', would be", "MEDIA_ROOT"),
    ],
    "W020": [
        (
            {**own(REGISTER="visitors"), "TEMPLATES": []},
            "no template engine finds the mails: register_no_approval_required,",
            "Set APP_DIRS",
        )
    ],
    "W021": [
        (
            {**own(REGISTER="visitors"), "MIDDLEWARE": []},
            "there is no page where they could set a password",
            "Add django.contrib.sessions.middleware.SessionMiddleware",
        )
    ],
    "W022": [
        (
            {**own(REGISTER=register), "ALLOWED_HOSTS": hosts},
            "are sent no link, as it is not known where the site is.",
            "Set DRUPAL_JWT_AUTH['SITE_URL'], such as to https://example.com.",
        )
        for register, hosts in [
            ("visitors", ["*"]),
            ("visitors", ["example.org", ".example.com"]),
            ("visitors_admin_approval", ["example.com"]),
        ]
    ],
    "E042": [
        (
            {"MIDDLEWARE": [f"{HERE}.claims", "no.such.Middleware"], **COOKIES},
            "has cookie, and the project has no sessions",
            "Add to MIDDLEWARE django.contrib.sessions.middleware.SessionMiddleware.",
        ),
        (
            {"INSTALLED_APPS": WITHOUT_SESSIONS, **COOKIES},
            "has cookie, and the project has no sessions",
            "Add to INSTALLED_APPS django.contrib.sessions.",
        ),
        (
            {"INSTALLED_APPS": WITHOUT_SESSIONS, "MIDDLEWARE": [], **COOKIES},
            "has cookie, and the project has no sessions",
            "SessionMiddleware and to INSTALLED_APPS django.contrib.sessions.",
        ),
    ],
    "W009": [
        (
            {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies", **COOKIES},
            "whoever has copied one is still logged in",
            "on the server",
        )
    ],
    "W010": [
        (
            {"SESSION_COOKIE_SAMESITE": "None", **COOKIES},
            "browsers refuse such a cookie",
            "Set SESSION_COOKIE_SECURE to True",
        )
    ],
    "E028": [
        (
            own(SENDFILE=("X-Accel-Redirect", "/internal/")),
            "['SENDFILE'] is about private files, and there is no storage for them.",
            "['PRIVATE_STORAGE']",
        ),
    ],
    "E029": [
        (
            {**stored, **own(PRIVATE_STORAGE="private", SENDFILE=("X-Sendfile", "/srv/other/"))},
            "['SENDFILE'] names '/srv/other/', and private files are not there.",
            "PRIVATE_STORAGE has the files",
        )
        for stored in (
            PRIVATE,
            stored_in("private", BACKEND="django.core.files.storage.InMemoryStorage"),
        )
    ],
    "E043": [
        (
            own(JSONAPI_RESOURCES={name: None}),
            f"['JSONAPI_RESOURCES'] names no resource type: {name!r}.",
            "such as node--article",
        )
        for name in ("node", "nope--page", "--page", "articles")
    ],
    "E044": [
        (
            own(JSONAPI_RESOURCES={"node--page": chosen}),
            f"['JSONAPI_RESOURCES']['node--page']: nothing can be called {text!r}.",
            "no field is called id or type.",
        )
        for chosen, text in (
            ({"name": "my pages"}, "my pages"),
            ({"path": "my/pages"}, "my/pages"),
            ({"path": "node"}, "node"),
            ({"name": "-"}, "-"),
            ({"fields": {"title": "type", "body": None}}, "type"),
            ({"fields": {"title": "a.b"}}, "a.b"),
        )
    ],
    "E045": [
        (
            own(JSONAPI_RESOURCES=chosen),
            f"['JSONAPI_RESOURCES']{text} 2 times.",
            "Give each another one.",
        )
        for chosen, text in (
            (
                {"node--page": {"name": "a"}, "node--article": {"name": "a"}},
                " gives the name 'a'",
            ),
            (
                {"node--page": {"path": "a"}, "node--article": {"path": "a"}},
                " gives the path 'a'",
            ),
            (
                {"node--page": {"fields": {"title": "a", "body": "a"}}},
                "['node--page'] gives the field 'a'",
            ),
        )
    ],
    "E046": [
        (
            {"INSTALLED_APPS": WITHOUT_EDITOR, **own(RICH_TEXT=True)},
            "['RICH_TEXT'] is on, and django_prose_editor is not in INSTALLED_APPS.",
            'Run pip install "drupal-jwt-auth[rich-text]"',
        )
    ],
    "W008": [
        (
            {"AUTHENTICATION_BACKENDS": backends},
            f"AUTHENTICATION_BACKENDS has ModelBackend beside {guard.rpartition('.')[2]}",
            f"Take {MODEL_BACKEND} out.",
        )
        for guard in (GUARD, "tests.auth.test_backends.GuardedForAll")
        for backends in ([MODEL_BACKEND, guard], [guard, "tests.not.there", MODEL_BACKEND])
    ],
}
DEPLOYMENT = {"W003", "W006", "W024"}
OF_USERS = {"W023"}
GUESSED = ("E010", "E016", "E039")


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site is no test, and libraries of caches are not installed."""
    monkeypatch.delattr(mail, "outbox")
    for library in ("redis", "pymemcache", "pylibmc"):
        monkeypatch.setitem(sys.modules, library, None)


def configure(settings: Settings, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


def ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("drupal_jwt_auth.") for message in messages]


@pytest.mark.parametrize(
    ("identifier", "values", "text", "hint"),
    [(identifier, *case) for identifier, cases in CASES.items() for case in cases],
)
def test_a_fault_is_reported_once_with_its_id_and_a_hint(
    settings: Settings, identifier: str, values: dict[str, Any], text: str, hint: str
) -> None:
    configure(settings, values)
    check = check_deployment if identifier in DEPLOYMENT else check_settings
    [message] = check()
    assert message.id == f"drupal_jwt_auth.{identifier}"
    assert text in message.msg
    assert hint in (message.hint or "")
    assert message.is_serious() == identifier.startswith("E")


def test_these_are_all_the_ids_there_are() -> None:
    sources = [path.read_text() for path in Path(checks.__path__[0]).glob("*.py")]
    found = set(re.findall(r'"drupal_jwt_auth\.([EW]\d+)"', "".join(sources)))
    of_databases = {each for each in found if each[1:] >= "050"}
    assert found - of_databases - OF_USERS == set(CASES)


@pytest.mark.parametrize(
    "values",
    [
        {},
        own(),
        own(KEYS=[GOOD_KEY]),
        own(CLAIMS=f"{HERE}.claims", TOKEN_RESPONSE=None),
        own(KEYS=[GOOD_KEY, public_entry("ES256", "b")]),
        own(KEYS=[{"kid": "a", "algorithm": "EdDSA", "key": private_pem(private_key("EdDSA"))}]),
        {"SECRET_KEY": f"{INSECURE_PREFIX}x", "DEBUG": True},
        {"SECRET_KEY": "secret", "DEBUG": True, **own(KEYS=[{**GOOD_KEY, "key": "x" * 32}])},
        {"SECRET_KEY": "secret", **own(KEYS=[GOOD_KEY])},
        {"SECRET_KEY": "secret", **own(KEYS=[{"kid": "a", **made_of(SECRET)}])},
        {"SECRET_KEY_FALLBACKS": ["", None]},
        {"SESSION_COOKIE_SAMESITE": "None", "MIDDLEWARE": []},
        {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True, **COOKIES},
        {
            "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
            "INSTALLED_APPS": WITHOUT_SESSIONS,
            **COOKIES,
        },
        {"REST_FRAMEWORK": {}},
        {"REST_FRAMEWORK": TOKENS},
        {"REST_FRAMEWORK": {}, "MIDDLEWARE": ["django.middleware.cache.UpdateCacheMiddleware"]},
        {
            "REST_FRAMEWORK": TOKENS,
            "MIDDLEWARE": [f"{HERE}.claims", "no.such.Middleware"],
        },
        own(ISSUERS=[{**FIXED, "key": SECRET, "algorithms": ["HS256"]}]),
        {**cached_in("no.such.Cache"), **own()},
        cached_in("no.such.Cache")
        | own(FLOOD_CACHE="default", FLOOD_PER_USER=None, FLOOD_PER_ADDRESS=None),
        own(ALLOWED_ADDRESSES=[], BLOCKED_ADDRESSES=("192.0.2.0/24", "2001:db8::/32")),
        own(ROLE_PATHS={"a": ["/", "*", "/node/*", "*/edit"], "b": []}),
        {"REST_FRAMEWORK": {"NUM_PROXIES": 1}, **own(TRUSTED_PROXIES=1)},
        issuer(claim=["user", "id"], user="id", algorithms="ES256", audience=["b", "c"]),
        own(ISSUER="b", ISSUERS=[GOOD_ISSUER, {**GOOD_ISSUER, "issuer": "c"}]),
        own(ISSUERS=[{**FIXED, "certificate": certificate(-1, 1)}]),
        PRIVATE,
        {**PRIVATE, **own(PRIVATE_STORAGE="private", SENDFILE=("X-Sendfile", "/srv/private/"))},
        {**PRIVATE, **own(PRIVATE_STORAGE="private", SENDFILE=("X-Accel-Redirect", "/x/"))},
        own(REGISTER="visitors"),
        own(REGISTER="visitors_admin_approval", SITE_URL="https://example.com"),
        {
            "MIDDLEWARE": [],
            "ROOT_URLCONF": "tests.mail.project_urls",
            **own(REGISTER="visitors"),
        },
        {
            "MIDDLEWARE": [],
            "ALLOWED_HOSTS": ["*"],
            **own(REGISTER="visitors", PASSWORD_PAGE="https://example.com/{uid}/{token}"),
        },
    ],
)
def test_settings_that_are_right_are_not_complained_of(
    settings: Settings, values: dict[str, Any]
) -> None:
    configure(settings, values)
    assert check_settings() == []


def test_a_project_without_the_setting_is_right(settings: Settings) -> None:
    del settings.DRUPAL_JWT_AUTH
    assert check_settings() == []


def test_every_fault_is_reported(settings: Settings) -> None:
    configure(settings, own(FOO=1, BAR=2, LEEWAY=3, KEYS=None))
    assert ids(check_settings()) == ["E002", "E002", "E003", "E003"]


def test_a_storage_that_is_not_there_is_reported_once(settings: Settings) -> None:
    configure(settings, own(PRIVATE_STORAGE="nope", SENDFILE=("X-Sendfile", "/srv/private/")))
    assert ids(check_settings()) == ["E025"]


def test_every_key_is_looked_at(settings: Settings) -> None:
    keys = [{"kid": "a"}, {**GOOD_KEY, "key": "short"}, {**GOOD_KEY, "algorithm": "x"}, GOOD_KEY]
    keys += [{"kid": "b", "key": WEAK}, {"kid": "c", "key": WEAK}]
    configure(settings, own(KEYS=keys, CLAIMS="x"))
    assert ids(check_settings()) == ["E004", "E006", "E005", "E016", "E016", "E011"]


def test_a_second_key_need_not_sign_where_the_first_is_faulty(settings: Settings) -> None:
    configure(settings, own(KEYS=[{**GOOD_KEY, "key": "short"}, public_entry("ES256", "b")]))
    assert ids(check_settings()) == ["E006"]


@pytest.mark.parametrize("source", ["key", "environment", "file"])
@pytest.mark.parametrize("algorithm", ["HS512", "ES256", "x"])
def test_no_message_shows_a_key(settings: Settings, source: str, algorithm: str) -> None:
    # Not even one that is given where its name should be.
    configure(settings, own(KEYS=[{"kid": "a", "algorithm": algorithm, source: "hush-hush"}]))
    [message] = check_settings()
    assert "hush" not in str(message)


def test_every_issuer_is_looked_at(settings: Settings) -> None:
    bad = [{**GOOD_ISSUER, "audience": None}, {**GOOD_ISSUER, "user": "x"}, {"issuer": "c"}]
    configure(settings, own(ISSUERS=[*bad, GOOD_ISSUER]))
    assert ids(check_settings()) == ["E033", "E030", "E031"]


def test_users_without_addresses_cannot_be_found_by_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "address")
    configure(settings, issuer(user="email"))
    assert ids(check_settings()) == ["E035"]


@pytest.mark.parametrize(("verify", "found"), [(True, ["W023"]), (False, [])])
def test_who_registers_needs_an_address_for_the_mail(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, verify: bool, found: list[str]
) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "address")
    configure(settings, own(REGISTER="visitors", VERIFY_MAIL=verify))
    assert ids(check_settings()) == found


def test_an_issuer_with_public_keys_needs_a_package(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What PyJWT offers where the package cryptography is not installed.
    without = jwt.PyJWS(algorithms=["HS256", "HS384", "HS512"])
    monkeypatch.setattr(jwt, "get_algorithm_by_name", without.get_algorithm_by_name)
    configure(settings, own(ISSUERS=[GOOD_ISSUER]))
    [message] = check_settings()
    assert message.id == "drupal_jwt_auth.E034"
    assert 'pip install "drupal-jwt-auth[crypto]"' in message.msg
    shared = {"issuer": "a", "audience": "b", "key": SECRET, "algorithms": ["HS256"]}
    configure(settings, own(ISSUERS=[shared]))
    assert check_settings() == []


def test_the_check_is_registered_once_for_security() -> None:
    registered: list[Any] = [*registry.registry.registered_checks]
    assert registered.count(check_settings) == 1
    tags = registered[registered.index(check_settings)].tags
    assert tags == (Tags.security,)


class Library(ModuleType):
    """What Django uses of the library redis; one that asks a server has no business in a check."""

    asked: ClassVar[list[str]] = []

    class Redis:
        def __init__(self, connection_pool: Any) -> None:
            pass

    class ConnectionPool:
        @staticmethod
        def from_url(location: str, **options: Any) -> None:
            Library.asked.append(location)
            if not location.startswith("redis://"):
                raise ValueError(location)

    class connection:  # noqa: N801  it is a module there
        DefaultParser = None


def test_a_cache_of_redis_is_opened_without_its_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", Library("redis"))
    monkeypatch.setattr(Library, "asked", [])
    configure(settings, cached_in(f"{BACKENDS}.redis.RedisCache", LOCATION="redis://:hush@cache"))
    assert check_settings() == check_deployment() == []
    configure(settings, cached_in(f"{BACKENDS}.redis.RedisCache", LOCATION=":hush@cache"))
    [message] = check_settings()
    assert ids([message]) == ["E023"]
    assert "hush" not in str(message)
    assert Library.asked == ["redis://:hush@cache", ":hush@cache"]


@pytest.mark.parametrize(
    "values",
    [
        cached_in(f"{BACKENDS}.db.DatabaseCache", OPTIONS={"MAX_ENTRIES": LEAST_ENTRIES}),
        cached_in(f"{BACKENDS}.redis.RedisCache"),
        {**cached_in(f"{BACKENDS}.dummy.DummyCache"), **own()},
        own(FLOOD_CACHE="default", FLOOD_PER_USER=None, FLOOD_PER_ADDRESS=None),
        own(FLOOD_CACHE="none, which is E022"),
        own(FLOOD_CACHE=1),
        {"DRUPAL_JWT_AUTH": None},
    ],
)
def test_a_site_where_failed_logins_are_counted_once_can_be_deployed(
    settings: Settings, values: dict[str, Any]
) -> None:
    configure(settings, values)
    assert check_deployment() == []


@pytest.mark.parametrize("trying_out", ["DEBUG", "tests"])
@pytest.mark.parametrize("values", [case[0] for name in GUESSED for case in CASES[name]])
def test_a_secret_that_can_be_guessed_hinders_nobody_from_trying_things_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], trying_out: str
) -> None:
    """In tests Django takes DEBUG off, and the key of `startproject` is there all the same."""
    configure(settings, values)
    identifiers = ids(check_settings())
    assert set(identifiers) <= {*GUESSED}
    if trying_out == "DEBUG":
        settings.DEBUG = True
    else:
        monkeypatch.setattr(mail, "outbox", [], raising=False)
    assert check_settings() == []
    assert [each for each in ids(check_deployment()) if each != "W003"] == identifiers


def test_the_check_for_deployment_runs_then_only() -> None:
    always: list[Any] = registry.registry.get_checks()
    deploying: list[Any] = registry.registry.get_checks(include_deployment_checks=True)
    assert (check_deployment in always, check_deployment in deploying) == (False, True)


def test_the_check_command_reports_a_fault(db: None, settings: Settings) -> None:
    configure(settings, own(FOO=1))
    with pytest.raises(SystemCheckError, match=r"\(drupal_jwt_auth\.E002\)"):
        call_command("check")


def test_the_check_command_finds_no_fault_in_these_settings(db: None) -> None:
    output = StringIO()
    call_command("check", stdout=output)
    assert "no issues" in output.getvalue()


def test_the_check_needs_no_database() -> None:
    # There is none in this test.
    assert check_settings() == []


def test_a_project_that_is_right_passes_all_checks(db: None) -> None:
    assert run_checks() == []


def test_a_former_key_is_good_up_to_its_time(settings: Settings) -> None:
    entry = {"algorithm": "HS256", "key": SECRET, "until": LATER}
    configure(settings, own(FORMER_KEYS=[entry]))
    assert check_settings() == []
