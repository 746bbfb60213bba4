"""Settings that differ from the example project's wherever they may."""

from example_project.settings import DATABASES as _DATABASES

SECRET_KEY = "a-secret-key-for-this-project-which-is-long-enough-to-be-used"
ALLOWED_HOSTS = ["testserver"]
AUTH_USER_MODEL = "email_user.User"
AUTHENTICATION_BACKENDS = ["tests.email_user.backends.ExactBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "drupal_jwt_auth",
    "tests.email_user",
]
DATABASES = {
    "default": {**_DATABASES["default"], "CONN_MAX_AGE": 0, "TEST": {"NAME": "test_email_user"}}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {}
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.email_user.urls"
USE_TZ = True
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FileUploadParser"],
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.QueryParameterVersioning",
    "ALLOWED_VERSIONS": ["1"],
    "DEFAULT_VERSION": "1",
    "UNAUTHENTICATED_USER": None,
}
# Django before 6.1 knows nothing of it, and keeps the mails of tests in memory as well.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
