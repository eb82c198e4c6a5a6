"""Objects of statements about privileges: from a written kind and name to the id that the privilege model knows."""

from __future__ import annotations

from collections.abc import Callable

from ..access import Principal
from ..access.model import ACCOUNT_ID
from ..access.roles import database_role, require_exists, role, user
from ..account.objects import AccountState, Database, warehouse_id
from ..engine.names import Names, containers_of, find_database, find_relation, find_schema, split_schema_name
from ..errors import does_not_exist, not_supported
from ..statements import Grantee, Name, OnMany, OnObject


def principal_of(names: Names, grantee: Grantee) -> Principal:
    """The role or user that a statement names; a database role's database is the current one unless written."""
    if grantee.kind == "DATABASE ROLE":
        database = find_database(names, grantee.name.parts[0] if len(grantee.name.parts) == 2 else None)
        return database_role(database.name, grantee.name.last)
    if grantee.kind == "SHARE":
        raise not_supported(f"shares ({grantee.name})")
    return user(grantee.name.last) if grantee.kind == "USER" else role(grantee.name.last)


def id_of(names: Names, on: OnObject) -> tuple[str, str]:
    """The id and full name of one object; 002003 if the role must not know of it."""
    if on.kind == "ACCOUNT":
        return ACCOUNT_ID, "LOCAL"
    assert on.name is not None
    if on.kind == "DATABASE":
        database = find_database(names, on.name.last)
        return database.id, database.name
    if on.kind == "SCHEMA":
        database, schema = find_schema(names, *split_schema_name(names, on.name))
        return schema.id, str(Name((database.name, schema.name)))
    if on.kind in ("TABLE", "VIEW", "OBJECT"):
        found = find_relation(names, on.name)
        return found.relation.id, found.full_name
    if on.kind in ("ROLE", "USER", "DATABASE ROLE"):
        principal = principal_of(names, Grantee(on.kind, on.name))  # type: ignore[arg-type]
        require_exists(names.state.access, principal)
        return principal.object_id, principal.name
    if on.kind == "WAREHOUSE":
        if on.name.last not in names.state.warehouses:
            raise does_not_exist("Warehouse", str(on.name))
        return warehouse_id(on.name.last), on.name.last
    database, schema = containers_of(names, on.name)
    listed = schema.listed.get((on.kind, on.name.last))
    if listed is None:
        raise does_not_exist(on.kind.capitalize(), str(on.name))
    return listed.id, str(Name((database.name, schema.name, listed.name)))


def ids_of_all(names: Names, many: OnMany) -> list[tuple[str, str]]:
    """Ids and full names of ALL objects of a kind in a schema or database."""
    found: list[tuple[str, str]] = []
    for database, schema_names in [_container(names, many)]:
        for schema_name in schema_names:
            schema = database.schemas[schema_name]
            if many.kind == "SCHEMA":
                found.append((schema.id, str(Name((database.name, schema.name)))))
            for one in schema.children:
                if one.kind == many.kind:
                    found.append((one.id, str(Name((database.name, schema.name, one.name)))))
    return found


def _container(names: Names, many: OnMany) -> tuple[Database, list[str]]:
    if many.container_kind == "DATABASE":
        database = find_database(names, many.container.last)
        return database, list(database.schemas)
    database, schema = find_schema(names, *split_schema_name(names, many.container))
    return database, [schema.name]


def container_id(names: Names, many: OnMany) -> tuple[str, str]:
    """Id and full name of the schema or database that a future grant is about."""
    return id_of(names, OnObject(many.container_kind, many.container))


def name_lookup(state: AccountState) -> Callable[[str], str]:
    """From an object id to the full name that SHOW GRANTS prints."""
    known = {ACCOUNT_ID: "LOCAL"}
    for database in state.databases.values():
        known[database.id] = str(Name((database.name,)))
        for schema in database.schemas.values():
            known[schema.id] = str(Name((database.name, schema.name)))
            for one in schema.children:
                known[one.id] = str(Name((database.name, schema.name, one.name)))
    return lambda object_id: known.get(object_id, object_id.split(":")[-1])
