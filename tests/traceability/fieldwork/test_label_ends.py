"""Every label ends on a pack or destroyed; a batch that is sold out, with no label lying about, is closed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import Cast
from traceability.balance.models import Check
from traceability.batches.models import Batch
from traceability.batches.posting import Movement, post
from traceability.batches.watching import moved
from traceability.labels.closing import NotClosed, close_batch
from traceability.labels.models import LabelVoid
from traceability.labels.printing import Wish, print_labels
from traceability.labels.voiding import BadVoid, cancel_void, left_over, void_labels

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(published: Batch, cast: Cast) -> Batch:
    """640 packs and 650 labels."""
    print_labels(batch=published, wish=Wish("a4-24", 650), key=uuid4(), actor=cast.lan_acts)
    return published


def sell_out(batch: Batch) -> None:
    post(batch_id=batch.pk, movement=Movement("own_use", batch.on_hand_base))
    moved([batch.pk])


def labels_asked(batch: Batch) -> list[tuple[str, int]]:
    checks = Check.objects.open().filter(batch=batch, rule="MB-3")
    return [(check.key, check.observed) for check in checks]


def test_packing_takes_a_label_a_pack_and_the_rest_is_asked_about_when_all_is_gone(labelled: Batch, cast: Cast) -> None:
    assert (left_over(labelled), labels_asked(labelled)) == (10, [])
    sell_out(labelled)
    assert labels_asked(labelled) == [("left", 10)]
    void_labels(batch=labelled, count=10, why="left_over", key=uuid4(), actor=cast.lan_acts)
    assert labels_asked(labelled) == []


@pytest.mark.parametrize(("count", "code"), [(0, "nothing_voided"), (-3, "nothing_voided"), (651, "more_than_made")])
def test_no_more_labels_are_destroyed_than_were_made(labelled: Batch, cast: Cast, count: int, code: str) -> None:
    with pytest.raises(BadVoid, match=code):
        void_labels(batch=labelled, count=count, why="spoilt", key=uuid4(), actor=cast.lan_acts)
    assert not LabelVoid.objects.exists()


def test_a_form_sent_twice_destroys_once_and_a_mistake_is_taken_back_once(labelled: Batch, cast: Cast) -> None:
    key = uuid4()
    rows = [void_labels(batch=labelled, count=4, why="spoilt", key=key, actor=cast.lan_acts) for _ in range(2)]
    assert rows[0] == rows[1] and left_over(labelled) == 6
    with pytest.raises(BadVoid, match="void_mismatch"):
        void_labels(batch=labelled, count=5, why="spoilt", key=key, actor=cast.lan_acts)
    back = [cancel_void(void=rows[0], actor=cast.lan_acts) for _ in range(2)]
    assert back[0] == back[1] and left_over(labelled) == 10
    with pytest.raises(BadVoid, match="void_cancelled"):
        cancel_void(void=back[0], actor=cast.lan_acts)
    said = AuditEntry.objects.filter(action__startswith="label.void").order_by("pk")
    assert list(said.values_list("action", flat=True)) == ["label.voided", "label.void_cancelled"]


def test_a_batch_is_closed_only_when_goods_and_labels_are_gone_and_can_be_opened_again(
    labelled: Batch, cast: Cast, lan_phone: Client
) -> None:
    url = reverse("fieldwork:close", args=[labelled.public_code])
    for code, goes_on in (("goods_left", sell_out), ("labels_left", None)):
        with pytest.raises(NotClosed, match=code):
            close_batch(batch=labelled, actor=cast.lan_acts)
        assert lan_phone.post(url).status_code == 409
        assert Batch.objects.get(pk=labelled.pk).status == "published"
        if goes_on:
            goes_on(labelled)
    void = reverse("fieldwork:void_labels", args=[labelled.public_code])
    assert 'value="10"' in lan_phone.get(void).content.decode()
    assert lan_phone.post(void, {"count": "11000", "why": "left_over", "key": uuid4()}).status_code == 422
    assert lan_phone.post(void, {"count": "10", "why": "left_over", "key": uuid4()}).status_code == 303
    assert lan_phone.post(url).status_code == 303
    assert Batch.objects.get(pk=labelled.pk).status == "closed"
    page = lan_phone.get(f"/t/{labelled.public_code}", headers={"Accept": "text/html"}, follow=True)
    assert page.status_code == 200 and labelled.lot_code in page.content.decode()
    assert lan_phone.post(reverse("fieldwork:reopen", args=[labelled.public_code])).status_code == 303
    assert Batch.objects.get(pk=labelled.pk).status == "published"
    row = LabelVoid.objects.get()
    drop = reverse("fieldwork:cancel_void", args=[labelled.public_code, row.pk])
    assert lan_phone.post(drop).status_code == 303
    assert left_over(labelled) == 10
    said = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"batch.closed", "batch.reopened", "label.voided", "label.void_cancelled"} <= said


@pytest.mark.parametrize("name", ["step", "count", "lot_in"])
def test_what_buyers_will_read_is_said_where_it_is_typed(name: str, lan_phone: Client, batch: Batch) -> None:
    args = {
        "step": [batch.public_code, "dry"],
        "count": [batch.public_code],
        "lot_in": ["thu-hoach", batch.product.code],
    }[name]
    page = lan_phone.get(reverse(f"fieldwork:{name}", args=args)).content.decode()
    assert "Buyers read this. Do not write names or phone numbers." in page
    assert "Buyers see" in page
