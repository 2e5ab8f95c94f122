"""Handlers, bound to their methods."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from connectory.errors import InvalidOutput

if TYPE_CHECKING:
    from connectory.method import Method, OnInvalidOutput


def bind(method: Method, handler: Any, on_invalid_output: OnInvalidOutput) -> Callable[[Any], Any]:
    """A callable that validates what ``handler`` takes and returns; see ``Method.bind``.

    Raises:
        TypeError: ``handler`` cannot be called.
        ValueError: ``on_invalid_output`` is none of what it may be.
    """
    if not callable(handler):
        raise TypeError(f"handler must be callable, not {type(handler).__name__}")
    own = handler if hasattr(handler, "__qualname__") else type(handler)
    finish = finisher(method, f"{own.__module__}.{own.__qualname__}", on_invalid_output)
    if _is_async(handler):

        @functools.wraps(handler)
        async def call_async(data: Any) -> Any:
            return finish(await handler(method.validate_input(data)))

        return call_async

    async def finish_later(result: Awaitable[Any]) -> Any:
        return finish(await result)

    @functools.wraps(handler)
    def call(data: Any) -> Any:
        result = handler(method.validate_input(data))
        return finish_later(result) if inspect.isawaitable(result) else finish(result)

    return call


def finisher(method: Method, name: str, on_invalid_output: OnInvalidOutput) -> Callable[[Any], Any]:
    """What validates a result and returns it; ``name`` is of what made it.

    Raises:
        ValueError: ``on_invalid_output`` is none of what it may be.
    """
    if not (on_invalid_output in ("raise", "warn") or callable(on_invalid_output)):
        raise ValueError(f"on_invalid_output is 'raise', 'warn' or a callable, not {on_invalid_output!r}")

    def finish(result: Any) -> Any:
        try:
            return method.validate_output(result)
        except InvalidOutput as invalid:
            named = InvalidOutput(invalid.subject, invalid.errors, name)
        if on_invalid_output == "raise":
            raise named
        if on_invalid_output == "warn":
            warnings.warn(str(named), stacklevel=3)
        elif callable(on_invalid_output):
            on_invalid_output(named)
        return result

    return finish


def _is_async(handler: object) -> bool:
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)
