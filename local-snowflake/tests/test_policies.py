"""Masking and row access policies. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server_process import Client, ServerProcess
from steward_session import steward_of

MASK = "as (val string) returns string -> case when current_role() = 'X' then val else '***' end"
SEES_ALL = "as (region string) returns boolean -> true"


@pytest.fixture
def governed(admin: Client) -> Client:
    """A table with a masked column and a row access policy; the policies are in a schema of their own."""
    admin.run(
        "create schema rules",
        f"create masking policy rules.mask {MASK}",
        f"create row access policy rules.own_region {SEES_ALL}",
        "use schema public",
        "create table t (id number, email string, region string)",
        "alter table t modify column email set masking policy rules.mask",
        "alter table t add row access policy rules.own_region on (region)",
    )
    return admin


@pytest.fixture
def steward(governed: Client, server: ServerProcess) -> Iterator[Client]:
    """A session of a role that may use everything, owns the tables, and has no privilege on any policy."""
    with steward_of(governed, server) as client:
        yield client


def _of(client: Client, table: str) -> list[tuple[str, ...]]:
    """What is set on a table: kind, policy, column, arguments."""
    name = client.value("select current_database()")
    return sorted(
        client.run(
            "select policy_kind, policy_schema || '.' || policy_name, coalesce(ref_column_name, '-'), "
            "coalesce(ref_arg_column_names, '-') from table(information_schema.policy_references("
            f"ref_entity_name => '{name}.{table}', ref_entity_domain => 'table'))"
        )
    )


SET = [
    ("MASKING_POLICY", "RULES.MASK", "EMAIL", "-"),
    ("ROW_ACCESS_POLICY", "RULES.OWN_REGION", "-", '["REGION"]'),
]


def test_what_is_set_is_told_by_table_by_policy_and_by_describe(governed: Client) -> None:
    """D/sql-reference/functions/policy_references, D/sql-reference/sql/desc-table (policy name)."""
    assert _of(governed, "public.t") == SET
    rows = governed.run(
        "select ref_schema_name, ref_entity_name, ref_column_name, policy_status "
        "from table(information_schema.policy_references(policy_name => 'rules.mask'))"
    )
    assert rows == [("PUBLIC", "T", "EMAIL", "ACTIVE")]
    database = governed.value("select current_database()")
    assert governed.column("desc table t", "policy name") == [None, f"{database}.RULES.MASK", None]


def test_create_or_replace_loses_policies_and_a_clone_carries_them(governed: Client) -> None:
    """D/user-guide/security-column-intro (cloning), D/sql-reference/sql/create-table: a new table has what it says."""
    governed.run("create table c clone t", "create table old clone t")
    governed.run("create or replace table t as select * from old")
    assert _of(governed, "public.t") == []
    assert _of(governed, "public.c") == SET
    governed.run("create or replace table t clone c copy grants")
    assert _of(governed, "public.t") == SET


def test_a_cloned_schema_binds_to_the_policies_cloned_with_it_and_shares_others(governed: Client) -> None:
    """D/user-guide/object-clone: policies in the schema are cloned, those elsewhere stay shared."""
    governed.run(
        f"create masking policy public.own {MASK}",
        "create table u (email string)",
        "alter table u modify column email set masking policy public.own",
        "create schema copy clone public",
    )
    assert _of(governed, "copy.t") == SET
    assert _of(governed, "copy.u") == [("MASKING_POLICY", "COPY.OWN", "EMAIL", "-")]
    assert _of(governed, "public.u") == [("MASKING_POLICY", "PUBLIC.OWN", "EMAIL", "-")]


def test_policies_move_with_their_table(governed: Client) -> None:
    """D/sql-reference/sql/alter-table (SWAP WITH, RENAME), D/sql-reference/sql/alter-schema (SWAP WITH)."""
    governed.run("create table plain as select * from t")
    governed.run("alter table t swap with plain")
    assert (_of(governed, "public.t"), _of(governed, "public.plain")) == ([], SET)
    governed.run("alter table plain rename to masked", "create schema blue", "alter schema blue swap with public")
    assert _of(governed, "blue.masked") == SET


def test_a_column_has_one_policy_and_a_table_one_row_access_policy(governed: Client) -> None:
    """D/sql-reference/sql/alter-table-column (FORCE), D/user-guide/security-row-intro (limitations)."""
    governed.run(
        "create masking policy rules.other as (v string, r string) returns string -> iff(r = 'x', v, null)",
        "create row access policy rules.all as (r string, i number) returns boolean -> true",
    )
    assert governed.error("alter table t modify column email set masking policy rules.other force")[0] == "001003"
    assert "already" in governed.error("alter table t alter column email set masking policy rules.other")[2]
    assert "already" in governed.error("alter table t add row access policy rules.all on (id)")[2]
    governed.run(
        "alter table t modify column email set masking policy rules.other using (email, region) force",
        "alter table t drop row access policy rules.own_region, add row access policy rules.all on (region, id)",
    )
    assert _of(governed, "public.t") == [
        ("MASKING_POLICY", "RULES.OTHER", "EMAIL", "-"),
        ("ROW_ACCESS_POLICY", "RULES.ALL", "-", '["REGION", "ID"]'),
    ]
    governed.run("alter table t modify column email unset masking policy", "alter table t drop all row access policies")
    assert _of(governed, "public.t") == []


def test_views_have_policies_of_their_own(governed: Client) -> None:
    """D/sql-reference/sql/alter-view."""
    governed.run(
        "create view v as select id, email from t",
        "alter view v modify column email set masking policy rules.mask",
    )
    assert _of(governed, "public.v") == SET[:1]
    assert governed.error("alter table v modify column email unset masking policy")[0] == "000002"
    governed.run("create or replace view v as select id, email from t")
    assert _of(governed, "public.v") == []


def test_a_policy_that_is_set_is_neither_dropped_nor_replaced(governed: Client) -> None:
    """D/sql-reference/sql/drop-masking-policy, D/sql-reference/sql/drop-row-access-policy: take it off first."""
    for statement in (
        "drop masking policy rules.mask",
        f"create or replace masking policy rules.mask {MASK}",
        "drop row access policy rules.own_region",
    ):
        assert "associated with one or more entities" in governed.error(statement)[2]
    governed.run("alter table t modify column email unset masking policy", "drop masking policy rules.mask")
    assert governed.run("show masking policies in account") == []


@pytest.mark.parametrize(
    "statement",
    [
        "alter table t modify column nothing set masking policy rules.mask",
        "alter table t modify column email set masking policy rules.nothing",
        "alter table t modify column region set masking policy rules.mask using (region, nothing)",
        "alter table t modify column region set masking policy rules.mask using (region, email)",
        "create masking policy rules.without_body as (v string) returns string",
        "create row access policy rules.without_arguments as () returns boolean -> true",
        "alter table nothing modify column email set masking policy rules.mask",
        "alter table t drop row access policy rules.nothing",
        "select * from table(information_schema.policy_references(policy_name => 'rules.nothing'))",
        "select * from table(information_schema.policy_references(ref_entity_name => 't'))",
        "select * from table(information_schema.policy_references(ref_entity_name => 't', ref_entity_domain => 'x'))",
    ],
)
def test_what_is_not_there_is_refused(governed: Client, statement: str) -> None:
    """Nothing is made up for a name that means nothing."""
    governed.error(statement)
    assert _of(governed, "public.t") == SET


def test_a_role_without_any_right_on_policies_sees_none_and_cannot_set_any(governed: Client, steward: Client) -> None:
    """D/sql-reference/functions/policy_references (usage notes): OWNERSHIP of the table gives an error."""
    assert steward.run("show masking policies in account") == []
    by_table = "ref_entity_name => 'public.t', ref_entity_domain => 'table'"
    for arguments in (by_table, "policy_name => 'rules.mask'"):
        code, _, _ = steward.error(f"select * from table(information_schema.policy_references({arguments}))")
        assert code in ("003001", "002003")
    assert steward.error("alter table t modify column email unset masking policy")[0] == "003001"


def test_apply_on_a_policy_tells_of_it_on_owned_tables_only(governed: Client, steward: Client) -> None:
    """D/sql-reference/functions/policy_references (usage notes): APPLY on the policy and OWNERSHIP of the table."""
    governed.run(
        "create table other (email string)",
        "alter table other modify column email set masking policy rules.mask",
        f"grant apply on masking policy rules.mask to role {steward.value('select current_role()')}",
    )
    assert steward.column("show masking policies in account", "name") == ["MASK"]
    assert steward.run("show row access policies in account") == []
    assert _of(steward, "public.t") == SET[:1]
    assert steward.run(
        "select ref_entity_name from table(information_schema.policy_references(policy_name => 'rules.mask'))"
    ) == [("T",)]
    steward.run("alter table t modify column email unset masking policy")
    steward.run("alter table t modify column email set masking policy rules.mask")
    assert _of(steward, "public.t") == SET[:1]


def test_the_global_privilege_tells_of_all_of_its_kind(governed: Client, steward: Client) -> None:
    """D/sql-reference/functions/policy_references (usage notes): APPLY MASKING POLICY on the account."""
    role = steward.value("select current_role()")
    governed.run(
        "create table other (email string, region string)",
        "alter table other modify column email set masking policy rules.mask",
        f"grant apply masking policy on account to role {role}",
        f"grant select on table other to role {role}",
    )
    assert steward.column("show masking policies in account", "name") == ["MASK"]
    assert steward.run("show row access policies in account") == []
    assert _of(steward, "public.other") == [("MASKING_POLICY", "RULES.MASK", "EMAIL", "-")]
    assert ("APPLY MASKING POLICY", role) in list(
        zip(
            steward.column("show grants on account", "privilege"),
            steward.column("show grants on account", "grantee_name"),
            strict=True,
        )
    )


def test_a_schema_with_a_policy_that_is_set_elsewhere_is_not_dropped(governed: Client) -> None:
    """D/user-guide/security-column-intro (limitations): policy and mappings must be self-contained."""
    assert "associated with" in governed.error("drop schema rules")[2]
    governed.run(
        f"create masking policy public.own {MASK}",
        "create or replace table t (email string)",
        "alter table t modify column email set masking policy public.own",
        "drop schema public",
        "drop schema rules",
    )


def test_a_query_reads_through_the_policies_whoever_owns_the_table(governed: Client, steward: Client) -> None:
    """D/user-guide/security-column-intro, D/user-guide/security-row-intro: masked for its owner as well."""
    role = steward.value("select current_role()")
    governed.run(
        "create table regions (region string, role string)",
        f"insert into regions values ('north', '{role}'), ('south', 'ACCOUNTADMIN')",
        "create masking policy rules.own as (v number, region string) returns number -> "
        "case when is_role_in_session('ACCOUNTADMIN') or region = 'south' then v end comment = 'ids'",
        "create row access policy rules.mapped as (r string) returns boolean -> exists "
        "(select 1 from public.regions as m where m.region = r and m.role = current_role())",
        "alter table t modify column email unset masking policy",
        "alter table t drop all row access policies",
        "alter table t modify column email set masking policy rules.mask",
        "alter table t modify column id set masking policy rules.own using (id, region)",
        "alter table t add row access policy rules.mapped on (region)",
    )
    steward.run(
        "insert into t select 1, 'a@b', 'north' union all select 2, 'c@d', 'south' union all select 3, 'e@f', 'east'",
        "grant select on table t to role ACCOUNTADMIN",
    )
    everything = "select id, email, region from t as x (id, email, region) order by region"
    assert governed.run(everything) == [(2, "***", "south")]
    assert steward.run(everything) == [(None, "***", "north")]
    assert steward.run("select count(*), count(t.id) from public.t join (select 1) on true") == [(1, 0)]
    steward.run("alter table t cluster by (region)")
    assert steward.column("show tables like 'T'", "rows") == [3]


def test_what_is_made_of_a_masked_table_holds_the_masks_and_a_clone_holds_the_values(governed: Client) -> None:
    """D/user-guide/security-column-intro (considerations; cloning)."""
    governed.run("alter table t drop all row access policies", "insert into t select 1, 'a@b', 'north'")
    governed.run("create table made as select * from t", "create table copy clone t")
    governed.run("alter table copy modify column email unset masking policy")
    assert governed.run("select email from made") == [("***",)]
    assert governed.run("select email from copy") == [("a@b",)]


def test_a_view_is_masked_after_its_table(governed: Client) -> None:
    """D/user-guide/security-column-intro: the table's policy first, then the view's."""
    governed.run(
        "alter table t drop all row access policies",
        "insert into t select 1, 'a@b', 'north'",
        "create masking policy rules.twice as (v string) returns string -> v || '!'",
        "create view v (mail, id) as select email, id from t",
        "alter view v modify column mail set masking policy rules.twice",
    )
    assert governed.run("select v.mail, w.mail from v join v as w using (id)") == [("***!", "***!")]
