"""A count sets the books right; it makes no packs, no labels, and everybody can see that it was made."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import sign_in
from tests.making import make_photo
from tests.traceability.balance.conftest import NOW, Garden
from tests.traceability.balance.test_checking import chain, locked
from traceability.balance.counting import BadCount, correct_count
from traceability.balance.models import Check
from traceability.batches.addresses import batch_path
from traceability.batches.models import Posting, PostingKind
from traceability.batches.publishing import publish_batch
from traceability.batches.watching import moved
from traceability.events.models import Event
from traceability.events.withdrawing import withdraw_effects
from traceability.labels.printing import tally_of
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db


def test_packs_do_not_become_more_by_counting(garden: Garden) -> None:
    """220 kg in packs: a scale may err by 0.5 %, 1,100 g, and not by one gram more."""
    _leaf, _tea, packs = chain(garden)
    told = {"batch": packs, "note": "Đếm lại", "photo": make_photo(), "actor": garden.cast.lan_acts}
    before = Posting.objects.count(), Event.objects.count(), LogEntry.objects.count()
    with pytest.raises(BadCount) as refused:
        correct_count(counted_base=221_101, **told)
    assert refused.value.code == "packs_do_not_appear"
    assert (Posting.objects.count(), Event.objects.count(), LogEntry.objects.count()) == before
    correct_count(counted_base=221_100, **told)
    packs.refresh_from_db()
    assert (packs.on_hand_base, packs.locked_at) == (221_100, None)


def test_many_small_counts_are_stopped_by_the_sales_rule(garden: Garden) -> None:
    _leaf, _tea, packs = chain(garden)
    told = {"batch": packs, "note": "Đếm lại", "actor": garden.cast.lan_acts}
    correct_count(counted_base=221_000, **told)
    correct_count(counted_base=222_000, **told)
    (check,) = Check.objects.open().filter(batch=packs)
    assert (check.rule, check.severity, check.observed, check.limit) == ("MB-4", "block", 222_000, 220_000)
    assert locked(packs) == [True]
    correct_count(counted_base=220_000, photo=make_photo(), **told)
    assert locked(packs) == [False]


def test_what_was_sold_and_is_left_is_never_more_than_was_packed(garden: Garden) -> None:
    _leaf, _tea, packs = chain(garden)
    garden.record(packs, PostingKind.SELL, 200_000, at=NOW, from_reserve=False)
    garden.record(packs, PostingKind.ADJUST, 50_000, at=NOW, direction=1)
    (check,) = Check.objects.open().filter(batch=packs)
    assert (check.rule, check.observed, check.limit) == ("MB-4", 270_000, 220_000)


def test_a_count_gives_no_labels(garden: Garden) -> None:
    _leaf, _tea, packs = chain(garden)
    garden.record(packs, PostingKind.ADJUST, 100_000, at=NOW, direction=1)
    assert tally_of(packs).packs == 2_200
    withdraw_effects(event=packs.postings.get(kind="pack").event, actor=garden.cast.lan_acts)
    assert tally_of(packs).packs == 0


def test_a_stranger_sees_that_it_was_counted_and_what_the_books_said(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    photo = make_photo()
    posting = correct_count(batch=leaf, counted_base=900_000, note="Rơi vãi", photo=photo, actor=garden.cast.lan_acts)
    event = leaf.events.get(stage="count")
    document = json.loads(event.body)
    assert (document["type"], document["action"], document["bizStep"]) == ("ObjectEvent", "OBSERVE", "inspecting")
    assert document["quantityList"][0]["quantity"] == 900
    assert [(one["ocop:key"], one["ocop:value"]) for one in document["ocop:parameters"]] == [
        ("book", 1000),
        ("counted", 900),
    ]
    assert event.evidence.get().sha256 == photo.sha256
    assert (posting.event_id, posting.at) == (event.pk, event.event_time)
    assert LogEntry.objects.filter(subject=f"event:{event.pk}").exists()


def test_a_count_taken_back_gives_the_books_their_figure_again(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    correct_count(batch=leaf, counted_base=0, note="Cân nhầm lô", photo=make_photo(), actor=garden.cast.lan_acts)
    withdraw_effects(event=leaf.events.get(stage="count"), actor=garden.cast.lan_acts)
    moved([leaf.pk])
    leaf.refresh_from_db()
    assert (leaf.on_hand_base, leaf.available_base, leaf.shortfall_base) == (1_000_000, 1_000_000, 0)


def test_the_phone_says_what_to_do_instead(garden: Garden, client: Client, site_ready: None) -> None:
    _leaf, _tea, packs = chain(garden)
    page = sign_in(client, garden.cast.lan).post(
        reverse("fieldwork:count", args=[packs.public_code]), {"amount": "3000", "note": "Đếm lại"}
    )
    assert page.status_code == 422 and "Hàng đã đóng gói không tự nhiều lên" in page.content.decode()
    packs.refresh_from_db()
    assert packs.on_hand_base == 220_000


def test_the_page_of_a_public_batch_tells_the_count(garden: Garden, client: Client, site_ready: None) -> None:
    _leaf, _tea, packs = chain(garden)
    publish_batch(batch=packs, actor=garden.cast.lan_acts)
    correct_count(batch=packs, counted_base=219_000, note="Thiếu 10 gói", actor=garden.cast.lan_acts)
    page = client.get(batch_path(packs), headers={"accept": "text/html"}).content.decode()
    assert "Kiểm đếm" in page and "Thiếu 10 gói" in page
