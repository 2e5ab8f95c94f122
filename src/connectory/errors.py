"""What the runtime raises. Every error is a value: its fields say what its message says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple


class ConnectoryError(Exception):
    """The base of everything that Connectory raises on purpose."""


class BundleError(ConnectoryError):
    """A bundle cannot be used.

    Attributes:
        message: what is wrong.
        path: the bundle's file.
        offset: where in the file, in bytes, or None where no single place is at fault.
    """

    def __init__(self, message: str, path: str = "", offset: int | None = None) -> None:
        where = f"{path}: " if path else ""
        at = f" (at byte {offset})" if offset is not None else ""
        super().__init__(f"{where}{message}{at}")
        self.message = message
        self.path = path
        self.offset = offset

    def __reduce__(self) -> tuple[type[BundleError], tuple[str, str, int | None]]:
        return type(self), (self.message, self.path, self.offset)


class BundleNotFound(BundleError, FileNotFoundError):
    """There is no readable file at the bundle's path, or no path was given."""


class NotABundle(BundleError):
    """The file is something else."""


class UnsupportedFormat(BundleError):
    """The bundle was written in a format that this release does not read."""


class CorruptBundle(BundleError):
    """The bundle is damaged or cut off. Nothing that was read from the damaged place is returned."""


class UnknownName(ConnectoryError, KeyError):
    """Something was looked up that the catalog does not have.

    Attributes:
        name: what was looked up.
    """

    def __init__(
        self, message: str, name: str, close_matches: Iterable[str] | Callable[[], Iterable[str]] = ()
    ) -> None:
        """``close_matches`` may be a function that finds them, for whoever only wants to know that it is not there."""
        self.message = message
        self.name = name
        self._close_matches = close_matches
        super().__init__(message, name)

    @property
    def close_matches(self) -> tuple[str, ...]:
        """Names that the catalog has and that look like it, best first."""
        found = self._close_matches
        self._close_matches = tuple(found() if callable(found) else found)
        return self._close_matches

    def __str__(self) -> str:
        if not self.close_matches:
            return self.message
        return f"{self.message}; did you mean {' or '.join(map(repr, self.close_matches))}?"

    def __reduce__(self) -> tuple[type[UnknownName], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.message, self.name, self.close_matches)


class UnknownIntegration(UnknownName):
    """No integration has this id."""


class UnknownVersion(UnknownName):
    """The integration has no version that is, or lies in, what was asked for."""


class UnknownMethod(UnknownName):
    """The integration has no method of this id."""


class UnknownModel(UnknownName):
    """The integration has no model of this id."""


class InvalidVersion(ConnectoryError, ValueError):
    """A text that is not a semantic version, or not a range of them."""


class NoAI(ConnectoryError, AttributeError):
    """The integration is not of type ai: it has no models."""


class VersionWarning(UserWarning):
    """A look-up without a version chose among several major versions."""


class DeprecatedWarning(UserWarning):
    """Something that is marked as deprecated was looked up.

    Attributes:
        subject: what, such as ``xero.create_invoice`` or ``openai: gpt-4``.
        mark: ``since``, ``sunset``, ``replacement`` and ``message``, as far as the definition says them.
    """

    def __init__(self, message: str, subject: str = "", mark: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.subject = subject
        self.mark = {} if mark is None else dict(mark)


class InvalidRequirements(ConnectoryError, ValueError):
    """Requirements that cannot be read, or are none.

    Attributes:
        source: where they come from.
        errors: everything that is wrong.
    """

    def __init__(self, source: str, errors: Iterable[str]) -> None:
        self.source = source
        self.errors = tuple(errors)
        super().__init__(source, self.errors)

    def __str__(self) -> str:
        return f"invalid requirements in {self.source}:" + "".join(f"\n  {error}" for error in self.errors)


class MissingRequirements(ConnectoryError):
    """The catalog lacks something that is required of it.

    Attributes:
        missing: everything that it lacks.
    """

    def __init__(self, missing: Iterable[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(self.missing)

    def __str__(self) -> str:
        return "the catalog lacks what is required of it:" + "".join(f"\n  {one}" for one in self.missing)


class NoSuitableModel(ConnectoryError, LookupError):
    """No model can do what was asked for."""


class NotPriced(ConnectoryError, ValueError):
    """A cost was asked for that the definition gives no price of."""


class Issue(NamedTuple):
    """One thing wrong with a value.

    Attributes:
        path: where, as a JSON Pointer (RFC 6901); empty for the value itself.
        message: what is wrong. It never quotes a value that the schema marks ``writeOnly``.
        keyword: the JSON Schema keyword that refused it.
    """

    path: str
    message: str
    keyword: str

    def __str__(self) -> str:
        return f"{self.path or '(root)'}: {self.message}"


class InvalidData(ConnectoryError, ValueError):
    """A value does not satisfy its schema.

    Attributes:
        subject: what was validated, such as ``xero.create_invoice``.
        errors: everything that is wrong with it, in document order.
    """

    kind = "data"

    def __init__(self, subject: str, errors: Iterable[Issue]) -> None:
        self.subject = subject
        self.errors = tuple(errors)
        super().__init__(subject, self.errors)

    def __str__(self) -> str:
        lines = "".join(f"\n  {error}" for error in self.errors)
        return f"invalid {self.kind} for {self.subject}:{lines}"


class InvalidInput(InvalidData):
    """A method's input is not valid."""

    kind = "input"


class InvalidOutput(InvalidData):
    """What a method's handler returned is not valid.

    Attributes:
        handler: the handler's name, where one was bound; otherwise empty.
    """

    kind = "output"

    def __init__(self, subject: str, errors: Iterable[Issue], handler: str = "") -> None:
        super().__init__(subject, errors)
        self.handler = handler
        self.args = (subject, self.errors, handler)

    def __str__(self) -> str:
        by = f" (returned by {self.handler})" if self.handler else ""
        lines = "".join(f"\n  {error}" for error in self.errors)
        return f"invalid output for {self.subject}{by}:{lines}"


class InvalidConfig(InvalidData):
    """A configuration is not valid."""

    kind = "configuration"


class InvalidCredentials(InvalidData):
    """Credentials are missing or not valid. Messages never quote them."""

    kind = "credentials"


class UnsafeValue(ConnectoryError, ValueError):
    """A value cannot stand where a definition puts it: it would change the host, the path or the headers of a request.

    Attributes:
        message: why.
        where: the template, the header or the input; never the value.
    """

    def __init__(self, message: str, where: str) -> None:
        super().__init__(message, where)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class NotCallable(ConnectoryError, TypeError):
    """The definition does not say what a request of the method, or of the sign-in, is, or says it in an unknown way."""


class MissingExtra(ConnectoryError, ImportError):
    """Something needs a package that is not installed; the message names the extra that brings it."""


class TokenError(ConnectoryError):
    """A provider refused to give a token (RFC 6749, 4.1.2.1 and 5.2), or answered with something else.

    Attributes:
        code: the provider's error code, such as ``invalid_grant``; ``invalid_response`` where it gave none.
        description, uri: what else it said; empty where it did not.
        status: the answer's HTTP status; 0 where the error came with the redirect.
    """

    def __init__(self, code: str, description: str = "", uri: str = "", status: int = 0) -> None:
        super().__init__(code, description, uri, status)
        self.code = code
        self.description = description
        self.uri = uri
        self.status = status

    def __str__(self) -> str:
        more = "".join(f"; {part}" for part in (self.description, self.uri) if part)
        return f"{self.code}{more}" + (f" (HTTP {self.status})" if self.status else "")


class TokenNotSaved(ConnectoryError):
    """A new token could not be saved. The session keeps it, and saves it before it uses it.

    Attributes:
        token: the new token; the one before may not be good any more.
    """

    def __init__(self, token: Any) -> None:
        super().__init__("the new token could not be saved; it is kept, and saved again before the next call")
        self.token = token

    def __reduce__(self) -> tuple[type[TokenNotSaved], tuple[Any]]:
        return type(self), (self.token,)


class Unreachable(ConnectoryError, OSError):
    """The network failed, and again where a request could be sent again; the cause says how."""


class CallFailed(ConnectoryError):
    """A vendor answered that a call failed.

    Attributes:
        subject: the method, such as ``slack.post_message``.
        status: the HTTP status; it is 200 with vendors that say so in the body only.
        message: the vendor's code or text; empty where it gave none.
        body: what it answered, decoded where it is JSON.
        retry_after: seconds after which the vendor wants to be asked again (Retry-After); None where it does not say.
    """

    def __init__(
        self, subject: str, status: int, message: str, body: Any = None, retry_after: float | None = None
    ) -> None:
        super().__init__(subject, status, message)
        self.subject = subject
        self.status = status
        self.message = message
        self.body = body
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[CallFailed], tuple[str, int, str, Any, float | None]]:
        return type(self), (self.subject, self.status, self.message, self.body, self.retry_after)

    def __str__(self) -> str:
        return f"{self.subject} failed with HTTP {self.status}" + (f": {self.message}" if self.message else "")
