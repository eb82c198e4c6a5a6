"""ALTER TABLE | VIEW, as far as it changes what is set on a standing table or view and not its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..account.changes import with_relation
from ..account.objects import Relation
from ..engine.names import Found, Names, find_relation
from ..errors import SnowflakeError, not_supported
from ..statements import Name
from . import result
from .context import Context
from .result import Result
from .transactions import commit_before_ddl


class Alteration(Protocol):
    """What every such statement says."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> Name: ...
    @property
    def if_exists(self) -> bool: ...


def alter_relation(
    context: Context, statement: Alteration, what: str, change_of: Callable[[Names, Found], Relation]
) -> Result:
    """Puts what `change_of` makes of the table or view in its place. `what` is what it sets, for errors."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        try:
            found = find_relation(names, statement.name)
        except SnowflakeError:
            if statement.if_exists:
                return result.status()
            raise
        if found.relation.kind != statement.kind or found.relation.temporary:
            raise not_supported(f"ALTER {statement.kind} with {what} on {found.relation.kind} {found.full_name}")
        relation = change_of(names, found)
        change.state = with_relation(change.state, found.database.name, found.schema.name, relation)
    context.note_write(found.full_name)
    return result.status()
