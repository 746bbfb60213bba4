"""A real issuer: another process, with keys that never leave it, and a JWK Set over https."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

from tests.certificates import Authority


class RunningIssuer:
    """The process, and what one can ask it to do."""

    def __init__(self, directory: Path) -> None:
        authority = Authority()
        certificate, key = authority.certify_localhost()
        self.ca_file = directory / "authority.pem"
        self.ca_file.write_text(authority.pem)
        (directory / "server.pem").write_text(certificate + key)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.issuer", str(directory / "server.pem")],
            cwd=Path(__file__).parent.parent.parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.name = f"https://localhost:{int(self._process.stdout.readline())}"
        context = ssl.create_default_context(cafile=str(self.ca_file))
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))

    def entry(self, path: str = "/jwks", **more: Any) -> dict[str, Any]:
        """What a site that trusts the issuer has in its settings."""
        return {
            "issuer": self.name,
            "jwks_uri": self.name + path,
            "ca_file": self.ca_file,
            "algorithms": ["RS256", "ES256"],
            "audience": "site",
            **more,
        }

    def sign(self, kid: str = "rsa-1", header: Any = None, **claims: Any) -> str:
        """A token for the site, as the issuer makes it."""
        now = int(time.time())
        claims = {"iss": self.name, "aud": "site", "iat": now, "exp": now + 60, **claims}
        document = {"kid": kid, "header": header or {}, "claims": claims}
        return str(self._ask("/sign", document)["token"])

    def rotate(self) -> None:
        """Let the key ec-2 take the place of ec-1."""
        self._ask("/rotate", {})

    def requests(self, path: str = "/jwks") -> int:
        """How many requests for a path have arrived."""
        return int(self._ask("/requests", {}).get(path, 0))

    def stop(self) -> None:
        with self._process:
            self._process.terminate()

    def _ask(self, path: str, document: Any) -> dict[str, Any]:
        with self._opener.open(self.name + path, json.dumps(document).encode(), 10) as answer:
            result: dict[str, Any] = json.load(answer)
        return result
