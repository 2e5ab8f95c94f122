"""What the runtime raises. Every error is a value: its fields say what its message says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


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
        close_matches: names that the catalog has and that look like it, best first.
    """

    def __init__(self, message: str, name: str, close_matches: Iterable[str] = ()) -> None:
        self.message = message
        self.name = name
        self.close_matches = tuple(close_matches)
        super().__init__(message, name, self.close_matches)

    def __str__(self) -> str:
        if not self.close_matches:
            return self.message
        return f"{self.message}; did you mean {' or '.join(map(repr, self.close_matches))}?"


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
    """What a method's handler returned is not valid."""

    kind = "output"


class InvalidConfig(InvalidData):
    """A configuration is not valid."""

    kind = "configuration"
