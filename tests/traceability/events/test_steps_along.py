"""The expected steps of a line come along with a batch just as a query of their own would give them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.making import make_published_batch, make_st25_pack
from traceability.batches.models import Batch
from traceability.events.reading import expected_steps
from traceability.products.models import LineStep, Product
from traceability.products.steps_along import steps_along

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(cast: Cast) -> Batch:
    return make_published_batch(make_st25_pack(cast.huong_que), packs=10)


def with_steps(batch: Batch) -> Batch:
    return Batch.objects.annotate(line_steps=steps_along("product__line")).get(pk=batch.pk)


def told(steps: list[LineStep]) -> list[tuple[object, ...]]:
    names = [field.attname for field in LineStep._meta.concrete_fields]
    return [tuple(getattr(step, name) for name in names) for step in steps]


def test_they_are_the_same_with_and_without_a_query_of_their_own(batch: Batch) -> None:
    first, *_others, last = LineStep.objects.filter(line=batch.product.line).order_by("position")
    asked = [{"key": "khối", "typical_max": 2.5}]
    LineStep.objects.filter(pk=first.pk).update(position=99, name='"lúa"', parameters=asked)
    LineStep.objects.filter(pk=last.pk).update(evidence=["photo", "[1]"], mandatory=True)
    found, plain = with_steps(batch), Batch.objects.get(pk=batch.pk)
    with CaptureQueriesContext(connection) as queries:
        along = expected_steps(found)
    assert told(along) == told(expected_steps(plain)) and along[-1].parameters == asked
    assert not queries.captured_queries


def test_a_product_of_no_line_expects_nothing(batch: Batch) -> None:
    Product.objects.update(line=None)
    assert expected_steps(with_steps(batch)) == [] == expected_steps(Batch.objects.get(pk=batch.pk))
