"""The suite "simple_seed": types, delimiters, encodings, and what a full refresh leaves of the models on top."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from dbt.tests.adapter.simple_seed import fixtures, seeds, test_seed
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride
from dbt.tests.util import run_dbt

_TEXT = "character varying(16777216)"


class _ViewsOutliveTheirTables:
    """DROP TABLE takes no view along in Snowflake, whose views hold names; the suite expects PostgreSQL's CASCADE."""

    def _check_relation_end_state(self, run_result: Any, project: Any, exists: bool) -> None:
        super()._check_relation_end_state(run_result, project, exists=True)  # type: ignore[misc]


class TestBasicSeedTests(_ViewsOutliveTheirTables, test_seed.BaseBasicSeedTests):
    pass


class TestFullRefreshOn(_ViewsOutliveTheirTables, test_seed.BaseSeedConfigFullRefreshOn):
    pass


class TestFullRefreshOff(test_seed.BaseSeedConfigFullRefreshOff):
    pass


class TestCustomSchema(test_seed.BaseSeedCustomSchema):
    pass


class TestUniqueDelimiter(test_seed.BaseSeedWithUniqueDelimiter):
    pass


class TestWrongDelimiter(test_seed.BaseSeedWithWrongDelimiter):
    pass


class TestEmptyDelimiter(test_seed.BaseSeedWithEmptyDelimiter):
    pass


class TestEnabledViaConfig(test_seed.BaseSimpleSeedEnabledViaConfig):
    pass


class TestParsing(test_seed.BaseSeedParsing):
    pass


class TestByteOrderMark(test_seed.BaseSimpleSeedWithBOM):
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project: Any) -> None:
        """The suite looks for its file beside the test, not beside itself."""
        project.run_sql(seeds.seeds__expected_sql)
        shutil.copy(Path(test_seed.__file__).with_name("seed_bom.csv"), Path(project.project_root, "seeds"))


class TestSpecificFormats(test_seed.BaseSeedSpecificFormats):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        """One seed is called seed.with.dots: in Snowflake such a name must be quoted."""
        return {"seeds": {"quote_columns": False}, "quoting": {"identifier": True}}


class TestEmptySeed(test_seed.BaseTestEmptySeed):
    pass


class TestColumnOverride(BaseSimpleSeedColumnOverride):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        names = {"type: text": f"type: {_TEXT}", "type: date": "type: DATE", "type: integer": "type: NUMBER(38,0)"}
        names |= {"type: boolean": "type: BOOLEAN", "type: timestamp without time zone": "type: TIMESTAMP_NTZ"}
        properties = fixtures.properties__schema_yml
        for ours, snowflakes in names.items():
            properties = properties.replace(f"{ours}\n", f"{snowflakes}\n")
        return {"schema.yml": properties}


class TestReseedingReplacesBatches(test_seed.SeedConfigBase):
    """More rows than one batch: a second run replaces all of them, none is there twice."""

    ROWS = 20_000

    @pytest.fixture(scope="class")
    def seeds(self) -> dict[str, str]:
        return {"batched.csv": "\n".join(["seed_id", *map(str, range(self.ROWS))])}

    def test_reseed_does_not_double_rows(self, project: Any) -> None:
        for _ in range(2):
            run_dbt(["seed"])
            counts = project.run_sql("select count(*), count(distinct seed_id) from {schema}.batched", fetch="one")
            assert tuple(counts) == (self.ROWS, self.ROWS)
