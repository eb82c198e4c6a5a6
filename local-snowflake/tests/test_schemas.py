"""Schemas: clone, swap, rename, drop, undrop. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

import threading
import time

from server_process import Client, ServerProcess


def _table(admin: Client, name: str, value: int) -> None:
    admin.run(f"create or replace table {name} as select {value} as x")


def test_a_swap_changes_content_and_keeps_grants_and_comment_with_the_content(admin: Client) -> None:
    """D/sql-reference/sql/alter-schema: SWAP renames both in a single operation, with metadata and privileges."""
    admin.run("create role swap_reader", "create schema blue comment = 'is blue'")
    _table(admin, "public.t", 1)
    _table(admin, "blue.t", 2)
    admin.run("grant usage on schema blue to role swap_reader", "alter schema public swap with blue")
    assert (admin.value("select x from public.t"), admin.value("select x from blue.t")) == (2, 1)
    assert admin.column("show schemas like 'PUBLIC'", "comment") == ["is blue"]
    assert "SWAP_READER" in admin.column("show grants on schema public", "grantee_name")
    assert "SWAP_READER" not in admin.column("show grants on schema blue", "grantee_name")


def test_a_swap_of_databases_renames_both_and_needs_both_to_be_owned(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/sql/alter-database: SWAP WITH renames both databases as a single operation."""
    admin.run(
        "create database swap_live",
        "create database swap_staged",
        "create table swap_live.public.t as select 1 as x",
        "create table swap_staged.public.t as select 2 as x",
        "create role swap_of_databases",
        "grant usage on database swap_staged to role swap_of_databases",
        "grant role swap_of_databases to user local_admin",
    )
    with server.connect(role="SWAP_OF_DATABASES") as reader:
        assert reader.error("alter database swap_staged swap with swap_staged")[0] == "003001"
    admin.run("alter database swap_live swap with swap_staged")
    values = [admin.value(f"select x from {name}.public.t") for name in ("swap_live", "swap_staged")]
    assert values == [2, 1]
    assert "SWAP_OF_DATABASES" in admin.column("show grants on database swap_live", "grantee_name")
    assert admin.error("alter database swap_live swap with swap_gone")[0] == "002003"


def test_a_swap_with_a_schema_that_is_gone_changes_nothing(admin: Client) -> None:
    """Run twice by mistake, the block of swap and rename fails at its first statement."""
    block = "execute immediate $$ begin alter schema public swap with blue; alter schema blue rename to old; end $$"
    _table(admin, "public.t", 1)
    admin.run("create schema blue")
    _table(admin, "blue.t", 2)
    admin.run(block)
    assert admin.error(block)[:2] == ("002003", "02000")
    assert (admin.value("select x from public.t"), admin.value("select x from old.t")) == (2, 1)


def test_readers_see_all_old_or_all_new_and_no_error_during_swaps(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/transactions: a statement reads what was committed before it began."""
    database = admin.value("select current_database()")
    _table(admin, "public.a", 1)
    _table(admin, "public.b", 1)
    admin.run("create view public.v as select a.x as ax, b.x as bx from a join b on true", "create schema blue")
    _table(admin, "blue.a", 2)
    _table(admin, "blue.b", 2)
    admin.run("create view blue.v as select a.x as ax, b.x as bx from a join b on true")
    seen: list[tuple[int, int]] = []
    errors: list[str] = []
    stop = threading.Event()

    def read() -> None:
        with server.connect() as reader:
            while not stop.is_set():
                try:
                    seen.extend(reader.run(f"select ax, bx from {database}.public.v"))
                except Exception as error:
                    errors.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        time.sleep(0.05)
        admin.run("alter schema public swap with blue")
        _table(admin, "blue.a", admin.value("select x from blue.a"))
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert set(seen) == {(1, 1), (2, 2)}


def test_a_clone_has_the_rows_of_its_moment_and_is_independent(admin: Client) -> None:
    """D/user-guide/object-clone."""
    _table(admin, "public.t", 1)
    admin.run("create transient schema blue clone public comment = '{\"marker\": \"it''s\"}'")
    assert admin.value("select current_schema()") == "BLUE", "creating a schema makes it the current one"
    admin.run("insert into public.t values (5)", "insert into blue.t values (6), (7)")
    assert (admin.value("select count(*) from public.t"), admin.value("select count(*) from blue.t")) == (2, 3)
    assert admin.column("show schemas like 'blue'", "options") == ["TRANSIENT"]
    assert admin.column("show schemas like 'blue'", "comment") == ['{"marker": "it\'s"}']


def test_a_clone_inherits_the_comment_unless_it_says_another(admin: Client) -> None:
    """D/sql-reference/sql/create-clone: the comment is inherited from the source."""
    admin.run("comment on schema public is 'of public'", "create schema blue clone public")
    assert admin.column("show schemas like 'blue'", "comment") == ["of public"]


def test_a_schema_cannot_be_made_twice(admin: Client) -> None:
    """The upcoming schema is the lock: CREATE SCHEMA fails if it exists."""
    admin.run("create schema blue clone public")
    assert admin.error("create schema blue clone public")[:2] == ("002002", "42710")
    assert "already exists" in admin.run("create schema if not exists blue")[0][0]


def test_only_one_of_many_sessions_makes_the_schema(admin: Client, server: ServerProcess) -> None:
    database = admin.value("select current_database()")
    _table(admin, "public.t", 1)
    outcomes: list[str] = []

    def make() -> None:
        with server.connect() as client:
            try:
                client.run(f"create schema {database}.blue clone {database}.public")
                outcomes.append("made")
            except Exception as error:
                outcomes.append("002002" if "002002" in str(error) else str(error))

    makers = [threading.Thread(target=make) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sorted(outcomes) == ["002002"] * 5 + ["made"]


def test_rename_needs_a_free_name(admin: Client) -> None:
    """D/sql-reference/sql/alter-schema."""
    admin.run("create schema a", "create schema b")
    assert admin.error("alter schema a rename to b")[0] == "002002"
    admin.run("alter schema a rename to c")
    assert sorted(admin.column("show schemas", "name")) == ["B", "C", "PUBLIC"]


def test_undrop_brings_the_newest_dropped_schema_back_and_needs_its_name(admin: Client) -> None:
    """D/sql-reference/sql/undrop-schema."""
    for value in (1, 2):
        admin.run("create schema s")
        _table(admin, "s.t", value)
        admin.run("drop schema s")
    assert admin.column("show schemas history like 's'", "dropped_on")[0] is not None
    admin.run("undrop schema s")
    assert admin.value("select x from s.t") == 2
    assert admin.error("undrop schema s")[0] == "002002"
    admin.run("alter schema s rename to newer", "undrop schema s")
    assert admin.value("select x from s.t") == 1


def test_names_in_quotes_are_exact(admin: Client) -> None:
    """D/sql-reference/identifiers-syntax."""
    admin.run('create schema "we;ird -- $$ \'n""ame"')
    assert admin.column("show schemas starts with 'we'", "name") == ["we;ird -- $$ 'n\"ame"]
    assert admin.error("drop schema WEIRD")[0] == "002003"
    admin.run('drop schema "we;ird -- $$ \'n""ame"')


def test_a_table_swap_and_a_table_clone_with_grants(admin: Client) -> None:
    """D/sql-reference/sql/alter-table (SWAP WITH), D/sql-reference/sql/create-clone (COPY GRANTS)."""
    admin.run("create role table_reader")
    _table(admin, "a", 1)
    admin.run(
        "grant select on table a to role table_reader", "create table b clone a copy grants", "create table c clone a"
    )
    assert "TABLE_READER" in admin.column("show grants on table b", "grantee_name")
    assert "TABLE_READER" not in admin.column("show grants on table c", "grantee_name")
    admin.run("update b set x = 2", "alter table a swap with c", "create or replace table a clone b copy grants")
    assert admin.value("select x from a") == 2
    assert admin.run("drop table a", "undrop table a", "select x from a") == [(2,)]


def test_a_table_that_is_replaced_under_a_running_transaction_stays_readable_to_new_statements(
    admin: Client, server: ServerProcess
) -> None:
    """READ COMMITTED: each statement in a transaction sees what was committed before the statement began."""
    database = admin.value("select current_database()")
    _table(admin, "t", 1)
    with server.connect() as reader:
        reader.run("begin")
        assert reader.value(f"select x from {database}.public.t") == 1
        _table(admin, "t", 2)
        assert reader.value(f"select x from {database}.public.t") == 2
        reader.run("commit")
