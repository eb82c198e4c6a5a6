"""The suite "basic": what `dbt docs generate` finds out.

Names are in upper case, types are Snowflake's, tables have statistics.
"""

from __future__ import annotations

from typing import Any

import pytest
from dbt.tests.adapter.basic.expected_catalog import base_expected_catalog, expected_references_catalog, no_stats
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.basic.test_get_catalog_for_single_relation import BaseGetCatalogForSingleRelation
from dbt.tests.util import AnyInteger, AnyString
from dbt_common.contracts.metadata import CatalogTable, ColumnMetadata, StatsItem, TableMetadata

_ROLE = "ACCOUNTADMIN"


def _statistic(id_: str, label: str, value: Any, description: str, include: bool = True) -> dict[str, Any]:
    return {"id": id_, "label": label, "value": value, "description": description, "include": include}


def _table_statistics(rows: Any) -> dict[str, dict[str, Any]]:
    present = "Indicates whether there are statistics for this table"
    items = [
        _statistic("has_stats", "Has Stats?", True, present, include=False),
        _statistic("bytes", "Approximate Size", AnyInteger(), "Approximate size of the table as reported by Snowflake"),
        _statistic("last_modified", "Last Modified", AnyString(), "The timestamp for last update/change"),
        _statistic("row_count", "Row Count", rows, "An approximate count of rows in this table"),
    ]
    return {item["id"]: item for item in items}


_TYPES = {"id_type": "NUMBER", "text_type": "TEXT", "time_type": "TIMESTAMP_NTZ"}
_KINDS = {"view_type": "VIEW", "table_type": "BASE TABLE"}


class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project: Any) -> dict[str, Any]:
        return base_expected_catalog(
            project,
            role=_ROLE,
            **_TYPES,
            **_KINDS,
            model_stats=no_stats(),
            seed_stats=_table_statistics(1.0),
            case=str.upper,
            case_columns=False,
        )


class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def project_config_update(self, unique_schema: str) -> dict[str, Any]:
        """The models select the seed's columns unquoted: quoted by the seed, they would be others in Snowflake."""
        variables = {"test_schema": unique_schema, "alternate_schema": f"{unique_schema}_test"}
        return {"asset-paths": ["assets"], "vars": variables, "seeds": {"quote_columns": False}}

    @pytest.fixture(scope="class")
    def expected_catalog(self, project: Any) -> dict[str, Any]:
        expected = expected_references_catalog(
            project,
            role=_ROLE,
            **_TYPES,
            **_KINDS,
            bigint_type="NUMBER",
            model_stats=_table_statistics(1.0),
            view_summary_stats=no_stats(),
            case=str.upper,
            case_columns=True,
        )
        for node in (*expected["nodes"].values(), *expected["sources"].values()):
            columns = node["columns"].values()
            node["columns"] = {c["name"].upper(): {**c, "name": c["name"].upper()} for c in columns}
        return expected


class TestCatalogForSingleRelation(BaseGetCatalogForSingleRelation):
    @pytest.fixture(scope="class")
    def expected_catalog_my_seed(self, project: Any) -> CatalogTable:
        return _single(project, "MY_SEED", "TABLE", rows=1, bytes_=AnyInteger(), include=True)

    @pytest.fixture(scope="class")
    def expected_catalog_my_view_model(self, project: Any) -> CatalogTable:
        return _single(project, "MY_VIEW_MODEL", "VIEW", rows=0, bytes_=0, include=False)


_SINGLE_TYPES = {
    "ID": "NUMBER",
    "FIRST_NAME": "VARCHAR",
    "EMAIL": "VARCHAR",
    "IP_ADDRESS": "VARCHAR",
    "UPDATED_AT": "TIMESTAMP_NTZ",
}


def _single(project: Any, name: str, type_: str, rows: int, bytes_: Any, include: bool) -> CatalogTable:
    present = "Indicates whether there are statistics for this table"
    items = [
        StatsItem(id="has_stats", label="Has Stats?", value=True, include=False, description=present),
        StatsItem("row_count", "Row Count", rows, include, "Number of rows in the table as reported by Snowflake"),
        StatsItem("bytes", "Approximate Size", bytes_, include, "Size of the table as reported by Snowflake"),
    ]
    columns = {
        column: ColumnMetadata(type=column_type, index=index, name=column, comment=None)
        for index, (column, column_type) in enumerate(_SINGLE_TYPES.items(), start=1)
    }
    schema = project.test_schema.upper()
    return CatalogTable(
        metadata=TableMetadata(type_, schema, name, database=project.database, comment="", owner=_ROLE),
        columns=columns,
        stats={item.id: item for item in items},
        unique_id=None,
    )
