"""Amounts as people say them: "3 bao" is kept as it was said, with what a bao weighed on that day."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.test_lots import form
from traceability.batches.models import Batch
from traceability.epcis.validation import check_event
from traceability.events.models import Event
from traceability.fieldwork.spoken import amount_told, measure_fault, said_as
from traceability.products.measures import WORDS, BadMeasure, Measure, is_usual, say_measure
from traceability.products.models import Pack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


def shown(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def bring_in(phone: Client, pack: Pack, amount: str, unit: str, **more: object):
    sent = form(material="cà phê nhân", amount=amount, unit=unit) | more
    return phone.post(reverse("fieldwork:lot_in", args=["thu-hoach", pack.product.code]), sent)


def a_bao(pack: Pack, kg: int, actor: Actor) -> Measure:
    return say_measure(product=pack.product, word="bao", each_base=kg * 1000, base_unit="g", actor=actor)


def test_three_sacks_are_stored_in_grams_with_the_word_and_the_weight_of_that_day(
    lan_phone: Client, pack: Pack, cast: Cast
) -> None:
    a_bao(pack, 50, cast.lan_acts)
    answer = bring_in(lan_phone, pack, "3", "bao")
    assert answer.status_code == 303, shown(answer)
    event = Event.objects.get()
    assert event.batch.on_hand_base == 150_000
    body = json.loads(event.body)
    assert body["ocop:saidAs"] == {"ocop:value": 3, "ocop:unit": "bao", "ocop:each": 50, "ocop:eachUnit": "KGM"}
    assert body["quantityList"][0]["quantity"] == 150
    check_event(body)
    for page in (reverse("fieldwork:batch", args=[event.batch.public_code]), _record_page(event)):
        assert re.search(r"3.(bao|sacks) \(150.kg\)", shown(lan_phone.get(page)))


def test_a_new_weight_of_the_sack_leaves_old_records_as_they_are(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    a_bao(pack, 50, cast.lan_acts)
    bring_in(lan_phone, pack, "3", "bao")
    before = Event.objects.get()
    a_bao(pack, 60, cast.lan_acts)
    bring_in(lan_phone, pack, "3", "bao")
    after = Event.objects.latest("pk")
    assert [one.batch.on_hand_base for one in (before, after)] == [150_000, 180_000]
    assert said_as(Event.objects.get(pk=before.pk)).each_base == 50_000
    assert Event.objects.get(pk=before.pk).body == before.body


def test_a_sack_nobody_has_weighed_is_asked_about_once(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    sent = form(material="cà phê nhân", amount="3", unit="bao")
    address = reverse("fieldwork:lot_in", args=["thu-hoach", pack.product.code])
    asked = lan_phone.post(address, sent)
    assert asked.status_code == 422 and 'name="each"' in shown(asked) and not Event.objects.exists()
    assert lan_phone.post(address, sent | {"each": "50", "each_unit": "kg"}).status_code == 303
    assert lan_phone.post(address, sent | {"each": "50", "each_unit": "kg"}).status_code == 303  # the same form again
    assert (Event.objects.count(), Measure.objects.get().each_base) == (1, 50_000)
    assert bring_in(lan_phone, pack, "2", "bao").status_code == 303
    assert Event.objects.latest("pk").batch.on_hand_base == 100_000


def test_a_sack_of_five_tonnes_is_asked_twice(lan_phone: Client, pack: Pack) -> None:
    refused = bring_in(lan_phone, pack, "3", "bao", each="5000", each_unit="kg")
    assert refused.status_code == 422 and 'name="sure"' in shown(refused)
    assert not Event.objects.exists() and not Measure.objects.exists()
    assert bring_in(lan_phone, pack, "3", "bao", each="5000", each_unit="kg", sure="on").status_code == 303
    assert Event.objects.get().batch.on_hand_base == 15_000_000


@pytest.mark.parametrize(
    ("amount", "unit", "base", "said"),
    [
        ("5", "yen", 50_000, "yến"),
        ("2,5", "ta", 250_000, "tạ"),
        ("1", "tan", 1_000_000, "tấn"),
        ("60", "kg", 60_000, None),
    ],
)
def test_yen_ta_and_tan_need_no_saying(
    lan_phone: Client, pack: Pack, amount: str, unit: str, base: int, said: str | None
) -> None:
    bring_in(lan_phone, pack, amount, unit)
    event = Event.objects.get()
    kept = said_as(event)
    assert (event.batch.on_hand_base, kept.unit if kept else None) == (base, said)
    assert ("ocop:saidAs" in event.body) is (said is not None)


def test_a_correction_of_something_else_keeps_the_sacks(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    a_bao(pack, 50, cast.lan_acts)
    bring_in(lan_phone, pack, "3", "bao")
    event = Event.objects.get()
    page = reverse("fieldwork:correct", args=[event.batch.public_code, event.client_uuid])
    sent = form(hour="00:00", amount="150", note="cân lại", why="Gõ nhầm", why_words="", confirmed="1", late_reason="")
    answer = lan_phone.post(page, sent)
    assert answer.status_code == 303, shown(answer)
    again = Event.objects.latest("pk")
    assert again.corrects == event and said_as(again) == said_as(event)
    lan_phone.post(
        reverse("fieldwork:correct", args=[again.batch.public_code, again.client_uuid]),
        form(hour="00:00", amount="149", note="cân lại", why="Gõ nhầm", why_words="", confirmed="1", late_reason=""),
    )
    assert said_as(Event.objects.latest("pk")) is None


def test_half_made_goods_are_said_in_sacks_too(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    bring_in(lan_phone, pack, "200", "kg")
    lot = Batch.objects.get(kind="raw")
    a_bao(pack, 40, cast.lan_acts)
    code = lot.public_code
    sent = form(into="lot", material="cà phê rang", amount="2", unit="bao", step="", sure="on") | {f"a_{code}": "200"}
    answer = lan_phone.post(f"{reverse('fieldwork:lot_work')}?viec=che-bien&lo={code}", sent)
    assert answer.status_code == 303, shown(answer)
    made = Batch.objects.get(kind="intermediate")
    assert made.on_hand_base == 80_000
    assert amount_told(made.events.get(), 80_000, "g").replace("\xa0", " ") == "2 sacks (80 kg)"


def test_ten_times_as_much_as_ever_is_asked_twice(lan_phone: Client, pack: Pack) -> None:
    bring_in(lan_phone, pack, "300", "kg")
    doubtful = bring_in(lan_phone, pack, "3100", "kg")
    assert doubtful.status_code == 422 and 'name="sure"' in shown(doubtful)
    assert Event.objects.count() == 1
    assert bring_in(lan_phone, pack, "3100", "kg", sure="on").status_code == 303


def test_the_screen_says_one_sack_is_fifty_kilograms(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    page = reverse("fieldwork:unit", args=[pack.product.code])
    assert lan_phone.get(page).status_code == 200
    answer = lan_phone.post(page, {"word": "bao", "each": "50", "unit": "kg"}, follow=True)
    assert "1 sack = 50 kg" in shown(answer).replace("\xa0", " ") or "1 bao = 50 kg" in shown(answer).replace(
        "\xa0", " "
    )
    for wrong in ({"each": "0"}, {"each": "nhiều"}, {"each": "50000"}, {"each": "500"}, {"word": "thuyền"}):
        refused = lan_phone.post(page, {"word": "bao", "each": "50", "unit": "kg"} | wrong)
        assert refused.status_code == 422, wrong
    assert Measure.objects.get().each_base == 50_000
    assert AuditEntry.objects.filter(action="measure.said").count() == 1


def test_another_cooperative_sees_and_says_nothing(client: Client, pack: Pack, cast: Cast) -> None:
    stranger = sign_in(client, cast.other_seller)
    page = reverse("fieldwork:unit", args=[pack.product.code])
    assert stranger.post(page, {"word": "bao", "each": "50", "unit": "kg"}).status_code == 404
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    ("word", "each", "unit", "code"),
    [("xe", 1, "g", "unknown_word"), ("bao", 0, "g", "measure_needed"), ("bao", 10_000_001, "g", "measure_too_large")],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    pack: Pack, cast: Cast, word: str, each: int, unit: str, code: str
) -> None:
    with pytest.raises(BadMeasure) as refused:
        say_measure(product=pack.product, word=word, each_base=each, base_unit=unit, actor=cast.lan_acts)
    assert refused.value.code == code and not Measure.objects.exists()


def test_every_word_knows_what_it_usually_holds() -> None:
    for code, word in WORDS.items():
        for unit, (low, high) in word.usual.items():
            assert is_usual(code, each_base=low, base_unit=unit) and is_usual(code, each_base=high, base_unit=unit)
            assert measure_fault(code, high + 1, unit, sure=False) and not measure_fault(
                code, high + 1, unit, sure=True
            )
    assert Decimal(10) == WORDS["chuc"].usual["piece"][0]


def _record_page(event: Event) -> str:
    return reverse("fieldwork:record", args=[event.batch.public_code, event.client_uuid])
