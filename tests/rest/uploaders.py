"""Who uploads files over REST, and what for."""

from __future__ import annotations

from typing import Any

from tests.content.visitors import Answer, Visitor

BYTES = "application/octet-stream"
PIXEL = b"GIF89a\x03\x00\x02\x00"


def upload(
    visitor: Visitor,
    name: str | None = "a.txt",
    content: bytes = b"hello",
    field: str = "node/page/field_file",
    content_type: str = BYTES,
    **headers: str,
) -> Answer:
    """Upload bytes for a field; without a name there is no header for it."""
    if name is not None:
        disposition = f'file; filename="{name}"'.encode().decode("latin-1")
        headers.setdefault("Content_Disposition", disposition)
    own = {key.replace("_", "-"): value for key, value in headers.items()}
    return visitor.client.generic(
        "POST",
        f"/file/upload/{field}?_format=json",
        content,
        headers={**visitor.headers, **own},
        # The client would leave it out where there are no bytes.
        CONTENT_TYPE=content_type,
    )


def uploaded(visitor: Visitor, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Upload bytes, and return what is told of the file, by plain values."""
    answer = upload(visitor, *args, **kwargs)
    assert answer.status_code == 201, answer.content
    return {name: items[0].get("value") for name, items in answer.json().items() if items}
