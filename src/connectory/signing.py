"""What is signed: JSON Web Tokens (RFC 7519, 7523), with the extra ``oauth``, and requests to AWS, with botocore."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from connectory.errors import InvalidCredentials, Issue, MissingExtra, UnsafeValue
from connectory.records import Json
from connectory.request import Request
from connectory.templates import Values

_LIFE = 300
"""Seconds that an assertion is good for."""
_SKEW = 30
"""Seconds by which an assertion is dated back: a server whose clock is late takes none from the future."""
_LABEL = re.compile(r"[A-Za-z0-9-]+")
_KEY_ID = re.compile(r"[A-Za-z0-9._~+@:-]+")
_ALGORITHMS = {"RSA": "RS256", "oct": "HS256", "OKP": "EdDSA", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


def client_assertion(values: Values, client_id: str, audience: str, now: float | None) -> str:
    """What says who a client is (``private_key_jwt``, RFC 7523): signed with ``credentials.privateKey``.

    The key is PEM, or a JWK as JSON text; ``credentials.keyId`` names it where the provider has several.

    Raises:
        InvalidCredentials: there is no key, or it is none.
        MissingExtra: the package that signs is not installed.
    """
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(16)}
    return signed(claims, values, {}, now)


def signed(claims: Mapping[str, Json], values: Values, header: Mapping[str, Json], now: float | None) -> str:
    """A JSON Web Token with these claims, good for five minutes unless they say otherwise.

    Raises:
        InvalidCredentials: there is no key, or it is none.
        MissingExtra: the package that signs is not installed.
    """
    key = _key(values)
    issued = int(time.time() if now is None else now) - _SKEW
    named = {"kid": values.credentials["keyId"]} if values.credentials.get("keyId") else {}
    algorithm = header.get("alg") or _ALGORITHMS.get(key.dict_value.get("crv") or key.key_type, "ES256")
    if str(algorithm).lower() == "none":
        raise _unusable(values, " with none")
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        return jwt.encode(
            {"alg": algorithm, "typ": "JWT", **named, **header},
            {"iat": issued, "exp": issued + _LIFE, **claims},
            key,
            algorithms=[str(algorithm)],
        )
    except (JoseError, ValueError, TypeError):
        raise _unusable(values, f" with {algorithm}") from None


def _key(values: Values) -> Any:
    try:
        from joserfc.jwk import import_key
    except ImportError:
        raise MissingExtra("signing needs the package joserfc: install connectory[oauth]") from None
    import msgspec

    text = values.value("credentials.privateKey")
    try:
        if text.lstrip().startswith("{"):
            return import_key(msgspec.json.decode(text))
        return import_key(text, _kind(text))
    except Exception:  # whatever a library says of a key may quote it
        raise _unusable(values) from None


def _kind(pem: str) -> Any:
    """RSA, EC or OKP."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    found = load_pem_private_key(pem.encode("utf-8"), password=None)
    return (
        "RSA"
        if isinstance(found, rsa.RSAPrivateKey)
        else "EC"
        if isinstance(found, ec.EllipticCurvePrivateKey)
        else "OKP"
    )


def _unusable(values: Values, how: str = "") -> InvalidCredentials:
    message = f"is no private key that can sign{how}: give PEM, or a JWK as JSON"
    return InvalidCredentials(values.subject, [Issue("/privateKey", message, "format")])


def sign_aws(request: Request, parameters: Mapping[str, str], credentials: Mapping[str, Json], subject: str) -> Request:
    """The request with an AWS signature, version 4, made by botocore.

    Args:
        request: the request.
        parameters: ``service`` and ``region``.
        credentials: ``accessKeyId``, ``secretAccessKey`` and, of temporary ones, ``sessionToken``.
        subject: whose credentials they are, for messages.

    Raises:
        InvalidCredentials: the keys are missing.
        UnsafeValue: a value would change what else the signature says.
        MissingExtra: botocore is not installed.
    """
    lacking = [name for name in ("accessKeyId", "secretAccessKey") if not credentials.get(name)]
    if lacking:
        raise InvalidCredentials(subject, [Issue("", f"lacks {name!r}", "required") for name in lacking])
    try:
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
    except ImportError:
        raise MissingExtra("signing requests to AWS needs the package botocore: install botocore") from None
    keys = Credentials(credentials["accessKeyId"], credentials["secretAccessKey"], credentials.get("sessionToken"))
    service, region = parameters.get("service", ""), parameters.get("region", "us-east-1")
    for name, part, form in (
        ("region", region, _LABEL),
        ("service", service, _LABEL),
        ("accessKeyId", str(credentials["accessKeyId"]), _KEY_ID),
    ):
        if not form.fullmatch(part):
            raise UnsafeValue("this value cannot stand in the scope of a signature", name)
    prepared = AWSRequest(
        method=request.method, url=request.url, data=request.body or b"", headers=dict(request.headers)
    )
    (S3SigV4Auth if service == "s3" else SigV4Auth)(keys, service, region).add_auth(prepared)
    return request.with_headers({name: str(value) for name, value in prepared.headers.items()})
