"""The suite "persist_docs".

Unquoted names are stored in upper case, and dbt-snowflake breaks up $$, which would end its literal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dbt.tests.adapter.persist_docs.test_persist_docs import (
    BasePersistDocs,
    BasePersistDocsAllColumnsMissing,
    BasePersistDocsColumnMissing,
    BasePersistDocsCommentOnQuotedColumn,
    BasePersistDocsQuotedColumnCaseSensitive,
    BasePersistDocsQuotedDescriptionNotAppliedOnMismatch,
)
from dbt.tests.util import run_dbt


def _as_the_suite_expects(node: dict[str, Any]) -> dict[str, Any]:
    """A node of the catalog with columns in lower case and dollars as written; Snowflake's empty comment is none."""

    def comment(text: str | None) -> str | None:
        return text.replace("[$]", "$") if text else None

    metadata = {**node["metadata"], "comment": comment(node["metadata"]["comment"])}
    columns = {
        name.lower(): {**column, "comment": comment(column["comment"])} for name, column in node["columns"].items()
    }
    return {**node, "metadata": metadata, "columns": columns}


class TestPersistDocs(BasePersistDocs):
    def _assert_has_table_comments(self, table_node: dict[str, Any]) -> None:
        super()._assert_has_table_comments(_as_the_suite_expects(table_node))

    def _assert_has_view_comments(
        self, view_node: dict[str, Any], has_node_comments: bool = True, has_column_comments: bool = True
    ) -> None:
        super()._assert_has_view_comments(_as_the_suite_expects(view_node), has_node_comments, has_column_comments)


class TestColumnMissing(BasePersistDocsColumnMissing):
    def test_missing_column(self, project: Any) -> None:
        run_dbt(["docs", "generate"])
        catalog = json.loads(Path("target", "catalog.json").read_text())
        columns = catalog["nodes"]["model.test.missing_column"]["columns"]
        assert columns["ID"]["comment"].startswith("test id column description")
        assert "COLUMN_THAT_DOES_NOT_EXIST" not in columns


class TestAllColumnsMissing(BasePersistDocsAllColumnsMissing):
    pass


class TestQuotedColumnCaseSensitive(BasePersistDocsQuotedColumnCaseSensitive):
    pass


class TestQuotedDescriptionNotAppliedOnMismatch(BasePersistDocsQuotedDescriptionNotAppliedOnMismatch):
    pass


class TestCommentOnQuotedColumn(BasePersistDocsCommentOnQuotedColumn):
    pass
