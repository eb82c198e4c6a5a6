"""CREATE, ALTER, DROP, UNDROP and COMMENT as the deployment and dbt write them."""

from __future__ import annotations

import pytest

from local_snowflake.statements import (
    AddAccessToken,
    AlterClustering,
    AlterWarehouse,
    ChangeRowAccessPolicy,
    CommentColumns,
    CommentOn,
    CreateAccountObject,
    CreateDatabase,
    CreateListedObject,
    CreateSchema,
    CreateTableClone,
    DropObject,
    MaskedColumn,
    Name,
    RemoveAccessToken,
    RenameObject,
    SetManagedAccess,
    SetMaskingPolicies,
    SetProperties,
    Statement,
    SwapObjects,
    UndropObject,
    UnknownStatement,
    UnsetProperties,
    parse,
)

PUBLIC = Name(("ANALYTICS", "PUBLIC"))
UPCOMING = Name(("ANALYTICS", "PUBLIC_UPCOMING"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create schema analytics.public", CreateSchema(PUBLIC)),
        (
            "create or replace transient schema analytics.public",
            CreateSchema(PUBLIC, or_replace=True, transient=True),
        ),
        (
            'CREATE TRANSIENT SCHEMA "ANALYTICS"."PUBLIC_UPCOMING" CLONE "ANALYTICS"."PUBLIC" WITH MANAGED ACCESS '
            "COMMENT = 'it''s {\"phase\":\"building\"}'",
            CreateSchema(
                UPCOMING,
                transient=True,
                clone_of=PUBLIC,
                managed_access=True,
                properties={"COMMENT": 'it\'s {"phase":"building"}'},
            ),
        ),
        (
            "create schema if not exists analytics.public_upcoming clone analytics.public ignore hybrid tables "
            "comment = $$a -- b$$ data_retention_time_in_days = 1 with managed access",
            CreateSchema(
                UPCOMING,
                if_not_exists=True,
                clone_of=PUBLIC,
                managed_access=True,
                properties={"COMMENT": "a -- b", "DATA_RETENTION_TIME_IN_DAYS": 1},
                clone_options=("IGNORE HYBRID TABLES",),
            ),
        ),
        ("create database d comment = 'x'", CreateDatabase(Name(("D",)), properties={"COMMENT": "x"})),
        ("create or replace database d clone e", CreateDatabase(Name(("D",)), True, clone_of=Name(("E",)))),
        ("drop schema if exists analytics.public cascade", DropObject("SCHEMA", PUBLIC, if_exists=True)),
        ("drop schema analytics.public restrict", DropObject("SCHEMA", PUBLIC, restrict=True)),
        ("drop database role d.r", DropObject("DATABASE ROLE", Name(("D", "R")))),
        ("undrop schema analytics.public", UndropObject("SCHEMA", PUBLIC)),
        ("alter schema analytics.public rename to analytics.public_upcoming", RenameObject("SCHEMA", PUBLIC, UPCOMING)),
        (
            "alter schema if exists analytics.public swap with analytics.public_upcoming",
            SwapObjects("SCHEMA", PUBLIC, UPCOMING, if_exists=True),
        ),
        (
            "alter schema analytics.public set comment = 'a', data_retention_time_in_days = 2",
            SetProperties("SCHEMA", PUBLIC, {"COMMENT": "a", "DATA_RETENTION_TIME_IN_DAYS": 2}),
        ),
        ("alter schema analytics.public unset comment", UnsetProperties("SCHEMA", PUBLIC, ("COMMENT",))),
        ("alter schema analytics.public enable managed access", SetManagedAccess(PUBLIC, True)),
        ("alter schema analytics.public disable managed access", SetManagedAccess(PUBLIC, False)),
        ("comment if exists on schema analytics.public is ''", CommentOn("SCHEMA", PUBLIC, "", if_exists=True)),
    ],
)
def test_schemas_and_databases(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-schema, alter-schema, drop-schema, undrop-schema, comment
    assert parse(sql) == expected


T, U = Name(("D", "S", "T")), Name(("D", "S", "U"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "create or replace transient table d.s.t clone d.s.u copy grants",
            CreateTableClone(T, U, or_replace=True, transient=True, copy_grants=True),
        ),
        (
            "create temp table if not exists d.s.t clone d.s.u",
            CreateTableClone(T, U, temporary=True, if_not_exists=True),
        ),
        ("alter table d.s.t rename to d.s.u", RenameObject("TABLE", T, U)),
        ("alter view if exists d.s.t rename to d.s.u", RenameObject("VIEW", T, U, if_exists=True)),
        ("alter table d.s.t swap with d.s.u", SwapObjects("TABLE", T, U)),
        ("alter table d.s.t cluster by (a, to_date(b, 'x)'))", AlterClustering(T, "CLUSTER BY", "a, to_date(b, 'x)')")),
        ("alter table d.s.t resume recluster;", AlterClustering(T, "RESUME RECLUSTER")),
        ("alter table d.s.t suspend recluster", AlterClustering(T, "SUSPEND RECLUSTER")),
        ("alter table d.s.t drop clustering key", AlterClustering(T, "DROP CLUSTERING KEY")),
        ("alter table d.s.t set comment = $$x$$", SetProperties("TABLE", T, {"COMMENT": "x"})),
        ("alter table d.s.t unset comment", UnsetProperties("TABLE", T, ("COMMENT",))),
        ("alter view d.s.t set secure", SetProperties("VIEW", T, {"SECURE": True})),
        ("alter view d.s.t unset secure", UnsetProperties("VIEW", T, ("SECURE",))),
        ("comment on table d.s.t IS $$it's; -- $[$]$$", CommentOn("TABLE", T, "it's; -- $[$]")),
        ("comment on column d.s.t.a is 'x'", CommentOn("COLUMN", Name(("D", "S", "T", "A")), "x")),
        (
            'alter table d.s.t alter\n  a COMMENT $$it\'s; a$$ ,\n  "b c" COMMENT $$$$',
            CommentColumns("TABLE", T, (("A", "it's; a"), ("b c", ""))),
        ),
        (
            "alter view d.s.t modify (column a comment 'x', column b unset comment)",
            CommentColumns("VIEW", T, (("A", "x"), ("B", None))),
        ),
        ("drop view if exists d.s.t cascade", DropObject("VIEW", T, if_exists=True)),
        ("drop table d.s.t", DropObject("TABLE", T)),
        ("undrop table d.s.t", UndropObject("TABLE", T)),
    ],
)
def test_tables_and_views(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-clone, alter-table, alter-view, comment; dbt's persist_docs
    assert parse(sql) == expected


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("create stream d.s.t on table x", "STREAM"),
        ("create or replace task d.s.t schedule = '1 minute' as select ';'", "TASK"),
        ("create transient dynamic table d.s.t target_lag = '1 hour' warehouse = w as select 1", "DYNAMIC TABLE"),
        ("create secure materialized view d.s.t as select 1", "MATERIALIZED VIEW"),
        ("create pipe d.s.t as copy into x from @y", "PIPE"),
    ],
)
def test_what_nothing_here_runs_is_never_made_a_plain_table(sql: str, kind: str) -> None:
    statement = parse(sql)
    assert isinstance(statement, CreateListedObject)
    assert (statement.kind, statement.name, statement.text) == (kind, T, sql)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create role if not exists r", CreateAccountObject("ROLE", Name(("R",)), if_not_exists=True)),
        ("create database role d.r", CreateAccountObject("DATABASE ROLE", Name(("D", "R")))),
        (
            "create user u password = 'p=\\'1' default_role = r default_secondary_roles = ('ALL') "
            "default_namespace = d.s must_change_password = false workload_identity = (type = oidc issuer = 'x')",
            CreateAccountObject(
                "USER",
                Name(("U",)),
                properties={
                    "PASSWORD": "p='1",
                    "DEFAULT_ROLE": "R",
                    "DEFAULT_SECONDARY_ROLES": ("ALL",),
                    "DEFAULT_NAMESPACE": "D.S",
                    "MUST_CHANGE_PASSWORD": False,
                    "WORKLOAD_IDENTITY": {"TYPE": "OIDC", "ISSUER": "x"},
                },
            ),
        ),
        (
            "create warehouse w with warehouse_size = xsmall auto_suspend = 60",
            CreateAccountObject("WAREHOUSE", Name(("W",)), properties={"WAREHOUSE_SIZE": "XSMALL", "AUTO_SUSPEND": 60}),
        ),
        ("alter user u set default_role = 'R'", SetProperties("USER", Name(("U",)), {"DEFAULT_ROLE": "R"})),
        (
            "alter user if exists u add programmatic access token t role_restriction = 'R' days_to_expiry = 3",
            AddAccessToken(Name(("U",)), Name(("T",)), {"ROLE_RESTRICTION": "R", "DAYS_TO_EXPIRY": 3}),
        ),
        ("alter user add pat t", AddAccessToken(None, Name(("T",)))),
        ("alter user u remove pat t", RemoveAccessToken(Name(("U",)), Name(("T",)))),
        ("alter warehouse w resume if suspended", AlterWarehouse(Name(("W",)), "RESUME", if_suspended=True)),
        ("alter warehouse suspend", AlterWarehouse(None, "SUSPEND")),
        (
            "alter warehouse w set warehouse_size = 'LARGE'",
            SetProperties("WAREHOUSE", Name(("W",)), {"WAREHOUSE_SIZE": "LARGE"}),
        ),
        ("drop user if exists u", DropObject("USER", Name(("U",)), if_exists=True)),
    ],
)
def test_roles_users_and_warehouses(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-role, create-user, alter-user, create-warehouse
    assert parse(sql) == expected


TABLE_A = Name(("A",))
POLICY = Name(("GOV", "PII", "MASK"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "alter table a modify column b set masking policy gov.pii.mask",
            SetMaskingPolicies("TABLE", TABLE_A, (MaskedColumn("B", POLICY, ("B",)),)),
        ),
        (
            'alter table if exists a alter "b" set masking policy gov.pii.mask using ("b", c) force, '
            "column d unset masking policy",
            SetMaskingPolicies(
                "TABLE",
                TABLE_A,
                (MaskedColumn("b", POLICY, ("b", "C"), force=True), MaskedColumn("D", None)),
                if_exists=True,
            ),
        ),
        (
            "alter view a modify column b unset masking policy",
            SetMaskingPolicies("VIEW", TABLE_A, (MaskedColumn("B", None),)),
        ),
        (
            "alter table a add row access policy gov.pii.mask on (b, c)",
            ChangeRowAccessPolicy("TABLE", TABLE_A, added=POLICY, arguments=("B", "C")),
        ),
        (
            "alter table a drop row access policy p, add row access policy gov.pii.mask on (b)",
            ChangeRowAccessPolicy("TABLE", TABLE_A, Name(("P",)), POLICY, ("B",)),
        ),
        ("alter table a drop all row access policies", ChangeRowAccessPolicy("TABLE", TABLE_A, drop_all=True)),
    ],
)
def test_policies_on_tables_and_views(sql: str, expected: Statement) -> None:
    """D/sql-reference/sql/alter-table-column, D/sql-reference/sql/alter-table, D/sql-reference/sql/alter-view."""
    assert parse(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "create schema",
        "create schema a transient",
        "create schema a comment 'x'",
        "create schema a comment = 'x' comment",
        "create or replace schema if not exists a",
        "create or alter schema a",
        "create schema a clone b at (offset => -60)",
        "create table a clone b before (statement => 'x')",
        "create table a clone",
        "create network policy p",
        "create role r clone s",
        "alter schema a rename b",
        "alter schema a swap b",
        "alter schema a set",
        "alter schema a set tag t = 'x'",
        "alter schema a comment = 'x'",
        "alter table a add search optimization",
        "alter table a drop row access policy",
        "alter table a add row access policy p",
        "alter table a modify column b set masking policy",
        "alter table a modify column b set masking policy p, c comment 'x'",
        "alter table a alter b comment 'x', c set not null",
        "alter account set x = 1",
        "alter task t resume",
        "alter user u add delegated authorization of role r to security integration i",
        "drop unicorn u",
        "drop table a cascade restrict",
        "undrop role r",
        "comment on table a as 'x'",
        "comment on table a is x",
    ],
)
def test_what_is_not_understood_is_refused(sql: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(sql)
