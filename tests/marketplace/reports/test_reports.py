"""Reports of goods and sellers: anybody tells, a named person answers, the contact is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Membership
from community.outbox.models import OutboxMessage
from marketplace.reports.models import MarketReport
from marketplace.reports.telling import (
    CONTACT_KEPT,
    KIND,
    CannotReport,
    Told,
    answer_report,
    forget_reporters,
    report_to_market,
)
from tests.cast import Cast
from tests.making import Goods, make_product, open_shop
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
PHONE = "+84905111222"


@pytest.fixture
def goods(cast: Cast, site_ready: None) -> Goods:
    return make_product(open_shop(cast.huong_que))


def told_of(goods: Goods, *, contact: str = PHONE) -> MarketReport:
    return report_to_market(
        cooperative=goods.product.cooperative,
        product=goods.product,
        told=Told("fake", "Tem in mờ, lô không có trên mạng", contact),
        language="vi",
        actor=Actor.buyer(),
    )


def test_a_report_gets_a_reference_and_its_answer_there_and_by_message(
    client: Client, cast: Cast, goods: Goods
) -> None:
    address = f"/san-pham/{goods.listing.slug}/bao-cao/"
    assert address in text_of(client.get(f"/san-pham/{goods.listing.slug}/"))
    sent = client.post(address, {"kind": "fake", "words": "Tem in mờ", "contact": "0905 111 222"})
    report = MarketReport.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/bao-cao/{report.code}/")
    page = text_of(client.get(sent["Location"]))
    assert report.code in page and "Đang có người xem" in page and PHONE not in page and "Tem in mờ" not in page
    answer_report(report=report, outcome="acted", answer="Đã ngừng bán lô này.", actor=cast.hoa_acts)
    assert "Đã ngừng bán lô này." in text_of(client.get(sent["Location"]))
    message = OutboxMessage.objects.get(kind=KIND)
    assert message.to == PHONE and report.code in message.text


def test_a_seller_is_reported_without_a_contact_and_nobody_is_written_to(
    client: Client, cast: Cast, goods: Goods
) -> None:
    seller = goods.product.cooperative
    client.post(f"/gian-hang/{seller.slug}/bao-cao/", {"kind": "other", "words": "Không giao hàng"})
    report = MarketReport.objects.get()
    assert (report.cooperative, report.product, report.contact) == (seller, None, "")
    answer_report(report=report, outcome="unfounded", answer="Đã gọi, hàng đã giao.", actor=cast.hoa_acts)
    assert not OutboxMessage.objects.filter(kind=KIND).exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"words": "x"}, "kind"),
        ({"kind": "fake"}, "words"),
        ({"kind": "fake", "words": "x", "contact": "12"}, "contact"),
    ],
)
def test_a_report_without_facts_is_refused_by_its_field(
    client: Client, goods: Goods, sent: dict[str, str], field: str
) -> None:
    answer = client.post(f"/san-pham/{goods.listing.slug}/bao-cao/", sent)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not MarketReport.objects.exists()


def test_staff_of_the_seller_and_empty_words_decide_nothing_and_an_answer_stands(cast: Cast, goods: Goods) -> None:
    report = told_of(goods)
    Membership.objects.create(user=cast.hoa, cooperative=goods.product.cooperative, role="viewer")
    for answer, code in (("Xong", "own"),):
        with pytest.raises(CannotReport) as refused:
            answer_report(report=report, outcome="acted", answer=answer, actor=cast.hoa_acts)
        assert refused.value.code == code
    Membership.objects.filter(user=cast.hoa).delete()
    with pytest.raises(CannotReport):
        answer_report(report=report, outcome="acted", answer="  ", actor=cast.hoa_acts)
    report.refresh_from_db()
    assert report.answered_at is None and not OutboxMessage.objects.filter(kind=KIND).exists()
    answer_report(report=report, outcome="acted", answer="Đã xử lý", actor=cast.hoa_acts)
    with pytest.raises(CannotReport):
        answer_report(report=report, outcome="unfounded", answer="Khác", actor=cast.hoa_acts)
    report.refresh_from_db()
    assert (report.outcome, report.answer) == ("acted", "Đã xử lý")


def test_the_contact_is_forgotten_after_the_answer_not_before(cast: Cast, goods: Goods) -> None:
    report = told_of(goods)
    now = clock.now()
    assert forget_reporters(now=now + timedelta(days=900)) == 0
    answer_report(report=report, outcome="acted", answer="Đã xử lý", actor=cast.hoa_acts)
    assert forget_reporters(now=now + CONTACT_KEPT - timedelta(days=1)) == 0
    OutboxMessage.objects.filter(kind=KIND).update(status="sending")  # a worker holds it: red before
    assert forget_reporters(now=now + CONTACT_KEPT + timedelta(days=1)) == 1
    report.refresh_from_db()
    told = OutboxMessage.objects.get(kind=KIND)
    assert report.contact == "" and (told.to, told.status) == ("", "failed")


def test_the_desk_shows_what_waits_first_and_answers(client: Client, cast: Cast, goods: Goods) -> None:
    report = told_of(goods)
    client.force_login(cast.hoa)
    assert report.code in text_of(client.get("/quan-tri/bao-cao-hang/"))
    page = text_of(client.get(f"/quan-tri/bao-cao-hang/inspect/{report.pk}/"))
    assert "Tem in mờ" in page and PHONE not in page
    act = f"/quan-tri/bao-cao-hang/{report.pk}/tra-loi/"
    client.post(act, {"answer": "Đã xử lý"})
    assert MarketReport.objects.get().answered_at is None
    client.post(act, {"outcome": "acted", "answer": "Đã xử lý"})
    assert MarketReport.objects.get().answered_by == cast.hoa
