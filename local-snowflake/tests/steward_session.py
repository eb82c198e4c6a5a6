"""A role between an administrator and a reader, for the tests of what it may set on a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server_process import Client, ServerProcess


@contextmanager
def steward_of(admin: Client, server: ServerProcess) -> Iterator[Client]:
    """A session of a role that may use the schemas RULES and PUBLIC and owns the table T: nothing else."""
    database = admin.value("select current_database()")
    user = f"{database}_steward"
    admin.run(
        f"create role {user}",
        f"create user {user} password = 'steward' default_role = {user}",
        f"grant role {user} to user {user}",
        f"grant usage on database {database} to role {user}",
        f"grant usage on schema rules to role {user}",
        f"grant usage on schema public to role {user}",
        f"grant ownership on table public.t to role {user} copy current grants",
    )
    with server.connect(user=user.upper(), password="steward", database=database, schema="PUBLIC") as client:
        yield client
