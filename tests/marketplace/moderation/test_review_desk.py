"""The moderators' desk: what changed, what to look at first, one answer; who comes second reads who was first."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.listings import changes
from marketplace.listings.changes import pieces_of
from marketplace.listings.deciding import CannotDecide, decide_listing, waiting
from marketplace.listings.flags import flags_of, is_far, word_flags
from marketplace.listings.models import Listing
from marketplace.listings.standing import Review, standing_of
from marketplace.listings.writing import Words, change_words, send_for_review, set_price
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in
from tests.making import PackPlan, make_photo, make_product
from traceability.balance.submitting import PaperFacts, ask_cover, submit_certificate
from traceability.certificates.models import CertificateScan

pytestmark = pytest.mark.django_db
DESK = "/quan-tri/duyet-tin/"


@pytest.fixture
def moderators(cast, site_ready) -> list[User]:
    set_up_review()
    found = []
    for name in ("Mai Thị Sen", "Hòa"):
        user = User.objects.create_user(f"{len(found)}@example.org", "mot-mat-khau-dai-9", name=name, is_staff=True)
        user.groups.add(Group.objects.get(name="Moderators"))
        found.append(user)
    return found


@pytest.fixture
def listing(cast, moderators) -> Listing:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)], live=False)
    return send_for_review(listing=goods.listing, actor=cast.lan_acts)


@pytest.fixture
def mai(client, moderators) -> Client:
    client.force_login(moderators[0])
    return client


def url(listing: Listing) -> str:
    return f"{DESK}{listing.product.code}/"


def answer(client: Client, listing: Listing, act: str, words: str = ""):
    return client.post(url(listing), {"state": waiting().get().pk, "act": act, "words": words})


def test_the_queue_says_what_waits_since_when_and_who_is_looking(mai, moderators, listing) -> None:
    page = mai.get(DESK).content.decode()
    assert "Gạo thơm ST25" in page and "Mai Thị Sen" not in page.split('<table class="listing">')[1]
    other = Client()
    other.force_login(moderators[1])
    other.post(f"{url(listing)}dang-xem/")
    assert "Hòa" in mai.get(DESK).content.decode().split('<table class="listing">')[1]
    assert "Hòa" in mai.get(url(listing)).content.decode()


def test_old_and_new_words_stand_side_by_side_with_the_price_before(mai, cast, moderators) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])
    set_price(pack=goods.pack, price_dong=95_000, actor=cast.lan_acts)
    words = Words(title="Gạo thơm ST25", summary="Gạo ruộng lúa và cá", story="")
    change_words(listing=goods.listing, words=words, new_photos=[make_photo("mới")], actor=cast.lan_acts)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    page = mai.get(url(goods.listing)).content.decode()
    assert "<ins>và cá</ins>" in page and "<del>– tôm</del>" in page
    assert page.count("<picture") + page.count("<img") >= 2
    assert "80.000" in page and "95.000" in page


@pytest.mark.parametrize(
    ("act", "review", "kind"),
    [("changes", "changes", "listing_needs_change"), ("refuse", "changes", "listing_refused")],
)
def test_asking_and_refusing_say_why_in_plain_words_that_lead_to_the_sellers_page(
    mai, cast, listing, act, review, kind
) -> None:
    bare = answer(mai, listing, act)
    assert bare.status_code == 409 and standing_of(listing).review == Review.WAITING
    assert not OutboxMessage.objects.filter(kind=kind).exists()
    assert answer(mai, listing, act, "Ảnh mờ quá").status_code == 302
    stands = standing_of(Listing.objects.get())
    assert (stands.review, stands.reason, stands.is_refused) == (Review.CHANGES, "Ảnh mờ quá", act == "refuse")
    [told] = OutboxMessage.objects.filter(kind=kind)
    assert "Ảnh mờ quá" in told.text and url(listing) not in told.text and "/quan-tri/" not in told.text
    assert f"/ban-hang/hang/{listing.product.code}/" in told.text
    seller = sign_in(Client(), cast.lan).get(f"/ban-hang/hang/{listing.product.code}/").content.decode()
    assert seller.count("Ảnh mờ quá") == 2, "what to do, and in the history"


def test_a_refused_one_is_mended_sent_again_and_approved_and_both_sides_see_the_history(mai, cast, listing) -> None:
    answer(mai, listing, "refuse", "Lời quá đà")
    lan = sign_in(Client(), cast.lan)
    lan.post(f"/ban-hang/hang/{listing.product.code}/loi/", {"title": "Gạo", "summary": "Dẻo, thơm"})
    assert standing_of(Listing.objects.get()).review == Review.WAITING
    answer(mai, listing, "approve")
    assert Listing.objects.get().live
    for page in (mai.get(url(listing)), lan.get(f"/ban-hang/hang/{listing.product.code}/")):
        assert "Lời quá đà" in page.content.decode()
    verdicts = [entry.facts["verdict"] for entry in AuditEntry.objects.filter(action="listing.decided").order_by("pk")]
    assert verdicts == ["refused", "approved"]


def test_who_comes_second_reads_who_decided(mai, moderators, listing) -> None:
    state = waiting().get().pk
    second = Client()
    second.force_login(moderators[1])
    mai.post(url(listing), {"state": state, "act": "approve"})
    late = second.post(url(listing), {"state": state, "act": "refuse", "words": "Ảnh mờ"})
    assert late.status_code == 409 and "Mai Thị Sen đã duyệt" in late.content.decode()
    assert Listing.objects.get().live
    assert not OutboxMessage.objects.filter(kind="listing_refused").exists()


def test_an_answer_to_words_that_were_taken_back_is_refused(mai, cast, listing) -> None:
    state = waiting().get()
    sign_in(Client(), cast.lan).post(f"/ban-hang/hang/{listing.product.code}/rut-lai/")
    late = mai.post(url(listing), {"state": state.pk, "act": "approve"})
    assert late.status_code == 409 and not Listing.objects.get().live


def test_nobody_decides_about_the_cooperative_he_belongs_to(cast, moderators, listing) -> None:
    cast.huong_que.memberships.create(user=moderators[0], role="viewer")
    with pytest.raises(CannotDecide) as fault:
        decide_listing(state=waiting().get(), verdict="approve", actor=Actor.of(moderators[0]))
    assert fault.value.code == "own" and not Listing.objects.get().live


def test_only_who_may_publish_opens_the_desk(cast, listing, moderators) -> None:
    writer = User.objects.create_user("viet@example.org", "mot-mat-khau-dai-9", name="Việt", is_staff=True)
    for user in (cast.lan, writer):
        client = Client()
        client.force_login(user)
        assert client.get(url(listing)).status_code in (302, 403)
        assert client.post(url(listing), {"state": waiting().get().pk, "act": "approve"}).status_code in (302, 403)
    assert not Listing.objects.get().live


def test_a_paper_is_compared_with_its_scan_and_confirmed_or_refused(mai, cast, moderators) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])
    pdf = SimpleUploadedFile("giay.pdf", b"%PDF-1.4 giay", content_type="application/pdf")
    facts = PaperFacts("haccp", "HC-77", "Trung tâm chứng nhận", issued_on=timezone.localdate())
    paper = submit_certificate(cooperative=cast.huong_que, facts=facts, upload=pdf, actor=cast.lan_acts)
    asked = ask_cover(certificate=paper, product=goods.product, actor=cast.lan_acts)
    assert "1 giấy" in mai.get(DESK).content.decode()
    page = mai.get(url(goods.listing)).content.decode()
    scan = CertificateScan.objects.get()
    assert f"{DESK}giay/{scan.code}/" in page
    seen = mai.get(f"{DESK}giay/{scan.code}/")
    assert (
        seen.headers["Content-Disposition"].startswith("attachment")
        and "sandbox" in seen.headers["Content-Security-Policy"]
    )
    assert AuditEntry.objects.filter(action="certificate.scan_looked_at").count() == 1
    mai.post(f"{url(goods.listing)}giay/{asked.pk}/", {"act": "confirm"})
    assert paper.number in Client().get(f"/san-pham/{goods.listing.slug}/").content.decode()
    [told] = OutboxMessage.objects.filter(kind="paper_confirmed")
    assert f"/ban-hang/hang/{goods.product.code}/giay/" in told.text and "/quan-tri/" not in told.text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Mật ong rừng, vị chua nhẹ", []),
        ("Uống mỗi sáng để chữa bệnh dạ dày", ["medical"]),
        ("Không dùng thuốc trừ sâu", []),
        ("Thực phẩm này không phải là thuốc, không thay thế thuốc chữa bệnh", []),
        ("Thần dược cho người TIỂU ĐƯỜNG", ["medical"]),
        ("Cà phê ngon nhất vùng, số 1 Khe Sanh", ["best"]),
        ("Rau hữu cơ, đạt VietGAP", ["unproven", "unproven"]),
        ("Gọi 0912 345 678 nhé", ["contact"]),
        ("Xem thêm ở matong.vn", ["contact"]),
        ("Giá 185.000 một chai 500 ml, mùa 2025", []),
    ],
)
def test_words_are_flagged_by_what_the_law_says_and_farm_words_are_not(text, kinds) -> None:
    assert [flag.kind for flag in word_flags(text)] == kinds


def test_a_claim_with_its_paper_is_no_flag() -> None:
    assert not list(word_flags("Đạt VietGAP", proven={"vietgap"}))


@pytest.mark.parametrize(("one", "far"), [(100, False), (200, False), (201, True), (50, False), (49, True)])
def test_a_price_is_far_beyond_twice_and_below_half(one, far) -> None:
    assert is_far(one, 100, times=2) is far


def test_prices_titles_and_photos_are_compared_with_other_sellers(cast, moderators) -> None:
    photo = make_photo(cooperative=cast.other_cooperative)
    for number in range(5):
        make_product(cast.other_cooperative, name=f"Gạo {number}")
    make_product(cast.other_cooperative, name="Gạo thơm ST25", photos=[photo])
    plan = PackPlan(price_dong=800_000)
    own = make_product(cast.huong_que, packs=[plan], photos=[photo], live=False)
    flags = {flag.kind: flag.facts for flag in flags_of(own.listing, [photo])}
    assert set(flags) == {"price", "same_title", "same_photo"}
    assert flags["price"]["usual_dong"] == 80_000
    assert not flags_of(make_product(cast.huong_que, name="Trà", live=False).listing, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "Gạo mới"),
        ("Gạo cũ", ""),
        ("Gạo ngon\nlắm", "Gạo rất ngon\nlắm"),
        ("một hai ba", "ba hai một"),
        (" gạo  ngon\n", "gạo\nngon "),
        ("gạo " * 300, "gạo " * 299),
    ],
)
def test_pieces_put_together_are_both_texts(old, new) -> None:
    pieces = pieces_of(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gạo ngon " * 1000, "ngon gạo " * 999 + "lắm"),
        (" ".join(f"a{n}" for n in range(2000)), " ".join(f"b{n}" for n in range(2000))),
        ("và " * 30 + " ".join(f"a{n}" for n in range(90)), "thì " + "và " * 40),
    ],
    ids=["repeated", "long", "one word often"],
)
def test_words_that_repeat_or_fill_pages_are_shown_whole_and_not_compared(monkeypatch, old, new) -> None:
    compared = []

    class Counting(changes.difflib.SequenceMatcher):
        def __init__(self, junk, before, after, autojunk) -> None:
            compared.append(len(before) + len(after))
            super().__init__(junk, before[:9], after[:9], autojunk)

    monkeypatch.setattr(changes.difflib, "SequenceMatcher", Counting)
    pieces = pieces_of(old, new)
    assert not compared
    assert [piece.text for piece in pieces if piece.kind] == [old, new]


def test_one_word_changed_in_a_long_story_is_marked_alone() -> None:
    words = [f"từ{n % 700}" for n in range(1000)]
    old, new = " ".join(words), " ".join([*words[:500], "khác", *words[501:]])
    assert [piece.text for piece in pieces_of(old, new) if piece.kind] == ["từ500 ", "khác "]
