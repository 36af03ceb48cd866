"""What plots, sprays and places must not be used for: stopping others, reading them, or freeing oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock
from community.places.models import AdminUnit
from tests.cast import Cast, sign_in
from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from tests.traceability.balance.test_checking import locked, open_checks
from tests.traceability.balance.test_field_data import square
from traceability.balance.certifying import uncheck_certificate
from traceability.balance.checking import check_lots
from traceability.balance.claiming import carried_by, claim, claims_of, withdraw_claim
from traceability.balance.models import Check, Position
from traceability.balance.plot_changes import PlotFacts, save_plot, set_outline
from traceability.balance.positions import BadPosition, forget_position, note_position
from traceability.balance.rechecking import recheck
from traceability.balance.settling import BadAnswer, dismiss, explain
from traceability.balance.space import Fix, check_place, place_class
from traceability.balance.treating import withdraw_treatment
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import cancel
from traceability.events.harvesting import record_harvest
from traceability.events.working import Output
from traceability.fieldwork.balance_words import tell
from traceability.fieldwork.plot_forms import PlotForm
from traceability.plots.models import Plot

pytestmark = pytest.mark.django_db
LOTS, HELD = 'SELECT "traceability_batch"."id"', "ORDER BY 1 ASC"  # SQLite has no FOR UPDATE to be seen


# Places -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "2026-06-20T03:59:00Z", "2026-06-20T04:30:00Z"])
def test_a_position_of_another_time_is_left_out_and_the_harvest_stays(
    garden: Garden, cast: Cast, client: Client, site_ready: None, moment: str
) -> None:
    url = reverse("fieldwork:lot_in", args=["thu-hoach", garden.product.code])
    sent = {"day": "2026-06-20", "material": "lá chè", "amount": "10", "unit": "kg", "plot": garden.plot.pk}
    hidden = {"client_uuid": uuid4(), "recorded_at": "2026-06-20T05:00:00+00:00"}
    here = {"here_lat": "9.5004", "here_lon": "105.9004", "here_accuracy": "12", "here_at": moment}
    assert sign_in(client, cast.lan).post(url, sent | hidden | here).status_code == 303
    assert Batch.objects.count() == 1
    assert Position.objects.count() == (1 if "04:30" in moment else 0)


@pytest.mark.parametrize("at", [HARVEST_DAY - timedelta(minutes=61), NOW + timedelta(seconds=1)])
def test_a_position_is_of_the_hour_of_its_record(garden: Garden, cast: Cast, at: object) -> None:
    event = garden.harvest(1_000).events.get()
    with pytest.raises(BadPosition, match="bad_position"):
        note_position(event=event, fix=Fix(9.5, 105.9, 10, at), device="a", actor=cast.lan_acts)  # type: ignore[arg-type]
    assert not Position.objects.exists()


# Pages ------------------------------------------------------------------------------------------------------------
def test_pages_that_show_a_plot_are_drawn_anew_when_its_facts_change(garden: Garden, cast: Cast) -> None:
    leaf = garden.harvest(100_000)
    tea = garden.dry(leaf, 100_000, 22_000)
    lots = Batch.objects.filter(pk__in=[leaf.pk, tea.pk]).order_by("pk")
    before = list(lots.values_list("page_version", flat=True))
    facts = PlotFacts("Đồi Mới", cast.tran_de, 8_000, "VN-1")
    save_plot(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts, plot=garden.plot)
    after = list(lots.values_list("page_version", flat=True))
    assert all(now > then for now, then in zip(after, before, strict=True))
    save_plot(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts, plot=garden.plot)
    assert list(lots.values_list("page_version", flat=True)) == after


# Ground of two cooperatives ----------------------------------------------------------------------------------------
@pytest.fixture
def rival(cast: Cast, garden: Garden) -> tuple[Batch, Batch]:
    """Our leaf, and 99 t of a neighbour who drew a corner inside our plot. The neighbour's lot is second."""
    small = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    leaf, theirs = garden.harvest(100_000), garden.harvest(99_000_000, at=HARVEST_DAY - timedelta(days=1))
    Batch.objects.filter(pk=theirs.pk).update(plot=small, cooperative=cast.other_cooperative)
    set_outline(plot=small, outline=square(side=0.0004), actor=cast.other_acts)
    check_lots([theirs.pk])
    return leaf, theirs


def test_a_neighbour_stops_nobody_and_freezes_nothing(garden: Garden, rival: tuple[Batch, Batch]) -> None:
    leaf, theirs = rival
    garden.certificate()
    assert locked(leaf, theirs) == [False, True]
    asked = Check.objects.open().filter(batch=leaf, rule="MB-6")
    assert {one.severity for one in asked} == {"review"} and asked.count() == 2
    assert all(claim.eligible for claim in claims_of(Batch.objects.get(pk=leaf.pk)))
    assert claims_of(Batch.objects.get(pk=leaf.pk))


def test_nothing_told_of_shared_ground_says_how_much_the_neighbour_has(rival: tuple[Batch, Batch]) -> None:
    told = Check.objects.open().filter(batch=rival[0], rule="MB-6")
    assert {one.figures for one in told} == {("review", 1, 0)}
    assert not any(character.isdigit() for one in told for character in tell(one, unit="g").text)


def test_a_harvest_is_seen_at_lots_of_ground_that_overlaps(garden: Garden, cast: Cast) -> None:
    """And when it goes, so does what it left there."""
    twin = Plot.objects.create(cooperative=cast.huong_que, name="Đồi Chè 2", commune=cast.tran_de)
    for plot in (garden.plot, twin):
        set_outline(plot=plot, outline=square(), actor=cast.lan_acts)
    late = garden.harvest(5_000_000, plot=twin, at=HARVEST_DAY + timedelta(days=1))
    first = garden.harvest(5_000_000)
    assert locked(first, late) == [False, True]
    cancel(first.postings.get())
    check_lots([first.pk])
    assert locked(first, late) == [False, False]


# Lifting one's own rules -------------------------------------------------------------------------------------------
def test_a_larger_area_frees_nothing_until_staff_has_looked(garden: Garden, cast: Cast) -> None:
    garden.certificate()
    leaf = garden.harvest(9_000_000)
    assert locked(leaf) == [True]
    facts = PlotFacts("Đồi Chè", cast.tran_de, 80_000)
    save_plot(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts, plot=garden.plot)
    (held,) = Check.objects.open().filter(batch=leaf)
    assert (held.key, held.severity, held.observed, held.limit) == ("enlarged", "block", 80_000, 8_000)
    later = garden.harvest(1_000_000)
    (asked,) = Check.objects.open().filter(batch=later, severity="review")
    with pytest.raises(BadAnswer, match="not_yours_to_clear"):
        explain(check=asked, note="Đo lại", actor=cast.lan_acts)
    assert [one.why for one in claims_of(Batch.objects.get(pk=later.pk))] == ["frozen"]
    for check in (held, asked):
        dismiss(check=check, note="Đã đo tại ruộng.", actor=cast.hoa_acts)
    assert locked(leaf, later) == [False, False]
    assert not Check.objects.open().filter(key="enlarged").exists()


def test_an_area_put_back_takes_the_question_back(garden: Garden, cast: Cast) -> None:
    leaf = garden.harvest(1_000_000)
    for area in (80_000, 8_000):
        facts = PlotFacts("Đồi Chè", cast.tran_de, area)
        save_plot(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts, plot=garden.plot)
        assert Check.objects.open().filter(batch=leaf, key="enlarged").exists() is (area == 80_000)


@pytest.mark.parametrize(("days", "left"), [(0, "block"), (1, "block"), (2, "review")])
def test_a_spray_taken_back_leaves_a_question_to_staff(garden: Garden, cast: Cast, days: int, left: str) -> None:
    """What was harvested until then stays stopped."""
    with clock.at(HARVEST_DAY + timedelta(days=1)):
        row = garden.spray(HARVEST_DAY.date(), 7)
        withdraw_treatment(treatment=row, actor=cast.lan_acts)
    leaf = garden.harvest(100_000, at=HARVEST_DAY + timedelta(days=days))
    (asked,) = Check.objects.open().filter(batch=leaf)
    assert (asked.severity, asked.formula) == (left, "days since withdrawn spray >= interval")
    with pytest.raises(BadAnswer, match="not_yours_to_clear"):
        explain(check=asked, note="Gõ nhầm", actor=cast.lan_acts)
    dismiss(check=asked, note="Đã xem vỏ bao.", actor=cast.hoa_acts)
    assert locked(leaf) == [False]


def test_claims_wait_for_staff_though_the_cooperative_has_explained(garden: Garden, cast: Cast) -> None:
    garden.certificate()
    leaf = garden.harvest(7_500_000)
    (asked,) = Check.objects.open().filter(batch=leaf)
    explain(check=asked, note="Năm nay được mùa.", actor=cast.lan_acts)
    asked.refresh_from_db()
    assert (asked.cleared_at, asked.note) == (None, "Năm nay được mùa.")
    assert [one.why for one in claims_of(leaf)] == ["frozen"]
    dismiss(check=asked, note="Đã xem.", actor=cast.hoa_acts)
    assert [one.eligible for one in claims_of(leaf)] == [True]


def test_a_harvest_of_no_plot_carries_no_claim_and_is_asked_about(garden: Garden) -> None:
    paper = garden.certificate()
    paper.plots.clear()
    plan = garden.plan("lá chè tươi")
    leaf = record_harvest(
        output=Output(1_000_000, plan=plan), work=garden.work(HARVEST_DAY, "pluck"), actor=garden.cast.lan_acts
    ).batch
    assert leaf.plot is None and carried_by(leaf) == {}
    assert open_checks(leaf) == ["MB-2 review plot"]


def test_a_phone_that_knows_no_better_than_half_a_kilometre_has_measured_nothing() -> None:
    at = HARVEST_DAY
    assert [place_class(Fix(9.5, 105.9, metres, at)) for metres in (500, 501)] == ["measured", "self_declared"]
    assert [len(check_place(Fix(9.5, 105.9, metres, at), away_m=9_000)) for metres in (500, 501)] == [1, 0]


@pytest.mark.parametrize("changed", ["plot", "paper"])
def test_the_night_checks_every_lot_of_what_was_changed_however_old(garden: Garden, cast: Cast, changed: str) -> None:
    paper = garden.certificate()
    with clock.at(NOW - timedelta(days=400)):
        old = garden.open()
    Batch.objects.filter(pk=old.pk).update(plot=garden.plot)
    assert recheck().lots == 0
    if changed == "plot":
        facts = PlotFacts("Đồi Mới", cast.tran_de, 8_000)
        save_plot(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts, plot=garden.plot)
    else:
        uncheck_certificate(certificate=paper, actor=cast.hoa_acts)
    assert recheck().lots == 1


@pytest.mark.parametrize("act", ["claim", "withdraw", "position", "forget", "plot", "spray"])
def test_lots_are_held_before_what_hangs_on_them(garden: Garden, cast: Cast, act: str) -> None:
    """Whoever takes a row of a lot first waits for somebody who holds the lot and wants the row."""
    leaf, paper = garden.harvest(100_000), garden.certificate()
    lan, event, at = cast.lan_acts, leaf.events.get(), Fix(9.5, 105.9, 10, HARVEST_DAY)
    facts = PlotFacts("Đồi Mới", cast.tran_de, 8_000)
    said = claim(batch=leaf, certificate=paper, mass_base=1_000, model="SG", actor=lan) if act == "withdraw" else None
    told = note_position(event=event, fix=at, device="a", actor=lan) if act == "forget" else None
    acts: dict[str, Callable[[], object]] = {
        "claim": lambda: claim(batch=leaf, certificate=paper, mass_base=1_000, model="SG", actor=lan),
        "withdraw": lambda: withdraw_claim(claimed=said, actor=lan),
        "position": lambda: note_position(event=event, fix=at, device="a", actor=lan),
        "forget": lambda: forget_position(position=told, actor=lan),
        "plot": lambda: save_plot(cooperative=cast.huong_que, facts=facts, actor=lan, plot=garden.plot),
        "spray": lambda: garden.spray(HARVEST_DAY.date(), 1),
    }
    with CaptureQueriesContext(connection) as seen:
        acts[act]()
    sql = [one["sql"] for one in seen.captured_queries]
    asked = next(n for n, text in enumerate(sql) if text.startswith(LOTS) and HELD in text)
    wrote = next(n for n, text in enumerate(sql) if text.startswith(("INSERT", "UPDATE", "DELETE")))
    assert asked < wrote


def test_half_a_square_metre_is_asked_about_not_cut(cast: Cast) -> None:
    form = PlotForm({"name": "A", "commune": cast.tran_de.pk, "area": "0,5"}, communes=AdminUnit.objects.all())
    assert list(form.errors) == ["area"]


def test_the_harvest_farthest_from_its_season_is_asked_about(garden: Garden) -> None:
    type(garden.product).objects.filter(pk=garden.product.pk).update(season_months=[4])
    leaf = garden.harvest(1_000)
    garden.record(leaf, PostingKind.HARVEST, 1_000, at=HARVEST_DAY + timedelta(days=60))
    assert open_checks(leaf) == ["MB-8 review season"]
