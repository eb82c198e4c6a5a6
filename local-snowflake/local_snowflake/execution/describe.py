"""DESCRIBE TABLE and VIEW."""

from __future__ import annotations

from ..access.privileges import can_see
from ..engine.names import find_relation
from ..errors import does_not_exist, not_supported
from ..show.columns import DESCRIBE_COLUMNS, describe_rows
from ..statements import Describe
from .context import Context
from .result import DESCRIBE, Result, listing
from .securables import name_lookup


def describe_object(context: Context, statement: Describe) -> Result:
    """DESCRIBE needs any privilege on the object."""
    if statement.kind not in ("TABLE", "VIEW"):
        raise not_supported(f"DESCRIBE {statement.kind}")
    names = context.names
    found = find_relation(names, statement.name)
    if not found.relation.temporary and not can_see(names.state.access, names.roles, found.relation.id):
        raise does_not_exist(statement.kind.capitalize(), str(statement.name))
    return listing(DESCRIBE_COLUMNS, describe_rows(found.relation, name_lookup(names.state)), DESCRIBE)
