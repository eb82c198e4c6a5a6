"""GET_DDL: the statement that would make an object again."""

from __future__ import annotations

from ..engine.names import Names, find_relation, find_schema, split_schema_name
from ..errors import does_not_exist, not_supported
from ..show.relation_ddl import relation_ddl
from ..statements import Name, quote_identifier


def ddl_of(names: Names, kind: str, name: Name, qualified: bool) -> str:
    """The text for TABLE, VIEW or SCHEMA; `qualified` puts database and schema before the object's own name.

    https://docs.snowflake.com/en/sql-reference/functions/get_ddl
    """
    if kind in ("TABLE", "VIEW"):
        found = find_relation(names, name)
        if found.relation.kind != kind:
            raise does_not_exist(kind.capitalize(), str(name))
        own = found.full_name if qualified else quote_identifier(found.relation.name)
        return relation_ddl(found.relation, own)
    if kind == "SCHEMA":
        database, schema = find_schema(names, *split_schema_name(names, name))
        own = str(Name((database.name, schema.name))) if qualified else quote_identifier(schema.name)
        lines = [f"create or replace {'transient ' if schema.transient else ''}schema {own};"]
        for relation in schema.relations.values():
            full = Name((database.name, schema.name, relation.name)) if qualified else Name((relation.name,))
            lines.append(relation_ddl(relation, str(full)))
        return "\n\n".join(lines)
    raise not_supported(f"GET_DDL of a {kind}")
