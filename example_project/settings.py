"""Settings of the example project: SQLite, or what ``DATABASE_URL`` names."""

import os
from pathlib import Path

import django

BASE_DIR = Path(__file__).resolve().parent.parent

# For development only: a real project reads its key from where its secrets are kept.
SECRET_KEY = "django-insecure-example-project-" + "0123456789abcdef" * 2
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "example_project",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drupal_jwt_auth",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "example_project.urls"
WSGI_APPLICATION = "example_project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

if "DATABASE_URL" in os.environ:
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(conn_max_age=600)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(BASE_DIR / "db.sqlite3"),
            # Writers wait for each other instead of failing, readers do not wait at all.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }

# Django's own backend, with one flood control and one audit log for all logins, the admin's too.
AUTHENTICATION_BACKENDS = ["drupal_jwt_auth.backends.GuardedModelBackend"]

# The first makes new hashes; the others let users in who come from a Drupal site.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher",
    "drupal_jwt_auth.hashers.DrupalPhpassPasswordHasher",
    "drupal_jwt_auth.hashers.DrupalArgon2PasswordHasher",
]

# Mails are shown where the server runs.
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
# As in Drupal, whose clients may know the addresses of files.
MEDIA_URL = "sites/default/files/"
MEDIA_ROOT = BASE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "example_project.storage.SiteStorage"},
    "private": {
        "BACKEND": "example_project.storage.SiteStorage",
        "OPTIONS": {"location": BASE_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["drupal_jwt_auth.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

DRUPAL_JWT_AUTH: dict[str, object] = {"PRIVATE_STORAGE": "private", "LISTS_WITHOUT_FORMAT": True}
