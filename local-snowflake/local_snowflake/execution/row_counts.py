"""How many rows tables have, as SHOW TABLES tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..account.objects import Relation
from .context import Context
from .engine_runs import outside_transaction, run_engine


class RowCounter:
    """Counts a table again only if its change token moved; a list of hundreds of tables is then cheap."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, relations: Iterable[Relation]) -> Mapping[str, int]:
        """Rows by object id."""
        tokens = self._context.account.tokens.snapshot()
        counted = self._context.account.counted_rows
        wanted = [relation for relation in relations if relation.physical]
        unknown = [one for one in wanted if counted.get(one.id, (-1, 0))[0] != tokens.get(one.id, 0)]
        fresh = self._count(unknown)
        counted.update({object_id: (tokens.get(object_id, 0), size) for object_id, size in fresh.items()})
        return {one.id: counted[one.id][1] for one in wanted}

    def _count(self, relations: list[Relation]) -> dict[str, int]:
        if not relations:
            return {}
        parts = (f"SELECT '{one.id}', count(*) FROM \"{one.physical}\"" for one in relations)
        with outside_transaction(self._context) as engine:
            rows = run_engine(self._context, " UNION ALL ".join(parts), engine).fetchall()
        return {str(object_id): int(size) for object_id, size in rows}
