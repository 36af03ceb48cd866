"""A paper of growing is about ground: a lot that names no plot, or grew elsewhere, shows it nowhere."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from marketplace.listings.proofs import stamps_of
from tests.traceability.balance.conftest import NOW, Garden
from tests.traceability.balance.reading import read
from traceability.balance.certifying import record_certificate
from traceability.balance.claiming import claims_of
from traceability.balance.withholding import Why, papers_of, withheld_from
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.events.logged import sign_and_tell
from traceability.events.recording import StepReport, record_step
from traceability.plots.models import Plot

pytestmark = pytest.mark.django_db


def packed(garden: Garden, plot: Plot | None) -> Batch:
    """Packed at once, out of no lot of ours, and public."""
    batch = open_batch(pack=garden.pack, day=NOW.date(), actor=garden.cast.lan_acts, plot=plot)
    mandatory = garden.product.line.steps.filter(mandatory=True).exclude(kind="pack").values_list("code", flat=True)
    for place, stage in enumerate([*mandatory, "pack"]):
        packs = {"packs": 10} if stage == "pack" else {}
        at = NOW - timedelta(hours=10 - place)
        report = StepReport(stage=stage, event_time=at, parameters={}, **packs)
        record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=at, actor=garden.cast.lan_acts)
    publish_batch(batch=batch, actor=garden.cast.lan_acts)
    return Batch.objects.get(pk=batch.pk)


def other_plot(garden: Garden) -> Plot:
    return Plot.objects.create(cooperative=garden.cast.huong_que, name="Rẫy", commune=garden.cast.tran_de)


def why(batch: Batch) -> list[Why]:
    return list(withheld_from(batch, list(papers_of(batch).order_by("pk"))).values())


def test_a_packed_lot_shows_a_paper_of_growing_only_for_ground_that_it_names(garden: Garden) -> None:
    paper = garden.certificate()
    garden.certificate("haccp")
    assert (why(packed(garden, garden.plot)), why(packed(garden, other_plot(garden)))) == ([], [Why.OTHER_PLOT])
    nowhere = packed(garden, None)
    assert why(nowhere) == [Why.NO_PLOT] and claims_of(nowhere) == ()
    paper.plots.clear()  # all plots of the cooperative: still some ground
    assert why(nowhere) == [Why.NO_PLOT] and claims_of(nowhere) == ()


def test_a_blend_with_goods_of_no_plot_does_not_show_it(garden: Garden) -> None:
    garden.certificate()
    leaf, bought = garden.harvest(600_000), garden.bought(400_000)
    assert (why(leaf), why(bought)) == ([], [Why.NO_PLOT])
    pure = garden.dry(leaf, 100_000, 25_000)
    blend = garden.make([(leaf, 200_000), (bought, 200_000)], [100_000], step="dry")[0]
    assert (why(pure), why(blend)) == ([], [Why.BLENDED])


@pytest.mark.parametrize(("named", "is_shown"), [(True, True), (False, False)])
def test_page_links_machine_record_file_and_shop_agree(
    garden: Garden, client: Client, site_ready: None, settings, tmp_path, named: bool, is_shown: bool
) -> None:
    settings.TLOG_KEYS_DIR = tmp_path
    paper = garden.certificate("organic", number="HC-77")
    batch = packed(garden, garden.plot if named else None)
    path = batch_path(batch)
    page = client.get(f"{path}?lang=en", headers={"Accept": "text/html"}).content.decode()
    assert ("covers this batch" in page) is is_shown
    assert ("Organic: not for this batch" in page) is not is_shown
    assert ("on which plot it grew" in page) is not is_shown
    linkset = client.get(f"{path}?linkType=linkset", headers={"Accept": "application/linkset+json"})
    assert ("HC-77" in linkset.content.decode()) is is_shown
    record = client.get(f"/api/dpp{path}").json()
    (told,) = record["certificates"]
    assert (told["coversLot"], told["notForLot"]) == (is_shown, None if is_shown else "no_plot")
    assert bool(record["decree37"]["5_certificates"]) is is_shown
    assert bool(stamps_of(garden.product, [Batch.objects.get(pk=batch.pk)])) is is_shown
    record_certificate(certificate=paper, actor=garden.cast.hoa_acts)
    sign_and_tell()
    dossier = b"".join(client.get(f"/t/{batch.public_code}/ho-so.zip").streaming_content)
    with zipfile.ZipFile(io.BytesIO(dossier)) as file:
        kinds = [record["kind"] for record in json.loads(file.read("events.json"))]
    assert ("certificate" in kinds) is is_shown


def test_the_cooperative_reads_why(garden: Garden, phone: Client) -> None:
    garden.certificate()
    batch = packed(garden, None)
    for page in ("balance", "claim"):
        assert "vì lô này không ghi thửa" in read(phone, page, batch.public_code)
    assert "không được mang chứng nhận nuôi trồng" in read(phone, "new_batch", garden.pack.code)
    named = packed(garden, garden.plot)
    assert "không ghi thửa" not in read(phone, "balance", named.public_code)
