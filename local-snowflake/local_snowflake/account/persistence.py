"""The state on disk: one JSON file, replaced as a whole, so that a killed process leaves the old or the new one."""

from __future__ import annotations

import dataclasses
import json
import os
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..access import Securable
from .objects import AccountState, ListedObject, Relation, User

_FORMAT = 1


class StateFile:
    """`catalog.json` in the directory of the store."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "catalog.json"
        self._texts: dict[int, tuple[object, str]] = {}

    def read(self) -> AccountState | None:
        """The stored state; None where there is none yet."""
        if not self._path.exists():
            return None
        stored = json.loads(self._path.read_text(encoding="utf-8"))
        if stored.get("format") != _FORMAT:
            raise ValueError(
                f"{self._path}: format {stored.get('format')} is not {_FORMAT}; start with a new --db directory"
            )
        state: AccountState = from_json(AccountState, stored["state"])
        return state

    def write(self, state: AccountState) -> None:
        """Replaces the stored state; it is on the disk when this returns."""
        temporary = self._path.with_suffix(".json.new")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(f'{{"format":{_FORMAT},"state":{self._text(state)}}}')
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)

    def _text(self, state: AccountState) -> str:
        """The state as JSON. Objects are immutable, so the text of one that did not change is still right: a change
        of one table in hundreds costs no more than a change of one in a few."""
        fresh: dict[int, tuple[object, str]] = {}

        def encode(value: Any) -> str:
            if not isinstance(value, _REUSED):
                return _encoded(value, encode)
            known = self._texts.get(id(value))
            text = known[1] if known is not None and known[0] is value else _encoded(value, encode)
            fresh[id(value)] = (value, text)
            return text

        text = encode(state)
        self._texts = fresh
        return text


_REUSED = (Relation, ListedObject, Securable, User)


def _encoded(value: Any, encode: Callable[[Any], str]) -> str:
    """JSON of dataclasses, mappings (as pairs, since keys may be tuples), tuples, sets, moments and plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return "{" + ",".join(f'"{name}":{encode(getattr(value, name))}' for name in names) + "}"
    if isinstance(value, Mapping):
        return "[" + ",".join(f"[{encode(key)},{encode(item)}]" for key, item in value.items()) + "]"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ",".join(encode(item) for item in value) + "]"
    return json.dumps(value.isoformat() if isinstance(value, datetime) else value)


def from_json(wanted: Any, value: Any) -> Any:
    """The value that `StateFile` wrote, of the wanted (annotated) type."""
    origin = typing.get_origin(wanted)
    arguments = typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return from_json(next(argument for argument in arguments if argument is not type(None)), value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(from_json(arguments[0], item) for item in value)
        return tuple(from_json(argument, item) for argument, item in zip(arguments, value, strict=True))
    if origin in (frozenset, set):
        return origin(from_json(arguments[0], item) for item in value)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {from_json(arguments[0], key): from_json(arguments[1], item) for key, item in value}
    if origin is not None and dataclasses.is_dataclass(origin):
        return _dataclass(origin, arguments[0], value)
    if dataclasses.is_dataclass(wanted):
        return _dataclass(wanted, None, value)
    return datetime.fromisoformat(value) if wanted is datetime else value


def _dataclass(wanted: Any, parameter: Any, value: Any) -> Any:
    """`parameter` replaces the type variable of a generic dataclass."""
    hints = typing.get_type_hints(wanted)
    return wanted(
        **{
            name: from_json(parameter if isinstance(hints[name], typing.TypeVar) else hints[name], item)
            for name, item in value.items()
        }
    )
