"""The expected steps of a line, read along with something else as one column of JSON instead of by their own query."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Aggregate, JSONField, OuterRef, QuerySet, Subquery

from traceability.products.models import LineStep

_FIELDS = tuple(field.attname for field in LineStep._meta.concrete_fields)
_JSON = _FIELDS.index("parameters"), _FIELDS.index("evidence")


class _Rows(Aggregate):
    """The rows of a group as a JSON array of arrays, in no order; NULL for none."""

    output_field = JSONField()
    arity = len(_FIELDS)

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        return self.as_sql(compiler, connection, template="json_group_array(json_array(%(expressions)s))")

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        return self.as_sql(compiler, connection, template="jsonb_agg(jsonb_build_array(%(expressions)s))")


def steps_along(line: str) -> Subquery:
    """The steps of the line that ``line`` (a path from the outer model, as "product__line") leads to, for
    ``annotate``; :func:`steps_of_column` reads them."""
    steps: QuerySet[Any] = LineStep.objects.filter(line=OuterRef(line)).order_by().values("line")
    return Subquery(steps.annotate(rows=_Rows(*_FIELDS)).values("rows"))


def steps_of_column(rows: list[list[Any]] | None) -> list[LineStep]:
    """In their order. Whoever changes them changes nothing in the database."""
    steps = [LineStep(**{name: _read(place, row[place]) for place, name in enumerate(_FIELDS)}) for row in rows or ()]
    return sorted(steps, key=lambda step: step.position)


def _read(place: int, value: Any) -> Any:
    """SQLite keeps JSON as text, and gives it back so inside other JSON."""
    return json.loads(value) if place in _JSON and isinstance(value, str) else value
