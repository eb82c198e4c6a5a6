"""Earlier contents of tables, for as long as their retention lets Time Travel ask for them.

https://docs.snowflake.com/en/user-guide/data-time-travel. Before each commit the tables that it changes are copied as
they stand committed, so a server that keeps this pays for a whole table with each statement that writes to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ..account.objects import Column, Relation
from ..errors import SnowflakeError, not_supported
from ..statements import PointInTime
from .change_tokens import ChangeTokens
from .storage import Storage, copy_tables

_DAY_MS = 86_400_000
_NS_OF_MS = 1_000_000


@dataclass(frozen=True)
class _Version:
    """What a table held from one commit until another; `physical` is the copy."""

    since_ms: int
    until_ms: int
    physical: str
    columns: tuple[Column, ...]

    def covers(self, point: PointInTime) -> bool:
        """Whether these were the rows then; a commit of the same millisecond is done AT it, and to come BEFORE it."""
        if point.inclusive:
            return self.since_ms <= point.milliseconds < self.until_ms
        return self.since_ms < point.milliseconds <= self.until_ms


class TimeTravel:
    """Versions by object id, oldest first: a swap or rename of names does not touch them."""

    def __init__(self, storage: Storage, tokens: ChangeTokens) -> None:
        self._storage = storage
        self._tokens = tokens
        self._started_ms = _now_ms()
        self._versions: dict[str, list[_Version]] = {}

    def keep(self, relations: Iterable[Relation], token: int) -> None:
        """Copies tables as they are committed, just before the commit with this token; no other may come between."""
        tables = list(relations)
        copies = {relation.id: self._storage.new_name() for relation in tables}
        connection = self._storage.connect()
        try:
            connection.begin()
            copy_tables(connection, {relation.physical: copies[relation.id] for relation in tables})
            connection.commit()
        finally:
            connection.close()
        for relation in tables:
            earlier = self._versions.get(relation.id, [])
            since = earlier[-1].until_ms if earlier else self._first_known(relation)
            version = _Version(since, token // _NS_OF_MS, copies[relation.id], relation.columns)
            self._versions[relation.id] = [*self._unexpired(relation, earlier), version]

    def of(self, relation: Relation, point: PointInTime) -> Relation:
        """The table with the rows of that moment; raises 000707 where Snowflake has none."""
        self._refuse(relation, point)
        versions = self._versions.get(relation.id, [])
        version = next((one for one in versions if one.covers(point)), None)
        if version is None:
            changed_ms = versions[-1].until_ms if versions else self._tokens.latest([relation.id]) // _NS_OF_MS
            if point.milliseconds < min(changed_ms, self._started_ms):
                raise not_supported("Time Travel to before this server was started")
            if versions and point.milliseconds < changed_ms:
                raise _not_available(relation)
            return relation
        if _shape(version.columns) != _shape(relation.columns):
            raise not_supported("Time Travel to before columns of the table were changed")
        return replace(relation, physical=version.physical)

    def _refuse(self, relation: Relation, point: PointInTime) -> None:
        if relation.is_view or relation.temporary or not relation.physical:
            raise not_supported("Time Travel of anything but permanent and transient tables")
        if point.milliseconds > _now_ms():
            raise not_supported("Time Travel to a moment that is to come")
        if point.milliseconds < _oldest_ms(relation) or point.milliseconds < _ms(relation.created_on):
            raise _not_available(relation)

    def _first_known(self, relation: Relation) -> int:
        """From when on the rows before a table's first kept change are known to be these."""
        return 0 if _ms(relation.created_on) >= self._started_ms else self._started_ms

    def _unexpired(self, relation: Relation, versions: list[_Version]) -> list[_Version]:
        oldest = _oldest_ms(relation)
        self._storage.retire(one.physical for one in versions if one.until_ms < oldest)
        return [one for one in versions if one.until_ms >= oldest]


def _not_available(relation: Relation) -> SnowflakeError:
    return SnowflakeError(
        "000707",
        "02000",
        f"Time travel data is not available for table {relation.name}. The requested time is either beyond the allowed "
        "time travel period or before the object creation time.",
    )


def _oldest_ms(relation: Relation) -> int:
    """A transient table keeps one day at most (https://docs.snowflake.com/en/user-guide/tables-temp-transient)."""
    days = min(relation.retention_time, 1) if relation.transient else relation.retention_time
    return _now_ms() - days * _DAY_MS


def _shape(columns: Iterable[Column]) -> list[tuple[str, str, bool]]:
    return [(column.name, column.type, column.nullable) for column in columns]


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _now_ms() -> int:
    return time.time_ns() // _NS_OF_MS
