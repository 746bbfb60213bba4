"""The issuer's process: ``python -m tests.issuer server.pem`` prints its port and serves.

GET is what issuers serve, well and badly; POST is what the tests ask of it.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

keys: dict[str, Any] = {
    "rsa-1": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ec-1": ec.generate_private_key(ec.SECP256R1()),
    "for-encryption": rsa.generate_private_key(public_exponent=65537, key_size=2048),
}
requests: Counter[str] = Counter()


def jwk(kid: str, **more: Any) -> dict[str, Any]:
    is_rsa = isinstance(keys[kid], rsa.RSAPrivateKey)
    algorithm = jwt.get_algorithm_by_name("RS256" if is_rsa else "ES256")
    public: dict[str, Any] = algorithm.to_jwk(keys[kid].public_key(), as_dict=True)
    return {key: value for key, value in public.items() if key != "key_ops"} | {"kid": kid, **more}


def jwks() -> dict[str, Any]:
    """The keys, as Microsoft and others write them, and some that are of no use."""
    signing = [
        jwk(kid, use="sig", **({} if kid.startswith("rsa") else {"alg": "ES256"}))
        for kid in keys
        if kid != "for-encryption"
    ]
    broken = [1, None, {}, {"kty": "RSA", "kid": "broken", "n": "", "e": "AQAB"}]
    secret = {
        "kty": "oct",
        "kid": "secret",
        "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
    }
    return {"keys": [*broken, secret, jwk("for-encryption", use="enc"), *signing]}


def sign(kid: str, header: dict[str, Any], claims: dict[str, Any]) -> dict[str, str]:
    algorithm = "ES256" if kid.startswith("ec") else "RS256"
    header = {"kid": kid, **header}
    header = {name: value for name, value in header.items() if value is not None}
    claims = {name: value for name, value in claims.items() if value is not None}
    return {"token": jwt.encode(claims, keys[kid], algorithm, headers=header)}


def rotate() -> dict[str, str]:
    del keys["ec-1"]
    keys["ec-2"] = ec.generate_private_key(ec.SECP256R1())
    return {}


ACTIONS: dict[str, Callable[..., Any]] = {
    "/sign": sign,
    "/rotate": rotate,
    "/requests": lambda: requests,
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        requests[self.path] += 1
        getattr(self, f"answer_{self.path[1:]}")()

    def do_POST(self) -> None:
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(ACTIONS[self.path](**document))

    def answer(self, content: Any, status: int = 200, **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_jwks(self) -> None:
        self.answer(jwks())

    def answer_moved(self) -> None:
        self.answer(jwks(), 302, Location="/jwks")

    def answer_failing(self) -> None:
        self.answer(jwks(), 500)

    def answer_missing(self) -> None:
        self.answer(jwks(), 404)

    def answer_none(self) -> None:
        self.answer({"keys": []})

    def answer_list(self) -> None:
        self.answer(jwks()["keys"])

    def answer_nothing(self) -> None:
        self.answer(b"")

    def answer_page(self) -> None:
        self.answer(b"<!DOCTYPE html><title>Sign in</title>")

    def answer_bytes(self) -> None:
        self.answer(b'{"keys":["\xff"]}')

    def answer_deep(self) -> None:
        self.answer(b"[" * 100_000)

    def answer_huge(self) -> None:
        self.answer(json.dumps(jwks()).encode() + b" " * 10**6)

    def answer_closed(self) -> None:
        self.close_connection = True

    def answer_slow(self) -> None:
        """Send byte by byte, so that no single one is late."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for byte in b"X: " + b"x" * 100:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients that hang up are part of the tests."""


if __name__ == "__main__":
    server = Server(("localhost", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()
