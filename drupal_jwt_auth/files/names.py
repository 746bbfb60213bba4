"""The names of uploaded files: what no server takes for a program, and no other file has.

Drupal core 10.6 gives the same names (``FileUploadSanitizeNameEvent``), but for what other systems
than its own would stumble over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import PurePosixPath

MAX_BYTES = 240
"""A longer name is cut: file systems take 255 bytes, and a number may have to be added."""

NAMELESS = "file"
"""What a file is called of whose name nothing is left."""

_INSECURE = re.compile(
    r"\s*(?:phar|php|phtml|phps|pht|pl|py|cgi|fcgi|aspx?|jspx?|m?js|shtml|htaccess)\d*(?:\W.*)?",
    re.I,
)
"""Drupal's list, and its kin; some servers end an extension where a sign comes: ``a.asp;.png``."""

_WORD = re.compile(r"\s*\w+")
_EXTENSION = re.compile(r"[a-z]{2,5}\d?", re.I)
_RESERVED = re.compile(r"\s*(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])\s*", re.I)


def extension_of(name: str) -> str:
    """Return the extension of a name in lower case, such as "png", or "" for none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def is_insecure(extension: str) -> bool:
    """Tell whether a server or a browser may run what has this extension."""
    return bool(_INSECURE.fullmatch(extension))


def safe_name(name: str, allowed: Collection[str] = ()) -> str:
    """Return the name that a file gets which is called this: a `clean_name`, not too long."""
    base, dot, extension = clean_name(name, allowed).rpartition(".")
    return _cut(base, extension) if dot else _cut(extension, "")


def clean_name(name: str, allowed: Collection[str] = ()) -> str:
    """Return the name that a file gets which is called this, however long it is.

    ``allowed`` are the extensions that may be uploaded, in lower case; with none, any may. A name
    with another extension is not changed for that: it is up to the caller to refuse it. What could
    be run ends in ``.txt`` where that may be uploaded. A part that could be taken for an
    extension, as servers do that look for one from the end, gets an underscore: ``a.php_.txt``.
    """
    first, *inner = _plain(name).split(".")
    extension = inner.pop() if inner else ""
    if not allowed or extension.lower() in allowed:
        if is_insecure(extension) and (not allowed or "txt" in allowed):
            inner.append(extension)
            extension = "txt"
        all_of_them = any(map(is_insecure, inner))
        inner = [
            _defused(part) if all_of_them or _is_unknown(part, allowed) else part for part in inner
        ]
    if _RESERVED.fullmatch(first):
        first += "_"
    return ".".join([first, *inner, *filter(None, [extension])]) or NAMELESS


def names_like(path: str) -> Iterator[str]:
    """Yield a path, and then with numbers in its name: ``a.txt``, ``a_0.txt``, ``a_1.txt``."""
    yield path
    parts = PurePosixPath(path)
    yield from (str(parts.with_name(f"{parts.stem}_{n}{parts.suffix}")) for n in count())


def seen(name: str) -> str:
    """Return a name without line breaks, marks that turn the direction of writing, and the like."""
    return "".join(sign for sign in name if sign.isprintable() or sign == "\t")


def _plain(name: str) -> str:
    """Return a name without folders, and without what is not seen or means something at an end.

    A back-slash parts no folders, as in Drupal: the storage is not told of it (`SiteStorage`).
    """
    name = seen(name.rpartition("/")[2])
    return unicodedata.normalize("NFC", name).lstrip(".").rstrip(". \t")


def _defused(part: str) -> str:
    """Return a part with an underscore: before a sign, where that would end an extension."""
    word = _WORD.match(part) if is_insecure(part) else None
    end = word.end() if word else len(part)
    return f"{part[:end]}_{part[end:]}"


def _is_unknown(part: str, allowed: Collection[str]) -> bool:
    is_extension = bool(_EXTENSION.fullmatch(part))
    return bool(allowed) and is_extension and part.lower() not in allowed


def _cut(base: str, extension: str) -> str:
    """Return the whole name; one that is cut has its extension alone, so that none comes about."""
    name = f"{base}.{extension}" if extension else base
    if len(name.encode()) <= MAX_BYTES:
        return name
    ending = f".{extension}" if extension and len(extension.encode()) < MAX_BYTES // 2 else ""
    start = (base if ending else name).replace(".", "_").encode()
    room = MAX_BYTES - len(ending.encode())
    return start[:room].decode(errors="ignore").rstrip() + ending
