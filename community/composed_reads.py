"""Rows of one query for some ids, composed by Django once and asked ever after.

To put together the SQL of a short query costs Django up to ten times what the database takes to answer it (decision
0193). The rule of the query stands where it stood, in a function that makes the queryset; here its text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Make = Callable[..., QuerySet[Any, tuple[Any, ...]]]
_STAND_IN = -1_234_567_890
_MARK = re.compile(r"(?<!%)%s")


@dataclass(frozen=True, slots=True)
class _Composed:
    facts: tuple[Any, ...]
    compiler: SQLCompiler
    before: str
    after: str
    values: tuple[Any, ...]
    at: int  # where the ids stand among the values


_KEPT: dict[Make, _Composed] = {}


def rows_of(make: Make, ids: Collection[int], *facts: Any) -> Iterable[tuple[Any, ...]]:
    """As ``make(ids, *facts)`` would give. ``make``: a function of a module, that answers ``values_list`` of a queryset
    with the ids in one ``__in`` and takes nothing from elsewhere (no clock, no language). With other ``facts`` than
    last time it is composed anew. No question for no ids."""
    if not ids:
        return ()
    kept = _KEPT.get(make)
    if kept is None or kept.facts != facts:
        kept = _KEPT[make] = _compose(make, facts)
    sql = f"{kept.before}{', '.join(['%s'] * len(ids))}{kept.after}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*kept.values[: kept.at], *ids, *kept.values[kept.at + 1 :]])
        rows = cursor.fetchall()
    return cast("Iterable[tuple[Any, ...]]", kept.compiler.results_iter(results=[rows], tuple_expected=True))


def _compose(make: Make, facts: tuple[Any, ...]) -> _Composed:
    compiler = make([_STAND_IN], *facts).query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    (at,) = (place for place, value in enumerate(values) if value == _STAND_IN)
    start, end = [found.span() for found in _MARK.finditer(sql)][at]
    return _Composed(facts, compiler, sql[:start], sql[end:], tuple(values), at)
