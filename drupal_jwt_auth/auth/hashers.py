"""Drupal's password hashes as Django hashers: imported users keep their passwords.

List the hashers after the preferred one; each user's hash is replaced by a preferred one at the
first successful login, as Django does whenever the algorithm changes::

    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher",
        "drupal_jwt_auth.hashers.DrupalPhpassPasswordHasher",
        "drupal_jwt_auth.hashers.DrupalArgon2PasswordHasher",
    ]

Django finds the hasher by what stands before the first ``$``, where Drupal's hashes have nothing or
a ``U``: ``encode_drupal_hash`` makes of Drupal's column what belongs into ``User.password``.

The rules are those of Drupal 10.6: ``PhpPassword`` of core, which is PHP's ``password_verify``, and
``PhpassHashedPasswordBase`` of the phpass module.
"""

from __future__ import annotations

import hashlib
import logging
import re
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import (
    BasePasswordHasher,
    PBKDF2PasswordHasher,
    get_hasher,
    identify_hasher,
    make_password,
    mask_hash,
)
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.timing import Clocks, Stopwatch, spend_the_rest

INSTALL = 'Install it: pip install "drupal-jwt-auth[passwords]".'
"""The hint for a missing library of these hashers, or of Django's, which need the same ones."""

# PasswordInterface::PASSWORD_MAX_LENGTH, in bytes.
MAX_LENGTH = 512

MAX_BCRYPT_COST = 16
"""The logarithm of the rounds of bcrypt: 3.5 seconds, while PHP's default of 10 takes 55 ms."""

MAX_PHPASS_COST = 22
"""The logarithm of the rounds of phpass."""

MAX_ITERATIONS = 10_000_000
"""The iterations of PBKDF2."""

MAX_MEMORY_COST = 262_144
"""The memory of Argon2, in KiB."""

MAX_TIME_COST = 16
"""The passes of Argon2 over its memory."""

MAX_SCRYPT_COST = 131_072
MAX_BLOCK_SIZE = 16
"""``N`` and ``r`` of scrypt."""

MAX_PARALLELISM = 16
"""The parallelism of Argon2 and scrypt."""

_COSTS = {
    "argon2": {
        "memory_cost": MAX_MEMORY_COST,
        "time_cost": MAX_TIME_COST,
        "parallelism": MAX_PARALLELISM,
    },
    "bcrypt": {"work_factor": MAX_BCRYPT_COST},
    "pbkdf2": {"iterations": MAX_ITERATIONS},
    "phpass": {"work_factor": MAX_PHPASS_COST},
    "scrypt": {
        "work_factor": MAX_SCRYPT_COST,
        "block_size": MAX_BLOCK_SIZE,
        "parallelism": MAX_PARALLELISM,
    },
}
"""The highest costs of a hash, by scheme and part: so long does one login block a worker."""

logger = logging.getLogger(__name__)

# Some builds of Python offer MD5 only with this flag; it only verifies hashes that are stored.
md5 = partial(hashlib.md5, usedforsecurity=False)


def encode_drupal_hash(original: str) -> str:
    """Return the value of ``User.password`` for the content of Drupal's ``pass`` column.

    That is the name of a hasher before the hash, as in ``drupal_phpass$$S$E...``. A hash that
    Django itself has made, with a hasher of ``PASSWORD_HASHERS``, stays as it is. Anything else
    (an empty text, a plain MD5, a damaged hash, one that takes too long to verify) becomes an
    unusable password.
    """
    for hasher in (
        DrupalBCryptPasswordHasher(),
        DrupalPhpassPasswordHasher(),
        DrupalArgon2PasswordHasher(),
    ):
        encoded = f"{hasher.algorithm}${original}"
        with suppress(ValueError):
            hasher.decode(encoded)
            return encoded
    return original if _is_djangos(original) else make_password(None)


def _is_djangos(original: str) -> bool:
    """Return True if one of the project's hashers has made this hash and can verify it."""
    try:
        if _costs_too_much(identify_hasher(original).decode(original)):
            return False
    except (AssertionError, ValueError):
        # Django's hashers raise these for a damaged hash, and for a text that is not a hash.
        return False
    field: Any = AbstractBaseUser._meta.get_field("password")
    return len(original) <= int(field.max_length)


def _costs_too_much(decoded: Mapping[str, Any]) -> bool:
    """Return True if verifying a hash with these parts would take too long."""
    # A hasher of the project's own may have no "algorithm" among its parts.
    scheme = decoded.get("algorithm", "").removeprefix("drupal_").partition("_")[0]
    costs = _COSTS.get(scheme, {})
    return any(int(decoded.get(name, 0)) > bound for name, bound in costs.items())


class DrupalPasswordHasher(BasePasswordHasher):
    """A hasher that verifies one scheme of Drupal's hashes and never makes a new one.

    A subclass declares its ``algorithm``, the ``pattern`` of the hashes that Drupal accepts, and
    ``matches``. The names of the pattern's groups are the keys of ``decode`` and, with spaces, the
    labels of ``safe_summary``: use those of Django's hashers, for which it has translations.

    Drupal's rules for all schemes: a password of more than 512 bytes is wrong, and a hash with the
    prefix ``U``, from Drupal 6, is not that of the password but of its MD5 in lower-case
    hexadecimal.
    """

    pattern: ClassVar[re.Pattern[str]]

    if TYPE_CHECKING:
        # django-stubs do not declare it.
        def _load_library(self) -> Any: ...

    @abstractmethod
    def matches(self, password: bytes, original: str) -> bool:
        """Return True if this is the hash of the password, compared in constant time.

        The prefix ``U`` has been taken off.
        """

    @sensitive_variables()
    def verify(self, password: str, encoded: str) -> bool:
        """Return True if the password is right; a wrong one takes as long as an unknown user.

        Django calls ``harden_runtime`` for the preferred hasher alone, so a hash that is quickly
        verified would tell that its user exists. For a right password that hasher runs anyway, to
        make the new hash.
        """
        stopwatch = Stopwatch()
        is_correct = self._is_correct(force_bytes(password), encoded)
        if not is_correct:
            _harden_runtime(password, stopwatch.read())
        return is_correct

    def _is_correct(self, password: bytes, encoded: str) -> bool:
        try:
            self.decode(encoded)
        except ValueError:
            return False
        if len(password) > MAX_LENGTH or not self._has_library():
            return False
        original = encoded.partition("$")[2]
        if original.startswith("U"):
            return self.matches(md5(password).hexdigest().encode(), original[1:])
        return self.matches(password, original)

    def _has_library(self) -> bool:
        """Return True if the library of this scheme is installed; else log an error.

        An exception would tell whoever logs in that there is a user with such a hash.
        """
        try:
            return self.library is None or bool(self._load_library())
        except ValueError as error:
            logger.error(  # noqa: TRY400  it says which library is missing, a traceback no more
                "A password cannot be checked. %s. %s", error, INSTALL
            )
            return False

    def encode(self, password: str, salt: str) -> str:
        """Raise NotImplementedError: new hashes are made by the preferred hasher."""
        raise NotImplementedError(
            f"{self.algorithm} only verifies the hashes of Drupal. "
            "Put the hasher that makes new ones first in PASSWORD_HASHERS."
        )

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of a stored hash.

        Raise ValueError for a hash that is not of this scheme, or takes too long to verify.
        """
        algorithm, _, original = encoded.partition("$")
        match = self.pattern.fullmatch(original)
        if algorithm != self.algorithm or match is None:
            raise ValueError(f"Not a hash of {self.algorithm}.")
        decoded = {"algorithm": algorithm, **self.parts(match)}
        if _costs_too_much(decoded):
            raise ValueError(f"A hash of {self.algorithm} that takes too long to verify.")
        return decoded

    def parts(self, match: re.Match[str]) -> dict[str, Any]:
        """Return the groups of the pattern by their names."""
        return match.groupdict()

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return the parts of a stored hash for the admin, salt and hash masked."""
        decoded = self.decode(encoded)
        # Drupal's salts are short: Django's six characters would show most of one.
        masked = {
            "salt": mask_hash(decoded["salt"], show=2),
            "hash": mask_hash(decoded["hash"]),
        }
        return {key.replace("_", " "): value for key, value in (decoded | masked).items()}


class DrupalBCryptPasswordHasher(DrupalPasswordHasher):
    """bcrypt, the hash of Drupal since 10.1: ``$2y$``, and as other software names it.

    That is ``$2b$`` and ``$2a$``, which PHP verifies too. As PHP's ``crypt``, it sees a password up
    to its first NUL and of that 72 bytes.
    """

    algorithm = "drupal_bcrypt"
    library = ("bcrypt", "bcrypt")
    # The cost is 4 to 31; of the salt's last character only two bits are used.
    pattern = re.compile(
        r"(?P<variety>U?\$2[aby])\$"
        r"(?P<work_factor>0[4-9]|[12][0-9]|3[01])\$"
        r"(?P<salt>[./0-9A-Za-z]{21}[.Oeu])"
        r"(?P<hash>[./0-9A-Za-z]{31})"
    )

    def matches(self, password: bytes, original: str) -> bool:
        """Return True if it is the hash, by the bcrypt library, which compares in constant time."""
        seen = password.partition(b"\0")[0][:72]
        return bool(self._load_library().checkpw(seen, original.encode()))


class DrupalPhpassPasswordHasher(DrupalPasswordHasher):
    """phpass, the hash of Drupal 7 to 10.0: SHA-512 (``$S$``) or MD5 (``$H$`` and ``$P$``).

    The first twelve characters are the setting: the identifier, the logarithm of the number of
    rounds as one digit of ``ALPHABET``, the salt. Drupal allows 7 to 30.
    """

    ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    # Drupal cuts what is longer, that is SHA-512.
    HASH_LENGTH = 55

    algorithm = "drupal_phpass"
    # 22 digits of MD5, 43 of SHA-512.
    pattern = re.compile(
        r"(?P<variety>U?\$[SHP])\$"
        r"(?P<work_factor>[5-9A-S])"
        r"(?P<salt>[./0-9A-Za-z]{8})"
        r"(?P<hash>[./0-9A-Za-z]{22}(?:[./0-9A-Za-z]{21})?)"
    )

    def parts(self, match: re.Match[str]) -> dict[str, Any]:
        """Return the groups of the pattern, with the work factor as a number."""
        return match.groupdict() | {"work_factor": self.ALPHABET.index(match["work_factor"])}

    def matches(self, password: bytes, original: str) -> bool:
        """Return True if it is the hash: each round hashes the last digest and the password."""
        new = hashlib.sha512 if original.startswith("$S$") else md5
        setting, rounds, salt = original[:12], original[3], original[4:12]
        digest = new(salt.encode() + password).digest()
        for _ in range(1 << self.ALPHABET.index(rounds)):
            digest = new(digest + password).digest()
        hashed = (setting + self._to_base64(digest))[: self.HASH_LENGTH]
        return constant_time_compare(original, hashed)

    def _to_base64(self, digest: bytes) -> str:
        """Return the digest as one little-endian number, its lowest six bits first."""
        number = int.from_bytes(digest, "little")
        shifts = range(0, 8 * len(digest), 6)
        return "".join(self.ALPHABET[number >> shift & 63] for shift in shifts)


class DrupalArgon2PasswordHasher(DrupalPasswordHasher):
    """Argon2, which a site may have chosen in PHP: ``$argon2id$`` and ``$argon2i$``."""

    algorithm = "drupal_argon2"
    library = "argon2"
    # The lengths are PHP's; the limits of the numbers keep all within Django's 128 characters.
    pattern = re.compile(
        r"(?P<variety>U?\$argon2id?)\$"
        r"v=(?P<version>19)\$"
        r"m=(?P<memory_cost>[0-9]{1,8}),t=(?P<time_cost>[0-9]{1,4}),p=(?P<parallelism>[0-9]{1,3})\$"
        r"(?P<salt>[A-Za-z0-9+/]{22})\$"
        r"(?P<hash>[A-Za-z0-9+/]{43})"
    )

    def matches(self, password: bytes, original: str) -> bool:
        """Return True if it is the hash, by argon2-cffi, which compares in constant time."""
        argon2 = self._load_library()
        try:
            return bool(argon2.PasswordHasher().verify(original, password))
        except argon2.exceptions.VerificationError:
            return False


@sensitive_variables("password")
def _harden_runtime(password: str, spent: Clocks) -> None:
    """Do the work of one run of the preferred hasher, less the time that was spent already.

    Only PBKDF2, Django's default, can run in part. Any other hasher runs once in full, so that the
    answer is later, never quicker, than that for an unknown user, until the user's first login.
    """
    preferred = get_hasher()
    if isinstance(preferred, PBKDF2PasswordHasher):
        spend_the_rest(password, preferred, spent)
    else:
        preferred.encode(password, preferred.salt())
