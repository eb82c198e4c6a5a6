"""Tags set on tables, views and their columns, and taken off.

https://docs.snowflake.com/en/user-guide/object-tagging/work
"""

from __future__ import annotations

from dataclasses import replace

from ..access.model import ACCOUNT_ID
from ..access.privileges import can_see, holds, owns
from ..account.objects import AttachedTag, ListedObject, Relation
from ..engine.names import Found, Names, containers_of
from ..errors import does_not_exist, insufficient_privileges, invalid
from ..statements import ChangeTags, Name
from .alter_relation import alter_relation
from .context import Context
from .result import Result

TAG = "TAG"
_LONGEST_VALUE = 256


def change_tags(context: Context, statement: ChangeTags) -> Result:
    """ALTER TABLE | VIEW … [MODIFY COLUMN …] SET TAG | UNSET TAG: a value replaces the one that was there."""
    return alter_relation(context, statement, "tags", lambda names, found: _changed(names, found, statement))


def _changed(names: Names, found: Found, statement: ChangeTags) -> Relation:
    relation = found.relation
    wanted = {_applied(names, found, name).id: value for name, value in statement.set.items()}
    gone = {_applied(names, found, name).id for name in statement.unset}
    too_long = next((value for value in wanted.values() if len(value) > _LONGEST_VALUE), None)
    if too_long is not None:
        raise invalid(f"The value of a tag has {_LONGEST_VALUE} characters at most, not {len(too_long)}.")

    def of(tags: tuple[AttachedTag, ...]) -> tuple[AttachedTag, ...]:
        kept = tuple(one for one in tags if one.id not in gone and one.id not in wanted)
        return (*kept, *(AttachedTag(tag_id, value) for tag_id, value in wanted.items()))

    if statement.column is None:
        return replace(relation, tags=of(relation.tags))
    if all(column.name != statement.column for column in relation.columns):
        raise invalid(f"column '{statement.column}' does not exist", "000904")
    columns = (replace(one, tags=of(one.tags)) if one.name == statement.column else one for one in relation.columns)
    return replace(relation, columns=tuple(columns))


def _applied(names: Names, found: Found, name: Name) -> ListedObject:
    """The tag, for a role with the global APPLY TAG, or APPLY on the tag together with OWNERSHIP of the table or view.

    https://docs.snowflake.com/en/user-guide/object-tagging/work (tag privileges)
    """
    _, schema = containers_of(names, name)
    tag = schema.listed.get((TAG, name.last))
    access, roles = names.state.access, names.roles
    is_global = holds(access, roles, ACCOUNT_ID, "APPLY TAG")
    if tag is None or not (is_global or can_see(access, roles, tag.id)):
        raise does_not_exist("Tag", str(name))
    if not is_global and not holds(access, roles, tag.id, "APPLY"):
        raise insufficient_privileges(TAG, str(name))
    if not is_global and not owns(access, roles, found.relation.id):
        raise insufficient_privileges(found.relation.kind, found.relation.name)
    return tag
