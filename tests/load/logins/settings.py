"""Settings under load: the tests' own, with Django's hasher as it is and all others beside it."""

from tests.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    *(
        f"django.contrib.auth.hashers.{name}PasswordHasher"
        for name in ("PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "Scrypt", "MD5")
    ),
    *(
        f"drupal_jwt_auth.hashers.Drupal{name}PasswordHasher"
        for name in ("BCrypt", "Phpass", "Argon2")
    ),
]
DRUPAL_JWT_AUTH = {"FLOOD_PER_USER": None, "FLOOD_PER_ADDRESS": None}
LOGGING = {"version": 1, "disable_existing_loggers": True}
