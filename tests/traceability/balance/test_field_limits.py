"""Waiting times that stand on no package, what is worked up in a day, ground of three plots, plots that are closed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from tests.cast import Cast
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.reading import read
from tests.traceability.balance.test_checking import locked, open_checks
from tests.traceability.balance.test_field_data import square
from traceability.balance.capacity import set_capacity
from traceability.balance.models import Check
from traceability.balance.plot_changes import BadPlot, close_plot, set_outline
from traceability.batches.models import Batch, PostingKind
from traceability.batches.opening import LotPlan
from traceability.events.harvesting import record_harvest
from traceability.events.transforming import merge_lots, split_lot
from traceability.events.working import Output, Taken
from traceability.plots.models import Plot, Treatment
from traceability.products.models import LineStep, Product, ProductLine
from traceability.products.waiting import usual_waits

pytestmark = pytest.mark.django_db
DAY = HARVEST_DAY.date()


# MB-8: the waiting time of the line ---------------------------------------------------------------------------------
@pytest.fixture
def says_wait(garden: Garden) -> None:
    asked = [{"key": "phi_days", "label_vi": "Cách ly", "unit": "ngày", "typical_min": 7, "typical_max": 21}]
    LineStep.objects.filter(line=garden.product.line, code="pluck").update(parameters=asked)


def test_the_lines_that_ship_say_how_long_one_usually_waits(garden: Garden) -> None:
    lines = {line.code: line.pk for line in ProductLine.objects.all()}
    assert usual_waits(lines.values()) == {
        lines["rice"]: (10, 30),
        lines["fresh_fruit"]: (7, 21),
        lines["spice"]: (7, 21),
    }


@pytest.mark.parametrize(
    ("waited", "own", "found"),
    [
        (6, None, ("block", 7)),
        (7, None, ("review", 21)),
        (20, None, ("review", 21)),
        (21, None, None),
        (13, 14, ("block", 14)),  # the package counts, where it is known: longer …
        (6, 5, None),  # … or shorter
        (0, 0, None),
    ],
)
def test_a_spray_of_unknown_waiting_time_has_that_of_its_line(
    garden: Garden, says_wait: None, waited: int, own: int | None, found: tuple[str, int] | None
) -> None:
    leaf = garden.harvest(100_000)
    garden.spray(DAY - timedelta(days=waited), own)
    checks = Check.objects.open().filter(batch=leaf, rule="MB-8")
    assert [(one.severity, one.limit) for one in checks] == ([found] if found else [])
    assert all(one.formula.endswith(">= interval" if own else ">= usual interval") for one in checks)


def test_without_a_line_that_says_a_time_the_days_on_the_package_are_needed(garden: Garden, phone: Client) -> None:
    with pytest.raises(BadPlot, match="wait_needed"):
        garden.spray(DAY, None)
    sent = {"substance": "Abamectin", "treated_on": "2026-04-05", "wait_days": "", "note": "", "key": uuid4()}
    answer = phone.post(reverse("fieldwork:treatment", args=[garden.plot.code]), sent)
    assert answer.status_code == 422 and "Nhập số ngày" in answer.content.decode()
    assert not Treatment.objects.exists() and not AuditEntry.objects.filter(action="plot.treated").exists()


def test_an_unknown_waiting_time_is_said_on_the_page(garden: Garden, says_wait: None, phone: Client) -> None:
    leaf = garden.harvest(100_000)
    sent = {"substance": "Abamectin", "treated_on": "2026-04-05", "wait_days": "", "note": "", "key": uuid4()}
    assert phone.post(reverse("fieldwork:treatment", args=[garden.plot.code]), sent).status_code == 303
    assert "chưa rõ thời gian cách ly" in read(phone, "plot", garden.plot.code)
    assert "Xem lại vỏ bao" in read(phone, "balance", leaf.public_code) and locked(leaf) == [True]


# MB-8: a day's work -------------------------------------------------------------------------------------------------
def test_what_is_only_divided_or_put_together_is_no_work(garden: Garden, cast: Cast) -> None:
    set_capacity(cooperative=cast.huong_que, line=garden.product.line, kg_per_day=500, actor=cast.lan_acts)
    leaf = garden.harvest(2_000_000)
    at = HARVEST_DAY + timedelta(hours=1)
    lan = cast.lan_acts
    parts = split_lot(lot=leaf, parts=[500_000, 500_000], work=garden.work(at), actor=lan).batches
    taken = [Taken(part, 500_000) for part in parts]
    Batch.objects.filter(pk=parts[1].pk).update(material="Lá chè tươi")  # the same goods, typed otherwise
    whole = merge_lots(taken=taken, work=garden.work(at + timedelta(hours=1)), actor=lan).batch
    assert [open_checks(part) for part in parts] == [[], []] and open_checks(whole) == []
    assert open_checks(garden.dry(whole, 500_000, 110_000, hours=3)) == []
    assert open_checks(garden.dry(whole, 1_000, 220, hours=4)) == ["MB-8 review capacity:260410"]


def test_litres_are_not_kilogrammes(garden: Garden, cast: Cast, phone: Client) -> None:
    """300 kg and 300 l a day are neither 600 kg nor 600 l."""
    line = garden.product.line
    url = reverse("fieldwork:capacity")
    for unit, amount in (("g", "500"), ("ml", "200")):
        assert phone.post(url, {"line": line.code, "unit": unit, "amount": amount}).status_code == 303
    leaf = garden.harvest(300_000)
    plan = LotPlan(product=garden.product, material="nước chè", base_unit="ml")
    brew = record_harvest(
        output=Output(300_000, plan=plan), work=garden.work(HARVEST_DAY, "pluck"), actor=cast.lan_acts
    ).batch
    assert open_checks(garden.dry(leaf, 300_000, 66_000)) == []
    (asked,) = Check.objects.open().filter(batch=garden.dry(brew, 300_000, 66_000), rule="MB-8")
    assert (asked.observed, asked.limit, asked.inputs["unit"]) == (300_000, 200_000, "ml")
    page = phone.get(url).content.decode()
    assert 'value="500"' in page and 'value="200"' in page
    told = read(phone, "balance", asked.batch.public_code)
    assert "300 l" in told or "300 lít" in told


def test_a_capacity_that_changes_is_held_against_what_was_made_lately(garden: Garden, cast: Cast) -> None:
    line, lan = garden.product.line, cast.lan_acts
    tea = garden.dry(garden.harvest(1_000_000), 600_000, 130_000)
    with clock.at(HARVEST_DAY + timedelta(days=2)):
        for most, asked in ((500, 1), (600, 0), (599, 1), (None, 0)):
            set_capacity(cooperative=cast.huong_que, line=line, kg_per_day=most, actor=lan)
            assert Check.objects.open().filter(batch=tea, rule="MB-8").count() == asked


# MB-6: ground of three ----------------------------------------------------------------------------------------------
def test_ground_of_three_plots_is_counted_once(garden: Garden, cast: Cast) -> None:
    """The second and third cover the same half of the first and the same ground beside it: one and a half squares, not
    two."""
    rows = [garden.plot]
    for name in ("Đồi Chè 2", "Đồi Chè 3"):
        rows.append(Plot.objects.create(cooperative=cast.huong_que, name=name, commune=cast.tran_de))
    for plot, east in zip(rows, (0, 0.5, 0.5), strict=True):
        set_outline(plot=plot, outline=square(east=east), actor=cast.lan_acts)
    for plot in rows:
        plot.refresh_from_db()
    one = rows[0].measured_m2 or 0
    assert [abs((plot.own_m2 or 0) * 2 - one * 3) <= 2 for plot in rows] == [True] * 3
    assert {(plot.same_m2, plot.asked_m2) for plot in rows} == {(None, None)}
    # 9 t/ha on 1.17 ha: 10.5 t, and 11.55 t at the hardest; two squares would bear 14 t
    lots = [garden.harvest(4_000_000, at=HARVEST_DAY + timedelta(hours=n), plot=plot) for n, plot in enumerate(rows)]
    assert [Check.objects.open().filter(batch=lot, rule="MB-6", severity="block").exists() for lot in lots] == [
        False,
        False,
        True,
    ]
    set_outline(plot=rows[2], outline=None, actor=cast.lan_acts)
    rows[1].refresh_from_db()
    rows[2].refresh_from_db()
    assert rows[2].own_m2 is None and abs((rows[1].own_m2 or 0) * 2 - one * 3) <= 2


# Closed plots -------------------------------------------------------------------------------------------------------
def test_a_closed_plot_is_not_offered_keeps_its_history_and_opens_again(
    garden: Garden, cast: Cast, phone: Client
) -> None:
    leaf = garden.harvest(9_000_000)
    url = reverse("fieldwork:close_plot", args=[garden.plot.code])
    for _ in range(2):
        assert phone.post(url, {"close": "1"}).status_code == 303
    assert AuditEntry.objects.filter(action="plot.closed").count() == 1
    sent = {
        "day": "2026-06-20",
        "material": "lá chè",
        "amount": "10",
        "unit": "kg",
        "client_uuid": uuid4(),
        "recorded_at": "2026-06-20T05:00:00+00:00",
        "plot": garden.plot.pk,
    }
    form = reverse("fieldwork:lot_in", args=["thu-hoach", garden.product.code])
    assert "Đồi Chè" not in phone.get(form).content.decode()
    assert "Đồi Chè" not in phone.get(reverse("fieldwork:new_batch", args=[garden.pack.code])).content.decode()
    assert locked(leaf) == [True] and leaf.postings.filter(kind=PostingKind.HARVEST).exists()
    assert "1 thửa đã đóng" in read(phone, "plots") and "Đã đóng từ" in read(phone, "plot", garden.plot.code)
    assert phone.post(url, {"reopen": "1"}).status_code == 303
    assert phone.post(form, sent).status_code == 303
    assert Batch.objects.filter(plot=garden.plot).count() == 2
    other = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    assert phone.post(reverse("fieldwork:close_plot", args=[other.code]), {"close": "1"}).status_code == 404
    other.refresh_from_db()
    assert other.closed_at is None


def test_closing_a_plot_gives_its_ground_no_second_cap(garden: Garden, cast: Cast) -> None:
    twin = Plot.objects.create(cooperative=cast.huong_que, name="Đồi Chè 2", commune=cast.tran_de)
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    garden.harvest(5_000_000)
    close_plot(plot=garden.plot, actor=cast.lan_acts)
    set_outline(plot=twin, outline=square(), actor=cast.lan_acts)
    assert locked(garden.harvest(5_000_000, plot=twin)) == [True]


def test_a_closed_plot_of_a_neighbour_asks_nobody(garden: Garden, cast: Cast) -> None:
    """The ground went from one cooperative to the other."""
    theirs = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    for plot, who in ((theirs, cast.other_acts), (garden.plot, cast.lan_acts)):
        set_outline(plot=plot, outline=square(), actor=who)
    leaf = garden.harvest(1_000)
    asked = Check.objects.open().filter(batch=leaf, rule="MB-6")
    assert asked.count() == 1
    close_plot(plot=theirs, actor=cast.other_acts)
    assert asked.count() == 0


def test_products_of_other_lines_know_their_own_time_only(garden: Garden, says_wait: None) -> None:
    """The plot bears tea and something whose line says nothing: only the tea is asked about."""
    line = ProductLine.objects.get(code="craft")
    other = Product.objects.create(cooperative=garden.cast.huong_que, line=line, name="Chiếu cói")
    plan = LotPlan(product=other, material="cói", base_unit="g", plot=garden.plot)
    sedge = record_harvest(
        output=Output(1_000, plan=plan), work=garden.work(HARVEST_DAY), actor=garden.cast.lan_acts
    ).batch
    leaf = garden.harvest(1_000)
    garden.spray(DAY, None)
    assert [len(open_checks(lot)) for lot in (sedge, leaf)] == [0, 1]
