"""What plots, sprays and places must not be used for: stopping others, reading them, or freeing oneself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, sign_in
from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from traceability.balance.models import Position
from traceability.balance.plot_changes import PlotFacts, save_plot
from traceability.balance.positions import BadPosition, note_position
from traceability.balance.space import Fix
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


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
