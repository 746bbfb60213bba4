"""As few settings as the app can do with."""

from example_project.settings import DATABASES as _DATABASES

SECRET_KEY = "a-secret-key-for-this-project-which-is-long-enough-to-be-used"
ALLOWED_HOSTS = ["testserver"]
AUTH_USER_MODEL = "bare_user.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "drupal_jwt_auth",
    "tests.bare_user",
]
DATABASES = {
    "default": {**_DATABASES["default"], "CONN_MAX_AGE": 0, "TEST": {"NAME": "test_bare_user"}}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {}
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "tests.bare_user.urls"
USE_TZ = True
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DRUPAL_JWT_AUTH = {
    "AUTHENTICATION_METHODS": ["jwt", "cookie"],
    "PUBLIC_METHODS": ["POST"],
    "REGISTER": "visitors",
    "VERIFY_MAIL": False,
}
# Django before 6.1 knows nothing of it, and keeps the mails of tests in memory as well.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
