"""An estimate whether a secret can be guessed, by the words and repetitions in it."""

from __future__ import annotations

import math
import re
import string

from drupal_jwt_auth.auth.tokens.key_entries import decode_base64

ENOUGH = 96
"""How many bits a secret must have: more than anybody can try.

Less than 128, as random text of 128 bits may have a word in it by chance.
"""

INSECURE_PREFIX = "django-insecure-"
"""The beginning of a key that `startproject` has made, which then is in a repository."""

_BYTES = 256
_LEAST_CHARACTERS = 5
"""How many different characters a secret must have, as in Django's own check."""

_WORDS = """
    0123456789 012345678 01234567 1234567890 123456789 12345678 1234567 123456 987654321
    abcdefghijklmnopqrstuvwxyz abcdefgh abcdef qwertyuiop qwertz qwerty asdfghjkl zxcvbnm
    about access account admin all and any api app application are asymmetric at auth
    authentication backend base battery bit bits but by bytes can change changed changeme changeit
    char character characters chars client code company config correct default demo dev develop
    development django do dont drupal dummy encryption enough enter environment example fake
    fallback file foo for from generate generated hash have here hmac horse id if in insecure is it
    its json jwt keep key keys known least length letmein local login long longer make master me min
    minimum more must my mysite new no not of old on only or our pass passphrase passwd password
    phrase please private prod production project public put python random real replace rest root
    safe sample sample secret secrets secure security server service session set shared should
    sign signature signed signing simple site so some something staging staple string strong super
    symmetric test testing tests text than that the them there this to todo token tokens top ultra
    unsafe up update us use used user value very we web welcome which will with word words you your
"""
"""The words of placeholders such as ``your-256-bit-secret`` and ``change-me-please``."""

_KNOWN = re.compile(
    rf"(?<![a-z])(?:a?(?:{'|'.join(_WORDS.split())}))+(?![a-z])[-_. ]*",
    re.IGNORECASE,
)
_ALPHABETS = [
    string.digits,
    string.digits + "abcdef",
    string.digits + "ABCDEF",
    string.ascii_lowercase,
    string.ascii_lowercase + "-_. ",
    string.ascii_lowercase + string.digits,
    string.ascii_lowercase + string.digits + "-_. ",
    string.ascii_letters,
    string.ascii_letters + string.digits,
    string.ascii_letters + string.digits + "-_",
    string.printable,
]


def is_guessable(secret: bytes) -> bool:
    """Return True if a secret can be found by trying: it is short, repeated, or made of words.

    Random text of 128 bits is safe, in hexadecimal, base64 or any other notation.
    """
    if INSECURE_PREFIX.encode() in secret:
        return True
    readings = (secret, decode_base64(secret) or secret)
    return any(_bits(reading.decode("latin-1")) < ENOUGH for reading in readings)


def _bits(secret: str) -> float:
    """Return an upper bound of the bits of a secret, known words and repetitions taken out."""
    rest = _KNOWN.sub("", secret)
    rest = rest[: _period(rest)]
    characters = set(rest)
    if len(characters) < _LEAST_CHARACTERS:
        return 0
    sizes = (len(each) for each in _ALPHABETS if characters <= set(each))
    return len(rest) * math.log2(next(sizes, _BYTES))


def _period(text: str) -> int:
    """Return the length of the part that a text repeats, or its own length."""
    periods = range(1, len(text) // 2 + 1)
    return next((n for n in periods if text.startswith(text[n:])), len(text))
