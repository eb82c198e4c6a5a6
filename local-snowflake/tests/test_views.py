"""Views are bound by name at run time. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

from server_process import Client


def test_a_qualified_name_in_a_view_goes_on_meaning_that_schema_after_a_swap(admin: Client) -> None:
    """D/user-guide/object-dependencies: views depend on names. dbt writes qualified names into its views."""
    database = admin.value("select current_database()")
    admin.run("create schema blue", "create table public.t as select 1 as x", "create table blue.t as select 2 as x")
    admin.run(f"create view blue.v as select x from {database}.blue.t", "alter schema public swap with blue")
    assert admin.value("select x from public.v") == 1, "the view still reads what is now called blue"
    admin.run("alter schema blue rename to old")
    assert admin.error("select * from public.v")[0] == "002003"


def test_an_unqualified_name_means_the_views_own_schema(admin: Client) -> None:
    """D/sql-reference/name-resolution: the session's search path is ignored in a view body."""
    admin.run("create schema blue", "create table public.t as select 1 as x", "create table blue.t as select 2 as x")
    admin.run("create view blue.v as select x, current_schema() as s from t", "use schema public")
    assert admin.run("select x, s from blue.v") == [(2, "BLUE")]
    admin.run("alter schema public swap with blue")
    assert admin.run("select x, s from public.v") == [(2, "PUBLIC")]


def test_a_view_whose_base_gets_other_columns_fails(admin: Client) -> None:
    """D/sql-reference/sql/create-view: the column list is fixed when the view is created."""
    admin.run("create table t as select 1 as x", "create view v as select * from t", "select * from v")
    admin.run("create or replace table t as select 1 as x, 2 as y")
    assert "declared 1 column(s), but view query produces 2" in admin.error("select * from v")[2]


def test_base_objects_must_exist(admin: Client) -> None:
    assert admin.error("create view v as select * from missing")[0] == "002003"
    assert admin.error("create view v as select nothing from (select 1 as x)")[0] == "000904"


def test_a_common_table_expression_hides_a_table_of_its_name(admin: Client) -> None:
    """D/user-guide/queries-cte."""
    admin.run("create table t as select 1 as x")
    assert admin.value("with t as (select 7 as x) select x from t") == 7
    assert admin.value("with u as (select x + 1 as x from t) select u.x from u join t on true") == 2
    assert admin.run(
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select i from n order by i"
    ) == [(1,), (2,), (3,)]


def test_the_text_of_a_view_is_listed_as_it_was_written(admin: Client) -> None:
    """D/sql-reference/sql/show-views: text; D/sql-reference/functions/get_ddl."""
    admin.run("create table t as select 1 as x", "create or replace view v as select x /* kept */ from t")
    assert admin.column("show views", "text") == ["create or replace view v as select x /* kept */ from t"]
    assert "select x" in admin.value("select get_ddl('view', 'v', true)").lower()


def test_the_text_of_a_secure_view_is_for_its_owner(admin: Client) -> None:
    """D/sql-reference/sql/show-views."""
    database = admin.value("select current_database()")
    admin.run("create table t as select 1 as x", "create secure view v as select x from t")
    admin.run("create role secure_reader", f"grant usage on database {database} to role secure_reader")
    admin.run("grant usage on schema public to role secure_reader", "grant select on view v to role secure_reader")
    admin.run("grant role secure_reader to user local_admin", "use role secure_reader")
    assert admin.column("show views in schema public", "text") == [""]
    admin.run("use role accountadmin", "drop role secure_reader")


def test_columns_and_comments_of_a_view(admin: Client) -> None:
    admin.run("create view v (a comment 'first', b) as select 1, 'x'")
    assert admin.column("describe view v", "name") == ["A", "B"]
    assert admin.column("describe view v", "type") == ["NUMBER(38,0)", "VARCHAR(16777216)"]
    assert admin.column("describe view v", "comment") == ["first", None]
    admin.run("alter view v alter b comment $$it's b$$")
    assert admin.column("describe view v", "comment") == ["first", "it's b"]


def test_replacing_a_view_is_seen_at_once_and_keeps_grants_only_when_asked(admin: Client) -> None:
    """D/sql-reference/sql/create-view (COPY GRANTS)."""
    admin.run("create role view_reader", "create view v as select 1 as x", "grant select on view v to role view_reader")
    admin.run("create or replace view v copy grants as select 2 as x")
    assert "VIEW_READER" in admin.column("show grants on view v", "grantee_name")
    admin.run("create or replace view v as select 3 as x")
    assert admin.value("select x from v") == 3
    assert "VIEW_READER" not in admin.column("show grants on view v", "grantee_name")


def test_views_over_views_and_joins_of_a_view_with_itself(admin: Client) -> None:
    admin.run("create table t as select column1 as x from values (1), (2)", "create view v as select x from t")
    admin.run("create view w as select a.x, b.x as y from v a join v b on a.x = b.x where a.x > 1")
    assert admin.run("select w.x, w.y from w") == [(2, 2)]


def test_explain_compiles_and_runs_nothing(admin: Client) -> None:
    """D/sql-reference/sql/explain: a check of every view that reads no row."""
    admin.run("create table t as select 0 as x", "create view v as select 1 / x as y from t")
    assert "TableScan" in admin.run("explain using text select * from v")[0][0]
    assert admin.error("select * from v")[0] == "100051"
    assert admin.error("explain select nothing from v")[0] == "000904"
    admin.run("drop table t")
    assert admin.error("explain using text select * from v")[0] == "002003"
