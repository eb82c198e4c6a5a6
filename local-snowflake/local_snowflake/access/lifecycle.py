"""What happens to owners and grants when objects are created, replaced, cloned, moved and dropped.

None of these asks for privileges: the statement has done that before, see `privileges`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from .future_grants import with_future_grants
from .model import Access, ActiveRoles, Grant, Principal, Securable


def on_create(
    access: Access,
    roles: ActiveRoles,
    object_id: str,
    kind: str,
    container_id: str,
    now: datetime,
    managed_access: bool = False,
) -> Access:
    """A new object, owned by the primary role, with the future grants of its schema or database."""
    created = Securable(object_id, kind, container_id, roles.primary, now, managed_access=managed_access)
    return access.with_objects(with_future_grants(access, created, now))


def on_replace(
    access: Access,
    roles: ActiveRoles,
    old_id: str,
    new_id: str,
    now: datetime,
    copy_grants: bool = False,
    managed_access: bool = False,
) -> Access:
    """CREATE OR REPLACE: the old object is dropped, the new one belongs to the primary role.

    Without COPY GRANTS the grants are lost and future grants apply; with it all but OWNERSHIP are kept, the primary
    role becomes their grantor and future grants do not apply
    (https://docs.snowflake.com/en/sql-reference/sql/create-table, create-view).
    """
    old = access.objects[old_id]
    created = Securable(new_id, old.kind, old.container, roles.primary, now, managed_access=managed_access)
    if copy_grants:
        created = replace(created, grants=_copied(old, roles.primary))
    else:
        created = with_future_grants(access, created, now)
    return on_drop(access, old_id).with_objects(created)


def _copied(source: Securable, grantor: Principal) -> tuple[Grant, ...]:
    grants: dict[tuple[str, Principal], Grant] = {}
    for held in source.grants:
        known = grants.get((held.privilege, held.grantee))
        option = held.grant_option or (known is not None and known.grant_option)
        grants[held.privilege, held.grantee] = replace(held, granted_by=grantor, grant_option=option)
    return tuple(grants.values())


def on_clone_schema(
    access: Access,
    roles: ActiveRoles,
    source_id: str,
    new_id: str,
    container_id: str,
    children: Mapping[str, str],
    now: datetime,
    managed_access: bool = False,
) -> Access:
    """A schema clone in the database `container_id`; `children` maps ids of children to the ids of their clones.

    Children keep their grants, the schema's own grants are not copied
    (https://docs.snowflake.com/en/user-guide/object-clone); its future grants are
    (https://docs.snowflake.com/en/user-guide/security-access-control-configure). The clone belongs to the primary
    role, children keep their owners, except pipes. Leave out of `children` what `can_clone` refuses.
    """
    source = access.objects[source_id]
    created = Securable(new_id, "SCHEMA", container_id, roles.primary, now, managed_access=managed_access)
    clones = [
        replace(with_future_grants(access, created, now), future_grants=source.future_grants),
    ]
    for child_id, clone_id in children.items():
        child = access.objects[child_id]
        owner = roles.primary if child.kind == "PIPE" else child.owner
        clones.append(replace(child, id=clone_id, container=new_id, created_on=now, owner=owner))
    return access.with_objects(*clones)


def on_clone_table(
    access: Access,
    roles: ActiveRoles,
    source_id: str,
    new_id: str,
    container_id: str,
    now: datetime,
    copy_grants: bool = False,
    replaced_id: str | None = None,
) -> Access:
    """CREATE [OR REPLACE] TABLE … CLONE [COPY GRANTS]; `replaced_id` is the table of that name that it replaces.

    COPY GRANTS takes the grants of the replaced table, else of the source, and no future grants; without it only
    future grants apply (https://docs.snowflake.com/en/sql-reference/sql/create-clone).
    """
    source = access.objects[source_id]
    created = Securable(new_id, source.kind, container_id, roles.primary, now)
    if copy_grants:
        model = source if replaced_id is None else access.objects[replaced_id]
        created = replace(created, grants=_copied(model, roles.primary))
    else:
        created = with_future_grants(access, created, now)
    remaining = access if replaced_id is None else on_drop(access, replaced_id)
    return remaining.with_objects(created)


def on_move(access: Access, object_id: str, container_id: str) -> Access:
    """RENAME or SWAP into another schema or database. A rename in place changes nothing here: ids stay.

    "Future grants are not applied when renaming or swapping a table"
    (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege).
    """
    return access.with_objects(replace(access.objects[object_id], container=container_id))


def on_set_managed_access(access: Access, schema_id: str, managed_access: bool) -> Access:
    """ALTER SCHEMA ENABLE | DISABLE MANAGED ACCESS."""
    return access.with_objects(replace(access.objects[schema_id], managed_access=managed_access))


def on_drop(access: Access, object_id: str) -> Access:
    """DROP of the object and all it contains; grants are kept for UNDROP, and not listed meanwhile."""
    dropped: list[Securable] = []
    waiting = [object_id]
    while waiting:
        current = waiting.pop()
        dropped.append(replace(access.objects[current], dropped=True))
        waiting.extend(each.id for each in access.objects.values() if each.container == current)
    return access.with_objects(*dropped)


def on_undrop(access: Access, object_id: str, children: Iterable[str] = ()) -> Access:
    """UNDROP of the object and of those of its former children that come back with it."""
    back = (replace(access.objects[each], dropped=False) for each in (object_id, *children))
    return access.with_objects(*back)


def forget(access: Access, object_ids: Iterable[str]) -> Access:
    """Removes objects that are purged for good."""
    gone = set(object_ids)
    return replace(access, objects={key: each for key, each in access.objects.items() if key not in gone})
