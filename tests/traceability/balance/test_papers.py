"""What a certificate covers, and what is claimed of a lot under it: said on the phone, counted by the checks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import Cast
from tests.traceability.balance.conftest import Garden
from tests.traceability.balance.reading import read
from traceability.balance.certifying import BadScope, is_wider, set_scope
from traceability.balance.claiming import claims_of
from traceability.balance.models import Check, ClaimMass
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.plots.models import Plot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [((), (), False), ((), (1,), False), ((1,), (), True), ((1, 2), (1,), False), ((1,), (1, 2), True)],
)
def test_no_plot_named_means_all_of_them(before: tuple[int, ...], after: tuple[int, ...], wider: bool) -> None:
    assert is_wider(before=before, after=after) is wider


def test_saying_less_counts_at_once_and_saying_more_waits_for_staff(garden: Garden, phone: Client) -> None:
    paper = garden.certificate()
    url = reverse("fieldwork:paper", args=[paper.pk])
    assert phone.post(url, {"plots": [garden.plot.pk], "most": "1.500"}).status_code == 303
    paper.refresh_from_db()
    assert (paper.max_quantity_base, paper.checked_at is not None) == (1_500_000, True)
    assert "1.500 kg" in read(phone, "paper", paper.pk)
    assert phone.post(url, {"plots": [garden.plot.pk], "most": "1.600"}).status_code == 303
    paper.refresh_from_db()
    assert (paper.max_quantity_base, paper.checked_at) == (1_600_000, None)
    assert "Cán bộ còn xem giấy này" in read(phone, "paper", paper.pk)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions.count("certificate.scope_set") == 2 and "certificate.unchecked" in actions
    assert phone.post(url, {"plots": [garden.plot.pk], "most": "1.600"}).status_code == 303
    assert AuditEntry.objects.filter(action="certificate.scope_set").count() == 2


def test_staff_may_say_more_and_it_counts(garden: Garden, cast: Cast) -> None:
    paper = garden.certificate()
    set_scope(certificate=paper, plots=[], max_quantity_base=None, actor=cast.hoa_acts)
    paper.refresh_from_db()
    assert paper.checked_at is not None and not paper.plots.exists()


def test_a_plot_or_paper_of_others_is_not_ours_to_name(garden: Garden, phone: Client, cast: Cast) -> None:
    paper = garden.certificate()
    other = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    with pytest.raises(BadScope, match="foreign_plot"):
        set_scope(certificate=paper, plots=[other], max_quantity_base=None, actor=cast.lan_acts)
    url = reverse("fieldwork:paper", args=[paper.pk])
    assert phone.post(url, {"plots": [other.pk], "most": ""}).status_code == 422
    assert phone.post(url, {"most": "0"}).status_code == 422
    assert list(paper.plots.all()) == [garden.plot]
    Certificate.objects.update(cooperative=cast.other_cooperative)
    assert phone.get(url).status_code == 404


def test_the_most_of_the_paper_stops_what_was_harvested_beyond_it(garden: Garden, phone: Client) -> None:
    paper = garden.certificate()
    first, second = garden.harvest(1_000_000), garden.harvest(800_000)
    phone.post(reverse("fieldwork:paper", args=[paper.pk]), {"plots": [garden.plot.pk], "most": "1.500"})
    (block,) = Check.objects.open().filter(rule="MB-6")
    assert (block.batch, block.observed, block.limit) == (second, 1_800_000, 1_500_000)
    assert Batch.objects.get(pk=first.pk).locked_at is None
    assert "Đã trồng theo giấy này</dt><dd>1.800 kg" in read(phone, "paper", paper.pk)


def test_a_claim_is_said_changed_and_taken_back_on_the_phone(garden: Garden, phone: Client) -> None:
    paper = garden.certificate()
    blend = garden.make([(garden.harvest(600_000), 600_000), (garden.bought(400_000), 400_000)], [220_000], step="dry")[
        0
    ]
    page = read(phone, "claim", blend.public_code)
    assert "VietGAP <b>132 kg</b>" in page and 'value="132"' in page
    url = reverse("fieldwork:claim", args=[blend.public_code])
    assert phone.post(url, {"certificate": paper.pk, "amount": "0", "model": "MB"}).status_code == 422
    assert not ClaimMass.objects.exists()
    assert phone.post(url, {"certificate": paper.pk, "amount": "100", "model": "MB"}).status_code == 303
    (shown,) = claims_of(blend)
    assert (shown.model, shown.mass_base, shown.eligible) == ("MB", 100_000, True)
    assert "cân bằng khối lượng 45 %" in read(phone, "balance", blend.public_code)
    too_much = phone.post(url, {"certificate": paper.pk, "amount": "140", "model": "MB"}, follow=True)
    assert "nhiều hơn số hàng mang được" in too_much.content.decode()
    assert Batch.objects.get(pk=blend.pk).locked_at is not None
    claimed = ClaimMass.objects.get()
    dropped = reverse("fieldwork:drop_claim", args=[blend.public_code, claimed.pk])
    assert phone.post(dropped).status_code == 303
    assert not ClaimMass.objects.exists() and Batch.objects.get(pk=blend.pk).locked_at is None
    assert phone.post(dropped).status_code == 404
    assert AuditEntry.objects.filter(action="claim.withdrawn").count() == 1


def test_an_unchecked_paper_and_one_of_stars_are_not_claimed_lot_by_lot(garden: Garden, phone: Client) -> None:
    lot = garden.harvest(600_000)
    unchecked = garden.certificate(checked_at=None)
    stars = garden.certificate("ocop", stars=4)
    assert "Chưa có giấy chứng nhận cho sản phẩm này" in read(phone, "claim", lot.public_code)
    for paper in (unchecked, stars):
        sent = {"certificate": paper.pk, "amount": "1", "model": "SG"}
        assert phone.post(reverse("fieldwork:claim", args=[lot.public_code]), sent).status_code == 422
    assert not ClaimMass.objects.exists()
