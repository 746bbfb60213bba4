"""``manage.py create_jwt_key`` makes a key, in a new file that nobody else can read."""

from __future__ import annotations

import ast
import errno
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from drupal_jwt_auth.auth.tokens import issue, verify
from drupal_jwt_auth.auth.tokens.key_generation import SIZES
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, get_keys, load_key
from drupal_jwt_auth.management.commands.create_jwt_key import Command
from example_project.bootstrap import ROOT
from tests.keys import PUBLIC_KEY_ALGORITHMS

SMALLEST = {"HS256": 256, "HS384": 384, "HS512": 512} | dict.fromkeys(
    ("RS256", "RS384", "RS512", "PS256"), 2048
)


def create(file: Path | str, **options: Any) -> str:
    """Make a key; return what is printed."""
    output = StringIO()
    call_command("create_jwt_key", str(file), stdout=output, **options)
    return output.getvalue()


def printed_settings(output: str) -> dict[str, Any]:
    """What is to be pasted, read as Python."""
    [code] = re.findall(r"^DRUPAL_JWT_AUTH = (\{.+?^\})$", output, re.MULTILINE | re.DOTALL)
    value: dict[str, Any] = ast.literal_eval(code)
    return value


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_each_algorithm_is_usable_as_printed(
    user: User, settings: Settings, tmp_path: Path, algorithm: str
) -> None:
    file = tmp_path / "jwt-2026-11.key"
    output = create(file, algorithm=algorithm, size=SMALLEST.get(algorithm))
    assert output.startswith(f"A new key for {algorithm} is in {file},\n")
    pasted = printed_settings(output)
    assert pasted == {"KEYS": [{"kid": "jwt-2026-11", "algorithm": algorithm, "file": str(file)}]}
    settings.DRUPAL_JWT_AUTH = pasted
    token = issue(user)
    assert jwt.get_unverified_header(token.text)["kid"] == "jwt-2026-11"
    assert verify(token.text).jti == token.claims["jti"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_it(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        create(tmp_path / "key")
    finally:
        os.umask(before)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "key"
    create(file)
    content = file.read_bytes()
    with pytest.raises(CommandError, match=r"key exists already, and a key is never overwritten"):
        create(file)
    assert file.read_bytes() == content


@pytest.mark.parametrize("kind", ["a directory", "a link", "a link to nothing"])
def test_nothing_else_that_exists_is_overwritten(tmp_path: Path, kind: str) -> None:
    file, target = tmp_path / "key", tmp_path / "target"
    if kind == "a directory":
        file.mkdir()
    else:
        file.symlink_to(target)
    if kind == "a link":
        target.write_text("precious")
    with pytest.raises(CommandError, match="exists already"):
        create(file)
    assert target.exists() == (kind == "a link")


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        create(tmp_path / name)
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def test_a_secret_is_one_line_of_text_without_an_end(tmp_path: Path) -> None:
    # Other programs may take the end of a line for a part of the secret.
    create(tmp_path / "key", size=512)
    assert re.fullmatch(r"[A-Za-z0-9_-]{86}", (tmp_path / "key").read_text())


@pytest.mark.parametrize("size", [None, 2048, 2056])
def test_an_rsa_key_has_the_size_that_is_asked_for(tmp_path: Path, size: int | None) -> None:
    options = {} if size is None else {"size": size}
    create(tmp_path / "key", algorithm="RS256", **options)
    key = load_key({"kid": "a", "algorithm": "RS256", "file": tmp_path / "key"})
    assert key.verifying.key_size == (size or SIZES["RS256"].default)
    assert key.verifying.public_numbers().e == 65537


@pytest.mark.parametrize(
    ("algorithm", "size", "message"),
    [
        ("HS256", 248, "A key for HS256 has 256 to 4096 bits, a multiple of 8; 512 are a good"),
        ("HS384", 256, "A key for HS384 has 384 to"),
        ("HS512", 511, "A key for HS512 has 512 to"),
        ("HS256", 257, "a multiple of 8"),
        ("HS256", 0, "A key for HS256"),
        ("HS256", -512, "A key for HS256"),
        ("HS256", 4104, "A key for HS256"),
        ("RS256", 1024, "A key for RS256 has 2048 to 8192 bits, a multiple of 8; 3072 are a good"),
        ("PS256", 2047, "A key for PS256 has 2048 to"),
        ("RS512", 16384, "A key for RS512 has 2048 to"),
        ("ES256", 256, "ES256 needs an elliptic curve key on P-256, which has no other size."),
        ("ES384", 256, "ES384 needs an elliptic curve key on P-384, which has no other size."),
        ("EdDSA", 256, "EdDSA needs an Ed25519 or Ed448 key, which has no other size."),
    ],
)
def test_a_size_that_an_algorithm_does_not_have_is_refused(
    tmp_path: Path, algorithm: str, size: int, message: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        create(tmp_path / "key", algorithm=algorithm, size=size)
    assert not (tmp_path / "key").exists()


def test_the_sizes_are_those_that_keys_must_have() -> None:
    assert {name: sizes.smallest for name, sizes in SIZES.items()} == SMALLEST
    assert all(sizes.smallest <= sizes.default <= sizes.largest for sizes in SIZES.values())


def test_an_unknown_algorithm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"--algorithm: invalid choice: 'none' \(choose from"):
        call_command("create_jwt_key", str(tmp_path / "key"), "--algorithm", "none")
    with pytest.raises(CommandError, match="There are HS256, HS384, HS512, RS256"):
        create(tmp_path / "key", algorithm="none")
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, algorithm: str
) -> None:
    # Importing it fails as if it were not installed.
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(CommandError) as error:
        create(tmp_path / "key", algorithm=algorithm)
    assert str(error.value) == (
        f"For {algorithm} the package cryptography is needed: "
        'pip install "drupal-jwt-auth[crypto]".'
    )
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("kid", ["", "a\nb", "\udcff", "\0"])
def test_a_name_that_cannot_be_printed_is_refused(tmp_path: Path, kid: str) -> None:
    with pytest.raises(CommandError, match="is no name for a key; give one with --kid"):
        create(tmp_path / "key", kid=kid)
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("kid", ["2026-11", 'a "b" \\', "it's", "Schlüssel"])
def test_a_key_may_have_any_other_name(tmp_path: Path, kid: str) -> None:
    [entry] = printed_settings(create(tmp_path / "key.pem", kid=kid))["KEYS"]
    assert entry["kid"] == kid


def test_the_directory_must_exist(tmp_path: Path) -> None:
    directory = tmp_path / "none"
    with pytest.raises(CommandError) as error:
        create(directory / "key")
    assert str(error.value) == f"The directory {directory} does not exist. Make it first."
    assert not directory.exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("file/key", "Not a directory"), ("x" * 256, "File name too long"), ("a\0b", "embedded null")],
)
def test_a_path_that_cannot_be_used_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=f"cannot be written: .*{reason}"):
        create(tmp_path / name, kid="a")


@pytest.mark.parametrize(
    ("interruption", "seen"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), CommandError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["disk full", "Ctrl-C"],
)
def test_nothing_half_written_is_left(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    interruption: BaseException,
    seen: type[BaseException],
) -> None:
    class Broken:
        def __init__(self, descriptor: int, mode: str) -> None:
            self.descriptor = descriptor

        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *args: object) -> None:
            os.close(self.descriptor)

        def write(self, content: bytes) -> None:
            os.write(self.descriptor, content[:10])
            raise interruption

    name = "drupal_jwt_auth.management.commands.create_jwt_key.open"
    monkeypatch.setattr(name, Broken, raising=False)
    with pytest.raises(seen) as error:
        create(tmp_path / "key")
    assert not [*tmp_path.iterdir()]
    if seen is CommandError:
        assert str(error.value) == (
            f"{tmp_path / 'key'} cannot be written: No space left on device."
        )


def test_a_relative_path_is_printed_as_an_absolute_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [entry] = printed_settings(create("keys.pem"))["KEYS"]
    assert entry["file"] == str(tmp_path / "keys.pem")


def test_how_to_rotate_is_printed(tmp_path: Path) -> None:
    output = create(tmp_path / "key")
    assert re.findall(r"^(\d)\. (\w+)", output, re.MULTILINE) == [
        ("1", "Add"),
        ("2", "Put"),
        ("3", "When"),
    ]
    assert "wait 5 minutes" in output


def test_the_key_is_not_printed(tmp_path: Path) -> None:
    assert (tmp_path / "key").name in (output := create(tmp_path / "key"))
    assert (tmp_path / "key").read_text() not in output


def test_nothing_is_printed_where_that_is_asked_for(tmp_path: Path) -> None:
    assert create(tmp_path / "key", verbosity=0) == ""
    assert (tmp_path / "key").exists()


def test_settings_that_name_the_file_already_do_no_harm(tmp_path: Path, settings: Settings) -> None:
    # The checks would complain of the file that is to be made.
    file = tmp_path / "key"
    settings.DRUPAL_JWT_AUTH = {"KEYS": [{"kid": "key", "algorithm": "HS256", "file": file}]}
    Command(stdout=StringIO()).run_from_argv(["manage.py", "create_jwt_key", str(file)])
    assert get_keys()[0].kid == "key"


def test_the_key_made_of_the_secret_key_can_be_kept_while_another_takes_its_place(
    user: User, settings: Settings, tmp_path: Path
) -> None:
    of_derived = issue(user).text
    output = create(tmp_path / "derived", from_secret_key=True)
    assert output.startswith(f"The key made of SECRET_KEY is in {tmp_path / 'derived'},\n")
    [old] = printed_settings(output)["KEYS"]
    [new] = printed_settings(create(tmp_path / "new"))["KEYS"]

    settings.DRUPAL_JWT_AUTH = {"KEYS": [old, new]}
    assert verify(of_derived).subject == str(user.pk)
    of_old = issue(user).text
    assert jwt.get_unverified_header(of_old) == jwt.get_unverified_header(of_derived)
    settings.DRUPAL_JWT_AUTH = {"KEYS": [new, old]}
    for token in (of_derived, of_old):
        assert verify(token).subject == str(user.pk)
    assert jwt.get_unverified_header(issue(user).text)["kid"] == "new"


@pytest.mark.parametrize("options", [{"algorithm": "HS256"}, {"size": 512}, {"kid": "a"}])
def test_the_key_made_of_the_secret_key_cannot_be_chosen(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    [name] = options
    with pytest.raises(CommandError, match=f"leave --{name} out"):
        create(tmp_path / "key", from_secret_key=True, **options)
    assert not (tmp_path / "key").exists()


def test_without_a_secret_key_none_is_made_of_it(tmp_path: Path, settings: Settings) -> None:
    settings.SECRET_KEY = ""
    with pytest.raises(CommandError, match="SECRET_KEY"):
        create(tmp_path / "key", from_secret_key=True)


def test_create_jwt_key_is_a_command_of_manage_py(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "create_jwt_key", str(tmp_path / "key")]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2)
    )
    assert (first.returncode, first.stderr) == (0, "")
    assert printed_settings(first.stdout)
    assert second.returncode == 1
    assert second.stderr == (
        f"CommandError: {tmp_path / 'key'} exists already, and a key is never overwritten. "
        "Choose another name.\n"
    )
