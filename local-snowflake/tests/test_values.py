"""Values on their way through binds, the engine and the driver; functions that deployments rely on.

D/ is https://docs.snowflake.com/en/.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import snowflake.connector
from server_process import Client, ServerProcess

_UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("null::timestamp_ntz", None),
        ("'2020-02-29 01:02:03.456789'::timestamp_ntz", datetime.datetime(2020, 2, 29, 1, 2, 3, 456789)),
        ("'1969-12-31 23:59:58.5'::timestamp_ntz", datetime.datetime(1969, 12, 31, 23, 59, 58, 500000)),
        ("'2020-01-01 10:00:00 +02:00'::timestamp_tz", datetime.datetime(2020, 1, 1, 8, 0, tzinfo=_UTC)),
        ("'1960-01-02'::date", datetime.date(1960, 1, 2)),
        ("'23:59:59.25'::time", datetime.time(23, 59, 59, 250000)),
        ("12345678901234567890.12::number(30,2)", Decimal("12345678901234567890.12")),
        ("99999999999999999999", 99999999999999999999),
        ("0.1::float + 0.2::float", 0.30000000000000004),
        ("true", True),
        ("'é; -- $$ \\' \"x\"'", 'é; -- $$ \' "x"'),
        ("parse_json('{\"a\": [1, null]}'):a[0]::int", 1),
        ("to_binary('00ff', 'HEX')", bytearray(b"\x00\xff")),
        ("count_if(column1 > 1)", 1),
        ("array_agg(column1) within group (order by column1)::varchar", "[1,2]"),
        ("equal_null(null, null)", True),
        ("null is distinct from 1", True),
        ("iff(1 = 2, 'a', 'b')", "b"),
        ("abs(mod(-7, 3))", 1),
        ("approx_count_distinct(column1)", 2),
        ("min_by(column1, -column1, 1)::varchar", "[2]"),
        ("object_construct('k', 1, 'n', null)::varchar", '{"k":1}'),
        ("to_char('2020-03-04'::date, 'YYYYMMDD')", "20200304"),
        (
            "to_varchar(convert_timezone('UTC', '2020-01-01 00:30 +01:00'::timestamp_tz), 'yyyy-mm-dd HH24:MI'||'UTC')",
            "2019-12-31 23:30UTC",
        ),
        ("to_timestamp_tz('2020-01-01 10:00:00 ' || '+0200')", datetime.datetime(2020, 1, 1, 8, 0, tzinfo=_UTC)),
        ("sum(column1)", 3),
    ],
)
def test_a_value_arrives_as_it_is(admin: Client, expression: str, expected: object) -> None:
    assert admin.value(f"select {expression} from values (1), (2) limit 1") == expected


def test_values_come_back_from_tables_as_they_went_in(admin: Client, server: ServerProcess) -> None:
    admin.run("create table t (n number(10,2), s varchar, d date, ts timestamp_ntz, b boolean, f float, bin binary)")
    database = admin.value("select current_database()")
    row = (
        Decimal("3.25"), "it's \\ ? :1", datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5, 678), True,
        1.5, bytearray(b"\x01"),
    )  # fmt: skip
    connection = snowflake.connector.connect(
        user="LOCAL_ADMIN", password="local", account="local", host="127.0.0.1", port=server.port, protocol="http",
        paramstyle="qmark", database=database,
    )  # fmt: skip
    try:
        cursor = connection.cursor()
        cursor.execute("insert into t (n, s, d, ts, b, f, bin) values (?, ?, ?, ?, ?, ?, ?) -- is ? kept", row)
        cursor.execute("insert into t (s, n) select ?, ? -- nulls", ("only", None))
        cursor.executemany("insert into t (s, n) values (?, ?)", [("a", 1), ("b", None)])
        assert cursor.rowcount == 2
        assert cursor.execute("select n, s, d, ts, b, f, bin from t where s = ?", (row[1],)).fetchall() == [row]
        assert cursor.execute("select count(*), count(n) from t").fetchone() == (4, 2)
    finally:
        connection.close()


def test_hash_agg_is_equal_for_equal_rows_in_any_order(admin: Client) -> None:
    """D/sql-reference/functions/hash_agg: not sensitive to order; 0 for no rows; NULLs count."""
    admin.run("create table a as select * from values (1, 'x'), (2, null), (2, null)")
    admin.run("create table b as select * from values (2, null), (1, 'x'), (2, null)")
    admin.run("create table c as select * from values (2, null), (1, 'x')")
    hashes = [admin.value(f"select hash_agg(*) from {table}") for table in "abc"]
    assert hashes[0] == hashes[1] != hashes[2]
    assert admin.value("select hash_agg(*) from a where false") == 0
    assert admin.value("select hash_agg(t.*) from a t") == hashes[0]
    assert all(-(2**63) <= value < 2**63 for value in hashes)


def test_generated_rows(admin: Client) -> None:
    """D/sql-reference/functions/generator, seq1, uniform."""
    admin.run(
        "create table t as select seq4() as n, uniform(1, 3, random()) as u from table(generator(rowcount => 100))"
    )
    assert admin.run("select count(*), min(n), max(n), min(u) >= 1, max(u) <= 3 from t") == [(100, 0, 99, True, True)]


def test_unnamed_columns_are_named_by_their_text(admin: Client) -> None:
    assert admin.column("select count(*) from values (1)", "COUNT(*)") == [1]
    assert admin.error("create table t as select 1 as x, 1 as x")[0] == "002025"


def test_variables_are_put_in_and_texts_are_left_alone(admin: Client) -> None:
    """D/sql-reference/session-variables."""
    admin.run("set least = 2")
    assert admin.run("select column1, '$least' from values (1), (2) where column1 >= $least") == [(2, "$least")]
    assert admin.error("select $unknown")[0] == "002211"


def test_a_format_that_is_not_known_is_refused(admin: Client) -> None:
    assert admin.error("select to_char(current_date, 'Q')")[1] == "0A000"
