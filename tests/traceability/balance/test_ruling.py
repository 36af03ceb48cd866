"""Staff says whether two cooperatives drew the same ground: both are answered at once, whoever draws anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import Cast, sign_in
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.reading import read
from tests.traceability.balance.test_checking import locked
from tests.traceability.balance.test_field_data import square
from traceability.balance.checking import check_lots
from traceability.balance.models import Check
from traceability.balance.plot_changes import set_outline
from traceability.balance.ruling import rule_on_ground
from traceability.balance.settling import BadAnswer
from traceability.batches.models import Batch
from traceability.fieldwork.balance_words import tell
from traceability.plots.models import GroundRuling, Plot

pytestmark = pytest.mark.django_db
SAID = "Đã xem tại ruộng."


@pytest.fixture
def theirs(garden: Garden, cast: Cast) -> Plot:
    """Drawn over the garden, half a side to the east."""
    plot = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    set_outline(plot=plot, outline=square(east=0.5), actor=cast.other_acts)
    return plot


@pytest.fixture
def lots(garden: Garden, cast: Cast, theirs: Plot) -> tuple[Batch, Batch]:
    """6.5 t of each, ours later: 13 t where together 10.5 t and, at the hardest, 11.5 t can grow."""
    first, second = garden.harvest(6_500_000), garden.harvest(6_500_000, at=HARVEST_DAY + timedelta(days=1))
    Batch.objects.filter(pk=first.pk).update(plot=theirs, cooperative=cast.other_cooperative)
    check_lots([first.pk, second.pk])
    return second, Batch.objects.get(pk=first.pk)


def asked_of(lot: Batch) -> Check:
    return Check.objects.open().select_related("batch").get(batch=lot, key__startswith="ground:")


def test_ground_confirmed_counts_together_for_both_and_tells_no_figure(
    garden: Garden, cast: Cast, lots: tuple[Batch, Batch]
) -> None:
    ours, _first = lots
    assert locked(*lots) == [False, False]
    rule_on_ground(check=asked_of(ours), is_same=True, note=SAID, actor=cast.hoa_acts)
    assert not Check.objects.open().filter(key__startswith="ground:").exists()
    answered = Check.objects.filter(key__startswith="ground:").exclude(how="mended")
    assert {(one.how, one.note, one.cleared_by) for one in answered} == {("confirmed", SAID, cast.hoa)}
    assert answered.count() == 2
    (stopped,) = Check.objects.open().filter(batch=ours, severity="block")
    assert (stopped.key, stopped.figures, locked(ours)) == ("same", ("block", 1, 0), [True])
    assert not any(character.isdigit() for character in tell(stopped, unit="g").text)
    entries = AuditEntry.objects.filter(action="plot.ground_same")
    assert {entry.cooperative for entry in entries} == {cast.huong_que, cast.other_cooperative}


def test_a_corner_that_is_moved_lifts_no_confirmation(garden: Garden, cast: Cast, lots: tuple[Batch, Batch]) -> None:
    ours, _first = lots
    rule_on_ground(check=asked_of(ours), is_same=True, note=SAID, actor=cast.hoa_acts)
    for outline in (None, square(east=0.01)):
        set_outline(plot=garden.plot, outline=outline, actor=cast.lan_acts)
    assert locked(ours) == [True] and not Check.objects.open().filter(key__startswith="ground:").exists()


def test_ground_told_apart_is_asked_about_again_only_when_it_is_drawn_anew(
    garden: Garden, cast: Cast, lots: tuple[Batch, Batch]
) -> None:
    ours, _first = lots
    rule_on_ground(check=asked_of(ours), is_same=False, note=SAID, actor=cast.hoa_acts)
    assert not Check.objects.open().filter(rule="MB-6").exists()
    later = garden.harvest(1_000, at=HARVEST_DAY + timedelta(days=2))
    assert not Check.objects.open().filter(batch=later, rule="MB-6").exists()
    set_outline(plot=garden.plot, outline=square(east=0.1), actor=cast.lan_acts)
    assert Check.objects.open().filter(batch=later, key__startswith="ground:").exists()


def test_a_ruling_needs_a_reason_and_an_open_question(cast: Cast, lots: tuple[Batch, Batch]) -> None:
    check = asked_of(lots[0])
    for note, code in ((" ", "explanation_needed"), ("x" * 301, "explanation_too_long")):
        with pytest.raises(BadAnswer, match=code):
            rule_on_ground(check=check, is_same=True, note=note, actor=cast.hoa_acts)
    assert not GroundRuling.objects.exists() and not AuditEntry.objects.filter(action="plot.ground_same").exists()
    rule_on_ground(check=check, is_same=False, note=SAID, actor=cast.hoa_acts)
    with pytest.raises(BadAnswer, match="already_cleared"):
        rule_on_ground(check=check, is_same=True, note=SAID, actor=cast.hoa_acts)
    assert GroundRuling.objects.get().is_same is False


def test_staff_sees_both_outlines_and_chooses(cast: Cast, lots: tuple[Batch, Batch], phone: Client) -> None:
    check = asked_of(lots[0])
    url = reverse("balance_checks:edit", args=[check.pk])
    hoa = sign_in(Client(), cast.hoa)
    page = hoa.get(url).content.decode()
    assert page.count("<polygon") == 2 and cast.other_cooperative.name in page and "Đúng là cùng một khu đất" in page
    assert hoa.post(url, {"note": SAID}).status_code == 200 and not GroundRuling.objects.exists()
    assert hoa.post(url, {"note": SAID, "is_same": "yes"}).status_code == 302
    assert GroundRuling.objects.get().ruled_by == cast.hoa
    told = read(phone, "plot", lots[0].plot.code)  # type: ignore[union-attr]
    assert "Hợp tác xã khác cũng thu hoạch trên đất này" in told and cast.other_cooperative.name not in told
    assert SAID in read(phone, "balance", lots[0].public_code)
