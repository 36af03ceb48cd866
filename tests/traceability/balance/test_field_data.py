"""What is recorded of plots, sprays, days and places reaches the checks, whoever drew the ground."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import Cast
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.reading import read
from tests.traceability.balance.test_checking import locked, open_checks
from traceability.balance.capacity import BadCapacity, check_day, set_capacity
from traceability.balance.models import Check, Position
from traceability.balance.plot_changes import BadPlot, PlotFacts, save_plot, set_outline
from traceability.balance.positions import BadPosition, forget_position, note_position
from traceability.balance.space import Fix
from traceability.balance.treating import withdraw_treatment
from traceability.batches.models import Batch
from traceability.log.models import LogEntry
from traceability.plots.models import Overlap, Plot, Treatment
from traceability.plots.outlines import Outline, make_outline

pytestmark = pytest.mark.django_db
NORTH_EAST = (105.9, 9.5)


def square(*, east: float = 0, north: float = 0, side: float = 0.0008) -> Outline:
    """About 88 m a side, 7,780 m²; ``east`` and ``north`` in sides."""
    lon, lat = NORTH_EAST[0] + east * side, NORTH_EAST[1] + north * side
    return make_outline([(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side)])


@pytest.fixture
def neighbour(cast: Cast, garden: Garden) -> Plot:
    return Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)


# MB-6 and MB-2: outlines ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("east", "flagged"), [(0.69, True), (0.715, False)])
def test_ground_of_two_cooperatives_is_flagged_for_both(
    garden: Garden, cast: Cast, neighbour: Plot, east: float, flagged: bool
) -> None:
    leaf = garden.harvest(100_000)
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    theirs = garden.harvest(1_000)
    Batch.objects.filter(pk=theirs.pk).update(plot=neighbour)
    set_outline(plot=neighbour, outline=square(east=east), actor=cast.other_acts)
    asked = [
        Check.objects.open().filter(batch=lot, rule="MB-6", key__startswith="ground").exists() for lot in (leaf, theirs)
    ]
    assert asked == [flagged, flagged]
    assert set(Overlap.objects.values_list("percent", flat=True)) == ({31} if flagged else {28})
    set_outline(plot=neighbour, outline=None, actor=cast.other_acts)
    assert not Overlap.objects.exists() and not Check.objects.open().filter(rule="MB-6").exists()


def test_two_outlines_of_one_cooperative_are_no_quarrel_but_bear_only_once(garden: Garden, cast: Cast) -> None:
    """The same field drawn twice would have two caps."""
    twin = Plot.objects.create(cooperative=cast.huong_que, name="Đồi Chè 2", commune=cast.tran_de)
    for plot in (garden.plot, twin):
        set_outline(plot=plot, outline=square(), actor=cast.lan_acts)
    first, second = garden.harvest(5_000_000), garden.harvest(5_000_000, plot=twin)
    assert open_checks(first) == []
    (stopped,) = Check.objects.open().filter(batch=second, severity="block")
    assert (stopped.rule, stopped.formula, stopped.observed) == ("MB-6", "harvest of shared ground <= cap", 10_000_000)


def test_the_outline_counts_and_not_what_was_typed(garden: Garden, cast: Cast) -> None:
    """8,000 m² typed; an outline of 1,945 m² bears only 1.75 t."""
    leaf = garden.harvest(2_000_000)
    assert open_checks(leaf) == []
    set_outline(plot=garden.plot, outline=square(side=0.0004), actor=cast.lan_acts)
    assert locked(leaf) == [True]
    said = {check.key: (check.rule, check.severity) for check in Check.objects.open().filter(batch=leaf)}
    assert said["area"] == ("MB-2", "review")
    save_plot(
        cooperative=cast.huong_que,
        facts=PlotFacts("Đồi Chè", cast.tran_de, 2_100),
        actor=cast.lan_acts,
        plot=garden.plot,
    )
    assert not Check.objects.open().filter(batch=leaf, key="area").exists()


def test_an_outline_is_drawn_on_the_phone_and_nobody_else_reads_it(garden: Garden, cast: Cast, phone: Client) -> None:
    leaf = garden.harvest(100_000)
    url = reverse("fieldwork:outline", args=[garden.plot.code])
    assert phone.post(url, {"corners": "9.5, 105.9"}).status_code == 422
    bad = SimpleUploadedFile("ruong.kml", b"<kml>")
    assert phone.post(url, {"file": bad, "corners": ""}).status_code == 422
    garden.plot.refresh_from_db()
    assert garden.plot.outline is None and not AuditEntry.objects.filter(action="plot.outlined").exists()
    typed = "\n".join(f"{lat}, {lon}" for lon, lat in square().ring[:-1])
    assert phone.post(url, {"corners": typed}).status_code == 303
    garden.plot.refresh_from_db()
    assert garden.plot.measured_m2 == square().area_m2
    assert "<polygon" in read(phone, "plot", garden.plot.code)
    Batch.objects.filter(pk=leaf.pk).update(status="published")
    phone.logout()
    for path in (f"/t/{leaf.public_code}", f"/l/{garden.plot.code}", f"/api/dpp/t/{leaf.public_code}"):
        assert (
            "105.90"
            not in phone.get(path, headers={"Accept": "text/html,application/json"}, follow=True).content.decode()
        )
    assert not LogEntry.objects.filter(leaf__contains="105.90").exists()
    entry = AuditEntry.objects.get(action="plot.outlined")
    assert "105.9" not in str(entry.facts)


def test_a_plot_is_added_changed_and_its_name_is_taken_once(garden: Garden, cast: Cast, phone: Client) -> None:
    url = reverse("fieldwork:new_plot")
    sent = {"name": "Ruộng trên", "commune": cast.tran_de.pk, "area": "5.000", "growing_area_code": ""}
    assert phone.post(url, sent).status_code == 303
    assert phone.post(url, sent).status_code == 422
    assert phone.post(url, sent | {"name": "Khác", "area": "0"}).status_code == 422
    plot = Plot.objects.get(name="Ruộng trên")
    assert (plot.area_m2, plot.cooperative) == (5_000, cast.huong_que)
    other = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    for name in ("plot", "change_plot", "outline", "treatment"):
        assert phone.get(reverse(f"fieldwork:{name}", args=[other.code])).status_code == 404


# MB-8: sprays and days --------------------------------------------------------------------------------------------
def test_a_harvest_within_the_waiting_time_is_recorded_and_not_sold(garden: Garden, cast: Cast) -> None:
    """Also when the spray is written down after the harvest."""
    leaf = garden.harvest(100_000)
    tea = garden.dry(leaf, 100_000, 22_000)
    key = uuid4()
    day = HARVEST_DAY.date() - timedelta(days=6)
    rows = [garden.spray(day, 7, key=key) for _ in range(2)]
    assert rows[0] == rows[1] and locked(leaf, tea) == [True, True]
    (found,) = Check.objects.open().filter(batch=leaf, rule="MB-8")
    assert (found.severity, found.observed, found.limit) == ("block", 6, 7)
    with pytest.raises(BadPlot, match="treatment_mismatch"):
        garden.spray(day, 8, key=key)
    for _ in range(2):
        withdraw_treatment(treatment=rows[0], actor=cast.lan_acts)
    assert locked(leaf, tea) == [True, True]  # until staff has looked
    assert AuditEntry.objects.filter(action="plot.treatment_withdrawn").count() == 1
    assert Treatment.objects.get().withdrawn_by == cast.lan


def test_sprays_of_another_plot_or_long_enough_ago_stop_nothing(garden: Garden, cast: Cast, neighbour: Plot) -> None:
    leaf = garden.harvest(100_000)
    day = HARVEST_DAY.date()
    for plot, on in ((neighbour, day), (garden.plot, day - timedelta(days=7)), (garden.plot, day + timedelta(days=1))):
        garden.spray(on, 7, plot=plot)
    assert open_checks(leaf) == []


def test_a_spray_is_written_down_on_the_phone_and_taken_back(garden: Garden, phone: Client) -> None:
    leaf = garden.harvest(100_000)
    url = reverse("fieldwork:treatment", args=[garden.plot.code])
    sent = {"substance": "Abamectin", "treated_on": "2026-04-05", "wait_days": "7", "note": "", "key": uuid4()}
    for wrong in ({"wait_days": "x"}, {"wait_days": "400"}, {"substance": " "}, {"treated_on": "2027-01-01"}):
        assert phone.post(url, sent | wrong).status_code == 422
    assert not Treatment.objects.exists()
    assert phone.post(url, sent).status_code == 303
    page = read(phone, "balance", leaf.public_code)
    assert "Phun Abamectin ngày 05/04/2026, thu sau 5 ngày, mà phải cách ly 7 ngày" in page
    row = Treatment.objects.get()
    assert phone.post(reverse("fieldwork:drop_treatment", args=[garden.plot.code, row.pk])).status_code == 303
    assert "<del>" in read(phone, "plot", garden.plot.code) and locked(leaf) == [True]


@pytest.mark.parametrize(("worked", "expected"), [(500_000, 0), (500_001, 1)])
def test_the_declared_capacity_is_the_most_of_a_day(worked: int, expected: int) -> None:
    assert len(check_day(worked, 500, day=date(2026, 4, 10))) == expected


def test_what_goes_in_on_one_day_is_summed_over_all_lots(garden: Garden, cast: Cast, phone: Client) -> None:
    line = garden.product.line
    leaf = garden.harvest(1_000_000)
    garden.dry(leaf, 300_000, 66_000)
    url = reverse("fieldwork:capacity")
    for wrong in ("0", "x", "99.000.000"):
        assert phone.post(url, {"line": line.code, "amount": wrong}).status_code == 422
    assert phone.post(url, {"line": line.code, "amount": "500"}).status_code == 303
    second = garden.dry(leaf, 300_000, 66_000, hours=11)
    (asked,) = Check.objects.open().filter(batch=second)
    assert (asked.rule, asked.severity, asked.observed, asked.limit) == ("MB-8", "review", 600_000, 500_000)
    assert open_checks(garden.dry(leaf, 300_000, 66_000, hours=30)) == []
    with pytest.raises(BadCapacity, match="capacity_needed"):
        set_capacity(cooperative=cast.huong_que, line=line, kg_per_day=0, actor=cast.lan_acts)
    assert phone.post(url, {"line": line.code, "amount": ""}).status_code == 303
    assert AuditEntry.objects.filter(action="capacity.set").count() == 2


# MB-9: places -----------------------------------------------------------------------------------------------------
def fix(east: float = 0.5, *, minutes: int = 0, accuracy: int = 10) -> Fix:
    """In the garden's square at 0 … 1 sides east."""
    return Fix(9.5004, 105.9 + east * 0.0008, accuracy, HARVEST_DAY + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("east", "accuracy", "expected"),
    [(0.5, 10, []), (1.5, 10, []), (2.0, 10, ["review"]), (2.0, 60, []), (15.0, 10, ["block"])],
)
def test_a_harvest_lies_on_its_plot_give_or_take(
    garden: Garden, cast: Cast, east: float, accuracy: int, expected: list[str]
) -> None:
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    leaf = garden.harvest(100_000)
    note_position(event=leaf.events.get(), fix=fix(east, accuracy=accuracy), device="a", actor=cast.lan_acts)
    found = Check.objects.open().filter(batch=leaf, rule="MB-9")
    assert list(found.values_list("severity", flat=True)) == expected
    forget_position(position=Position.objects.get(), actor=cast.lan_acts)  # lifts nothing: staff answers what was open
    assert list(found.values_list("severity", flat=True)) == expected


def test_one_phone_in_two_places_is_asked_about_at_both(garden: Garden, cast: Cast) -> None:
    """30 km in ten minutes."""
    lots = [garden.harvest(1_000, at=HARVEST_DAY + timedelta(minutes=10 * n)) for n in range(3)]
    for number, (lot, device) in enumerate(zip(lots, ("a", "a", "b"), strict=True)):
        far = fix(east=340 * number, minutes=10 * number)
        note_position(event=lot.events.get(), fix=far, device=device, actor=cast.lan_acts)
        note_position(event=lot.events.get(), fix=fix(), device=device, actor=cast.lan_acts)  # the first is kept
    garden.record(lots[0], "sample", 1, at=HARVEST_DAY + timedelta(hours=1))
    flagged = [Check.objects.open().filter(batch=lot, formula="speed <= 120 km/h").count() for lot in lots]
    assert flagged == [1, 1, 0]
    with pytest.raises(BadPosition):
        note_position(event=lots[0].events.get(), fix=Fix(95, 0, 1, HARVEST_DAY), device="", actor=cast.lan_acts)


def test_a_phone_tells_where_it_is_only_when_asked_and_the_page_says_which(garden: Garden, phone: Client) -> None:
    url = reverse("fieldwork:lot_in", args=["thu-hoach", garden.product.code])
    sent = {"day": "2026-06-20", "material": "lá chè", "amount": "10", "unit": "kg", "plot": garden.plot.pk}
    hidden = {"client_uuid": uuid4(), "recorded_at": "2026-06-20T05:00:00+00:00"}
    assert phone.post(url, sent | hidden | {"here_lat": "x", "here_lon": "105.9"}).status_code == 303
    assert not Position.objects.exists()
    said = Batch.objects.get()
    assert "tự khai" in read(phone, "balance", said.public_code)
    here = {"here_lat": "9.5004", "here_lon": "105.9004", "here_accuracy": "12.4", "here_at": "2026-06-20T05:00:00Z"}
    assert phone.post(url, sent | hidden | here | {"client_uuid": uuid4()}).status_code == 303
    position = Position.objects.get()
    assert (position.latitude_e6, position.longitude_e6, position.accuracy_m) == (9_500_400, 105_900_400, 13)
    assert position.device and "tự khai" not in read(phone, "balance", position.event.batch.public_code)
    assert "9.5004" not in position.event.body
