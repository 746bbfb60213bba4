"""Whether a secret can be guessed: of many it can be seen that they are not random."""

from __future__ import annotations

import math
import re
import string

from drupal_jwt_auth.auth.tokens.key_entries import decode_base64

ENOUGH = 96
"""Of how many bits a secret has to be: more than anybody can try.

It is less than 128, as by chance random text of 128 bits has a word in it.
"""

INSECURE_PREFIX = "django-insecure-"
"""What Django's own `startproject` begins a key with, which then is in the project's repository."""

_BYTES = 256
_LEAST_CHARACTERS = 5
"""How many different ones there have to be; Django's own check wants as many."""

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
"""What placeholders are made of, such as ``your-256-bit-secret`` and ``change-me-please``."""

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
    """Tell whether a list of words, or all that is as short, would open what the secret signs.

    Random text of 128 bits is not, in whatever notation; nor is a sentence that is in no list.
    """
    if INSECURE_PREFIX.encode() in secret:
        return True
    readings = (secret, decode_base64(secret) or secret)
    return any(_bits(reading.decode("latin-1")) < ENOUGH for reading in readings)


def _bits(secret: str) -> float:
    """Return how many bits a secret has at most, without what is known and what comes again."""
    rest = _KNOWN.sub("", secret)
    rest = rest[: _period(rest)]
    characters = set(rest)
    if len(characters) < _LEAST_CHARACTERS:
        return 0
    sizes = (len(each) for each in _ALPHABETS if characters <= set(each))
    return len(rest) * math.log2(next(sizes, _BYTES))


def _period(text: str) -> int:
    """Return after how many characters a text begins anew."""
    periods = range(1, len(text) // 2 + 1)
    return next((n for n in periods if text.startswith(text[n:])), len(text))
