"""Hashes as Drupal stores them, and the hashers that verify them."""

from __future__ import annotations

DRUPAL_HASHERS = [
    "drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher",
    "drupal_jwt_auth.hashers.DrupalPhpassPasswordHasher",
    "drupal_jwt_auth.hashers.DrupalArgon2PasswordHasher",
]

# Each is a hash of "correct horse".
BCRYPT = "$2y$10$IWLeLwVqdsoYwxhxQYcCjuCB5Q0uk1AAzozH5uW8mDE7eGYdRB9tC"
SHA512 = "$S$5abcdefgh1a6.dJ1tZevY/pNVmJUHlSdP27BmV.aAOg3VVmpNGRj"
MD5 = "$H$9abcdefghPDonBA7cb6Wv7y6IfLfEF."
MD5_FIRST = "U$S$9abcdefghbuSeq0SHyLCDo68hz9HZ87PH3pAF9WDcB2xJhSARO3W"
ARGON2_SALT_AND_HASH = "$SjBjengvVnVSRzFmQ05qSA$d450DrIGiKKTi3T60nsWGAwnknGOoP7hUbqa4gAIya4"
ZS_SALT_AND_HASH = "$enp6enp6enp6enp6enp6eg$e7y60fIkTLn7S8GeMz7EbQitvwscMMzBLKyDLsPEPYs"
ARGON2 = f"$argon2id$v=19$m=8192,t=2,p=1{ARGON2_SALT_AND_HASH}"
