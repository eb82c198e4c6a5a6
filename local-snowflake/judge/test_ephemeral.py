"""The suite "ephemeral". It compares compiled SQL with PostgreSQL's; here with what Snowflake is sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dbt.tests.adapter.ephemeral.test_ephemeral import (
    BaseEphemeralErrorHandling,
    BaseEphemeralMulti,
    BaseEphemeralNested,
)
from dbt.tests.util import check_relations_equal, run_dbt


def _body_of_view(project: Any, model: str) -> str:
    """What the compiled CREATE VIEW of a model selects, in one line, with the schema's name taken out."""
    statement = Path("target", "run", "test", "models", f"{model}.sql").read_text()
    body = re.fullmatch(r"(?is)\s*create or replace\s+view\s+\S+\s+as\s*\((.*)\);?\s*", statement)
    assert body is not None, statement
    text = re.sub(r"(?m)--.*$", "", body[1])
    return " ".join(text.replace(project.test_schema, "SCHEMA").split())


class TestEphemeralMulti(BaseEphemeralMulti):
    def test_ephemeral_multi(self, project: Any) -> None:
        run_dbt(["seed"])
        assert len(run_dbt(["run"])) == 3
        check_relations_equal(project.adapter, ["SEED", "DEPENDENT", "DOUBLE_DEPENDENT", "SUPER_DEPENDENT"])
        assert _body_of_view(project, "double_dependent") == (
            "with __dbt__cte__base as ( select * from SCHEMA.seed ), "
            "__dbt__cte__base_copy as ( select * from __dbt__cte__base ) "
            "select * from __dbt__cte__base where gender = 'Male' "
            "union all select * from __dbt__cte__base_copy where gender = 'Female'"
        )


class TestEphemeralNested(BaseEphemeralNested):
    def test_ephemeral_nested(self, project: Any) -> None:
        assert len(run_dbt(["run"])) == 2
        assert _body_of_view(project, "root_view") == (
            f"with __dbt__cte__ephemeral_level_two as ( select * from {project.database}.SCHEMA.source_table ), "
            "__dbt__cte__ephemeral as ( select * from __dbt__cte__ephemeral_level_two ) "
            "select * from __dbt__cte__ephemeral"
        )
        check_relations_equal(project.adapter, ["SOURCE_TABLE", "ROOT_VIEW"])


class TestEphemeralErrorHandling(BaseEphemeralErrorHandling):
    pass
