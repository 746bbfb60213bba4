"""Which secrets can be guessed: words, what is repeated or short; never random text."""

from __future__ import annotations

import base64
import random
import string
import uuid
from collections.abc import Callable

import pytest

from drupal_jwt_auth.auth.tokens.guessing import INSECURE_PREFIX, is_guessable


@pytest.mark.parametrize(
    "secret",
    [
        *("", "secret", "changeme", "hunter2", "correcthorsebatterystaple", "x" * 64, "ab" * 32),
        # The placeholders of tutorials, libraries and frameworks.
        "your-256-bit-secret",
        "a-string-secret-at-least-256-bits-long",
        "YOUR_SECRET_KEY_HERE_PLEASE_CHANGE_IT_IN_PRODUCTION",
        "my-32-character-ultra-secure-and-ultra-long-secret",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "MySuperSecretKeyForJWTAuthentication123!",
        "this is a very long secret that you should change",
        "thisisaverylongsecretkeythatyoushouldchange",
        "dev-secret-key-not-for-production-use-only-for-local-development-please",
        "Drupal.Dummy.Secret.Key.For.The.Example.Project",
        f"{INSECURE_PREFIX}m8@x*7b^2k!q9(w0e=r5t_y+u1i&o3p#a4s$d6f%g-h)j",
        # What is repeated, or goes on as everybody knows.
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "12345678901234567890123456789012",
        "qwertyuiopasdfghjklzxcvbnm123456",
        "secret" * 10,
        "x7Kq" * 16,
        "p4ssw0rd-p4ssw0rd-p4ssw0rd-p4ssw0rd-p4ssw0rd",
        # In base64, as it is written and as it is meant.
        base64.b64encode(b"keep it secret " * 4).decode(),
        base64.b64encode(b"x" * 48).decode(),
    ],
)
def test_this_can_be_guessed(secret: str) -> None:
    assert is_guessable(secret.encode())


def text_of(alphabet: str, length: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(alphabet, k=length))


NOTATIONS: dict[str, Callable[[random.Random], str]] = {
    "16 bytes in hexadecimal": lambda chance: chance.randbytes(16).hex(),
    "16 bytes in capitals": lambda chance: chance.randbytes(16).hex().upper(),
    "64 bytes in hexadecimal": lambda chance: chance.randbytes(64).hex(),
    "16 bytes in base64": lambda chance: base64.b64encode(chance.randbytes(16)).decode(),
    "32 bytes in base64": lambda chance: base64.urlsafe_b64encode(chance.randbytes(32)).decode(),
    "20 bytes in base32": lambda chance: base64.b32encode(chance.randbytes(20)).decode(),
    "a UUID": lambda chance: str(uuid.UUID(bytes=chance.randbytes(16), version=4)),
    "a SECRET_KEY": text_of(f"{string.ascii_lowercase}{string.digits}!@#$%^&*(-_=+)", 50),
    "letters and digits": text_of(string.ascii_letters + string.digits, 32),
    "letters": text_of(string.ascii_letters, 32),
    "lower-case letters": text_of(string.ascii_lowercase, 32),
    "digits": text_of(string.digits, 40),
    "with the word secret": lambda chance: f"secret-{chance.randbytes(16).hex()}",
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_random_text_cannot_in_whatever_notation(notation: str) -> None:
    chance = random.Random(notation)
    secrets = [NOTATIONS[notation](chance) for _ in range(300)]
    assert [secret for secret in secrets if is_guessable(secret.encode())] == []


@pytest.mark.parametrize("length", [16, 32, 64])
def test_random_bytes_cannot(length: int) -> None:
    chance = random.Random(length)
    assert not any(is_guessable(chance.randbytes(length)) for _ in range(300))


@pytest.mark.parametrize(
    "secret",
    [
        "seven-otters-juggle-violet-teapots-beneath-quiet-glaciers",
        "Der Nordwind und die Sonne stritten sich, wer von ihnen beiden wohl der Stärkere wäre.",
    ],
)
def test_whether_a_sentence_is_somewhere_is_not_known(secret: str) -> None:
    assert not is_guessable(secret.encode())
