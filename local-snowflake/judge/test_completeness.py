"""Nothing is left out silently: each base class of the judged suites is run here, or listed with the reason."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import dbt.tests.adapter as suites
import pytest

JUDGED = (
    "basic",
    "concurrency",
    "dbt_clone",
    "ephemeral",
    "grants",
    "incremental",
    "persist_docs",
    "simple_seed",
    "simple_snapshot",
    "store_test_failures_tests",
)
DOES_NOT_APPLY: dict[str, str] = {}


def _has_tests(class_: type) -> bool:
    return any(name.startswith("test_") and inspect.isfunction(member) for name, member in inspect.getmembers(class_))


def _classes_of(module_name: str) -> list[type]:
    module = importlib.import_module(module_name)
    return [member for _, member in inspect.getmembers(module, inspect.isclass)]


def _offered(suite: str) -> dict[str, type]:
    """The classes of a suite that hold tests, made to be subclassed, by module and name."""
    found: dict[str, type] = {}
    for path in suites.__path__:
        for module in pkgutil.iter_modules([str(Path(path, suite))], prefix=f"dbt.tests.adapter.{suite}."):
            for class_ in _classes_of(module.name):
                own = class_.__module__ == module.name and not class_.__name__.lower().startswith("test")
                if own and _has_tests(class_):
                    found[f"{module.name.removeprefix('dbt.tests.adapter.')}.{class_.__name__}"] = class_
    return found


def _run_here() -> list[type]:
    names = [path.stem for path in Path(__file__).parent.glob("test_*.py")]
    return [
        class_
        for name in names
        for class_ in _classes_of(name)
        if class_.__module__ == name and "Test" in class_.__name__
    ]


@pytest.mark.parametrize("suite", JUDGED)
def test_each_class_of_the_suite_is_run(suite: str) -> None:
    offered = _offered(suite)
    assert offered, f"no class with tests was found in {suite}"
    ours = _run_here()
    missing = {name for name, class_ in offered.items() if not any(issubclass(our, class_) for our in ours)}
    assert missing == {name for name in DOES_NOT_APPLY if name.startswith(f"{suite}.")}
