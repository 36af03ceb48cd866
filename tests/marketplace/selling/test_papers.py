"""Papers from the seller's side: brought with a scan, shown to buyers only after staff, told before they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from community import clock
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.listings.drafting import add_paper, described
from marketplace.listings.models import ListingDraft
from marketplace.listings.papers import PaperState, papers_of, remind_of_ends
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in
from tests.harness.days import asked_now, in_days_iso
from tests.making import make_certificate, make_product
from tests.marketplace.selling.test_wizard import answer_all, jpeg, say, start
from traceability.balance.submitting import CoverMoved, ask_cover, confirm_cover, refuse_cover
from traceability.certificates.models import Certificate, CertificateScan, CoverRequest
from traceability.log.models import LogEntry
from traceability.products.importing import import_product_lines

pytestmark = pytest.mark.django_db
FACTS = {
    "scheme": "ocop",
    "stars": "4",
    "number": "1234/QĐ-UBND",
    "issuer": "UBND tỉnh Sóc Trăng",
    "issued_on": in_days_iso(-30),
}


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    import_product_lines()
    set_up_review()
    return sign_in(client, cast.lan)


@pytest.fixture
def goods(cast):
    return make_product(cast.huong_que)


def bring(desk: Client, query: str = "", **more):
    return desk.post(f"/ban-hang/giay/moi/{query}", asked_now(FACTS | {"file": jpeg()} | more))


def test_a_paper_brought_for_goods_waits_with_its_scan_and_is_in_the_log(desk, goods) -> None:
    answer = bring(desk, f"?hang={goods.product.code}")
    assert answer.url == f"/ban-hang/hang/{goods.product.code}/giay/"
    paper, scan, asked = Certificate.objects.get(), CertificateScan.objects.get(), CoverRequest.objects.get()
    assert (paper.stars, paper.checked_at, paper.number) == (4, None, "1234/QĐ-UBND")
    assert (paper.expires_on - paper.issued_on).days in (1095, 1096), "36 months when nothing else is said"
    assert (asked.status, asked.product) == ("waiting", goods.product)
    assert LogEntry.objects.filter(subject=f"certificate:{paper.pk}").exists()
    assert [one.state for one in papers_of(goods.product)] == [PaperState.WAITING]
    seen = desk.get(f"/ban-hang/giay/anh/{scan.code}/")
    assert seen.status_code == 200 and seen.headers["Content-Type"] == "image/jpeg"
    assert "1234/QĐ-UBND" not in Client().get(f"/san-pham/{goods.listing.slug}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scheme": ""}, "scheme"),
        ({"stars": ""}, "stars"),
        ({"stars": "6"}, "stars"),
        ({"number": " "}, "number"),
        ({"issued_on": "hôm qua"}, "issued_on"),
        ({"issued_on": "9999-12-31"}, "issued_on"),
        ({"issued_on": in_days_iso(1)}, "issued_on"),
        ({"issued_on": "1989-12-31", "scheme": "vietgap"}, "issued_on"),
        ({"issued_on": "9999-12-31", "scheme": "vietgap"}, "issued_on"),
        ({"expires_on": in_days_iso(-1)}, "expires_on"),
        ({"issued_on": in_days_iso(0), "expires_on": "2020-01-01"}, "expires_on"),
        ({"file": SimpleUploadedFile("a.jpg", b"<html>", content_type="image/jpeg")}, "file"),
        ({"file": ""}, "file"),
    ],
)
def test_a_wrong_answer_about_a_paper_is_told_at_its_field_and_keeps_nothing(desk, wrong, field) -> None:
    answer = bring(desk, **wrong)
    assert answer.status_code == 400 and field in answer.context["form"].errors
    assert not Certificate.objects.exists() and not CertificateScan.objects.exists()


def test_the_same_paper_twice_is_one(desk) -> None:
    bring(desk)
    again = bring(desk, number="1234/qđ-ubnd")
    assert again.status_code == 400 and "number" in again.context["form"].errors
    assert Certificate.objects.count() == 1 == CertificateScan.objects.count()


def test_the_wizard_keeps_what_was_ticked_while_a_paper_is_added_and_asks_for_all_when_it_is_sent(desk, cast) -> None:
    before = make_product(cast.huong_que, name="Bánh pía")
    old = make_certificate(before.product, scheme="vietgap")
    draft = start(desk)
    answer_all(desk, draft)
    away = say(desk, draft, "giay", {"papers": [old.pk], "new": "1"})
    assert away.url == f"/ban-hang/giay/moi/?nhap={draft.code}"
    back = bring(desk, f"?nhap={draft.code}")
    assert back.url == f"/ban-hang/hang/moi/{draft.code}/giay/"
    fresh = Certificate.objects.get(checked_at=None)
    assert list(described(ListingDraft.objects.get()).papers) == [old.pk, fresh.pk]
    assert desk.get(back.url).content.decode().count(" checked") == 2
    say(desk, draft, "giay", {"papers": [old.pk, fresh.pk]})
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    asked = CoverRequest.objects.filter(product__code=draft.code, status="waiting")
    assert set(asked.values_list("certificate", flat=True)) == {old.pk, fresh.pk}
    old.refresh_from_db()
    assert old.checked_at is not None, "the goods it covers already keep their badge meanwhile"


def test_a_paper_that_is_in_is_not_asked_for_again_when_its_draft_was_sent_meanwhile(desk) -> None:
    draft = start(desk)
    ListingDraft.objects.update(sent_at=timezone.now())
    answer = bring(desk, f"?nhap={draft.code}")
    assert (answer.status_code, answer.url) == (302, "/ban-hang/giay/")
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["success", "warning"]
    assert Certificate.objects.count() == 1 and not described(ListingDraft.objects.get()).papers


def test_a_paper_added_while_another_one_came_leaves_that_one_ticked(desk, cast) -> None:
    goods = make_product(cast.huong_que, name="Bánh pía").product
    first, second = make_certificate(goods), make_certificate(goods, scheme="vietgap")
    draft = start(desk)
    stale = ListingDraft.objects.get(pk=draft.pk)
    add_paper(draft=draft, certificate_id=first.pk, actor=cast.lan_acts)
    add_paper(draft=stale, certificate_id=second.pk, actor=cast.lan_acts)
    add_paper(draft=stale, certificate_id=second.pk, actor=cast.lan_acts)
    assert list(described(ListingDraft.objects.get()).papers) == [first.pk, second.pk]


def test_papers_of_others_cannot_be_named(desk, cast, goods) -> None:
    theirs = make_certificate(make_product(cast.other_cooperative, name="Cà phê").product)
    draft = start(desk)
    assert say(desk, draft, "giay", {"papers": [theirs.pk]}).status_code == 400
    desk.post(f"/ban-hang/hang/{goods.product.code}/giay/", {"paper": theirs.pk})
    assert not CoverRequest.objects.exists() and not described(ListingDraft.objects.get()).papers


def test_staff_confirms_and_only_then_the_paper_covers_the_goods(cast, goods) -> None:
    other = make_product(cast.huong_que, name="Bánh pía")
    paper = make_certificate(other.product)
    asked = ask_cover(certificate=paper, product=goods.product, actor=cast.lan_acts)
    assert ask_cover(certificate=paper, product=goods.product, actor=cast.lan_acts) == asked, "twice is once"
    assert not goods.product.certificates.exists()
    confirm_cover(request=asked, actor=cast.hoa_acts)
    assert set(paper.products.all()) == {other.product, goods.product}
    assert [one.state for one in papers_of(goods.product)] == [PaperState.SHOWN]
    with pytest.raises(CoverMoved) as late:
        refuse_cover(request=asked, words="Số không khớp", actor=cast.hoa_acts)
    assert (late.value.facts["status"], late.value.facts["by"]) == ("confirmed", cast.hoa.name)
    assert paper.products.count() == 2 and AuditEntry.objects.filter(action="certificate.cover_refused").count() == 0


def test_a_refusal_says_why_and_leaves_the_paper_with_its_other_goods(cast, goods) -> None:
    other = make_product(cast.huong_que, name="Bánh pía")
    paper = make_certificate(other.product)
    asked = ask_cover(certificate=paper, product=goods.product, actor=cast.lan_acts)
    with pytest.raises(CoverMoved):
        refuse_cover(request=asked, words="  ", actor=cast.hoa_acts)
    asked.refresh_from_db()
    assert asked.status == "waiting"
    refuse_cover(request=asked, words="Giấy chỉ ghi bánh pía", actor=cast.hoa_acts)
    [told] = papers_of(goods.product)
    assert (told.state, told.request.words) == (PaperState.REFUSED, "Giấy chỉ ghi bánh pía")
    paper.refresh_from_db()
    assert paper.checked_at and set(paper.products.all()) == {other.product}


@pytest.mark.parametrize(
    ("days", "state", "messages"),
    [
        (31, PaperState.SHOWN, 0),
        (30, PaperState.ENDS_SOON, 1),
        (0, PaperState.ENDS_SOON, 1),
        (-1, PaperState.EXPIRED, 0),
    ],
)
def test_the_end_of_a_paper_is_told_once_and_thirty_days_before(cast, goods, days, state, messages) -> None:
    make_certificate(goods.product, expires_on=clock.today() + timedelta(days=days))
    assert [one.state for one in papers_of(goods.product)] == [state]
    remind_of_ends(today=clock.today())
    remind_of_ends(today=clock.today())
    told = OutboxMessage.objects.filter(kind="paper_ends_soon")
    assert told.count() == messages
    assert all("/ban-hang/giay/" in one.text and "/quan-tri/" not in one.text for one in told)


def test_a_scan_is_seen_by_nobody_of_another_cooperative(client, cast, desk) -> None:
    bring(desk)
    scan = CertificateScan.objects.get()
    stranger = sign_in(Client(), cast.other_seller)
    assert stranger.get(f"/ban-hang/giay/anh/{scan.code}/").status_code == 404


def rescan(desk: Client, paper: Certificate, **more):
    return desk.post(f"/ban-hang/giay/{paper.pk}/anh-moi/", {"file": jpeg()} | more)


def test_a_better_photo_of_a_paper_that_waits_is_one_more_scan(desk, goods) -> None:
    bring(desk, f"?hang={goods.product.code}")
    paper, first = Certificate.objects.get(), CertificateScan.objects.get()
    assert f"/giay/{paper.pk}/anh-moi/" in desk.get("/ban-hang/giay/").content.decode()
    assert f"/anh/{first.code}/" in desk.get(f"/ban-hang/giay/{paper.pk}/anh-moi/").content.decode()
    assert rescan(desk, paper).url == "/ban-hang/giay/"
    assert paper.scans.count() == 2 and paper.scans.first() != first, "the newest is looked at, none is erased"
    assert [one.status for one in CoverRequest.objects.all()] == ["waiting"]


def test_after_a_refusal_a_better_photo_asks_once_more_with_the_words_of_the_market_above(desk, cast, goods) -> None:
    bring(desk, f"?hang={goods.product.code}")
    paper = Certificate.objects.get()
    refuse_cover(request=CoverRequest.objects.get(), words="Ảnh mờ, không đọc được số", actor=cast.hoa_acts)
    assert "Ảnh mờ" in desk.get(f"/ban-hang/giay/{paper.pk}/anh-moi/").content.decode()
    rescan(desk, paper)
    assert sorted(CoverRequest.objects.values_list("status", flat=True)) == ["refused", "waiting"]
    assert [one.state for one in papers_of(goods.product)] == [PaperState.WAITING]
    rescan(desk, paper)
    assert CoverRequest.objects.filter(status="waiting").count() == 1


@pytest.mark.parametrize("why", ["accepted", "no photo", "another's"])
def test_no_better_photo_of_what_is_accepted_of_what_is_none_or_of_anothers(desk, cast, goods, why) -> None:
    bring(desk, f"?hang={goods.product.code}")
    paper = Certificate.objects.get()
    if why == "accepted":
        confirm_cover(request=CoverRequest.objects.get(), actor=cast.hoa_acts)
    if why == "another's":
        sign_in(desk, cast.other_seller)
    answer = rescan(desk, paper, **({"file": SimpleUploadedFile("a.jpg", b"x")} if why == "no photo" else {}))
    assert answer.status_code == {"accepted": 302, "no photo": 400, "another's": 404}[why]
    assert paper.scans.count() == 1
