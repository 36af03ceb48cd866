"""Reviews: only of goods that arrived, one per order line, counted, answered once, hidden only with a reason."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.photos.models import Photo
from marketplace.claims.lots import held_parcels
from marketplace.listings.ratings import Rating
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.completing import complete_delivered
from marketplace.orders.models import OrderLine
from marketplace.payments.forgetting import erase_buyer
from marketplace.reviews.minding import (
    MOST_OPEN_REPORTS,
    CannotMind,
    hide_review,
    let_stand,
    reply_to_review,
    report_review,
    show_review,
)
from marketplace.reviews.models import Review, ReviewReport
from marketplace.reviews.writing import CannotReview, Opinion, short_name, write_review
from tests.cast import sign_in
from tests.making import make_photo
from tests.marketplace.claims.conftest import _demo_bank as _demo_bank
from tests.marketplace.claims.stage import BUYER, arrive, clerk, open_booth, sent
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast, site_ready) -> OrderLine:
    goods, _batch = open_booth(cast)
    return arrive(sent(cast, goods), cast).lines.select_related("pack", "parcel__order__commune__parent").get()


def everything() -> list[list[dict[str, object]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Review, ReviewReport, Rating)]


def rating() -> tuple[int, int]:
    found = Rating.objects.get()
    return found.count, found.tenths


def wrote(line: OrderLine, stars: int = 4, words: str = "Ngon") -> Review:
    return write_review(line=line, opinion=Opinion(stars, words), actor=BUYER)


def test_what_has_not_arrived_is_not_reviewed(cast, site_ready) -> None:
    goods, _batch = open_booth(cast)
    line = sent(cast, goods).lines.get()
    before = everything()
    with pytest.raises(CannotReview, match="not_received"):
        wrote(line)
    assert everything() == before


def test_a_line_has_one_review_which_may_be_changed_for_some_weeks(line) -> None:
    review = wrote(line)
    assert (rating(), review.batch, review.product) == ((1, 40), line.allocations.get().batch, line.pack.product)
    assert wrote(line, 2, "Dùng lâu thì dở") == review and rating() == (1, 20)
    with clock.at(clock.now() + timedelta(days=31)):
        before = everything()
        with pytest.raises(CannotReview, match="too_late"):
            wrote(line, 5)
        assert everything() == before


@pytest.mark.parametrize("stars", [0, 6, True, "5"])
def test_stars_are_one_to_five(line, stars) -> None:
    before = everything()
    with pytest.raises(CannotReview, match="no_stars"):
        wrote(line, stars)
    assert everything() == before


@pytest.mark.parametrize(("stars", "tenths"), [([5, 4], 45), ([5, 5, 4], 47), ([1, 2, 2], 17), ([], 0)], ids=str)
def test_the_average_is_rounded_half_up(stars, tenths) -> None:
    assert Rating(count=len(stars), stars_sum=sum(stars)).tenths == tenths


def test_a_name_is_shown_shortened_or_not_at_all(line) -> None:
    order = line.parcel.order
    order.buyer_name = "Nguyễn Thị Hạnh"
    assert short_name(order) == "H., Cần Thơ"
    order.buyer_name = "  "
    assert short_name(order) == "Cần Thơ"
    review = write_review(line=line, opinion=Opinion(5, named=False), actor=BUYER)
    assert review.shown_name == ""


def test_a_bad_review_is_hidden_only_with_a_reason_and_its_writer_is_told(cast, line) -> None:
    review = wrote(line, 1)
    before = everything()
    with pytest.raises(CannotMind, match="no_words"):
        hide_review(review=review, reason=" ", actor=cast.hoa_acts)
    assert everything() == before and rating() == (1, 10)
    report_review(review=review, words="Chửi bới", actor=BUYER)
    hide_review(review=review, reason="Xúc phạm người khác", actor=cast.hoa_acts)
    assert rating() == (0, 0) and not ReviewReport.objects.filter(closed_at=None).exists()
    [message] = OutboxMessage.objects.filter(kind="review_hidden")
    assert message.to == line.parcel.order.buyer_phone and "Xúc phạm" in message.text
    with pytest.raises(CannotReview, match="hidden"):
        wrote(line, 1)
    show_review(review=review, actor=cast.hoa_acts)
    assert rating() == (1, 10)
    with pytest.raises(CannotMind, match="shown"):
        show_review(review=review, actor=cast.hoa_acts)


def test_of_the_staff_who_belongs_to_the_seller_decides_nothing_about_its_reviews(cast, line) -> None:
    shown = wrote(line, 1)
    report_review(review=shown, words="Không thích", actor=BUYER)
    member = clerk()
    cast.huong_que.memberships.create(user=member.user, role="viewer")
    before = everything()
    for act in (partial(hide_review, reason="Xấu"), let_stand):
        with pytest.raises(CannotMind, match="own"):
            act(review=shown, actor=member)
    assert everything() == before
    hide_review(review=shown, reason="Xúc phạm", actor=cast.hoa_acts)
    before = everything()
    with pytest.raises(CannotMind, match="own"):
        show_review(review=shown, actor=member)
    assert everything() == before


@pytest.mark.parametrize(("ticked", "left"), [({}, 1), ({"photo": "1"}, 0)])
def test_a_review_is_hidden_with_or_without_its_photo(
    client, cast, line, ticked, left, django_capture_on_commit_callbacks
) -> None:
    set_up_review()
    photo = make_photo()
    review = write_review(line=line, opinion=Opinion(1, "Xấu", photo), actor=BUYER)
    sign_in(client, cast.hoa)
    assert 'name="photo"' in client.get(reverse("reviews:inspect", args=[review.pk])).content.decode()
    told = {"act": "hide", "reason": "Ảnh lộ số điện thoại"} | ticked
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("review_act", args=[review.pk]), told)
    review.refresh_from_db()
    assert review.hidden_at is not None and (review.photo_id is None) == bool(ticked)
    assert Photo.objects.filter(pk=photo.pk).count() == left
    assert photo.file.storage.exists(photo.file.name) == bool(left)
    assert AuditEntry.objects.get(action="review.hidden").facts["photo_deleted"] == bool(ticked)


def test_reports_hide_nothing_and_are_not_endless(cast, line) -> None:
    review = wrote(line, 1)
    for _ in range(MOST_OPEN_REPORTS):
        assert report_review(review=review, words="Không thích", actor=cast.lan_acts).by_seller
    assert report_review(review=review, words="Không thích", actor=BUYER) is None
    assert Review.objects.published().get() == review and rating() == (1, 10)
    assert let_stand(review=review, actor=cast.hoa_acts) == MOST_OPEN_REPORTS


def test_the_seller_answers_once_and_nobody_else_does(cast, line) -> None:
    review = wrote(line, 2)
    for actor, words, code in ((cast.other_acts, "Hay", "not_yours"), (cast.lan_acts, " ", "no_words")):
        before = everything()
        with pytest.raises(CannotMind, match=code):
            reply_to_review(review=review, words=words, actor=actor)
        assert everything() == before
    reply_to_review(review=review, words="Cảm ơn anh", actor=cast.lan_acts)
    before = everything()
    with pytest.raises(CannotMind, match="answered"):
        reply_to_review(review=review, words="Lần nữa", actor=cast.lan_acts)
    assert everything() == before


def test_a_buyer_who_is_forgotten_leaves_stars_and_words_of_nobody(cast, line) -> None:
    photo = make_photo()
    write_review(line=line, opinion=Opinion(4, "Ngon", photo), actor=BUYER)
    complete_delivered(now=clock.now() + timedelta(days=8), held=held_parcels())
    erase_buyer(order=line.parcel.order, reason="thư", actor=cast.hoa_acts)
    review = Review.objects.get()
    assert (review.shown_name, review.photo, review.words, rating()) == ("", None, "Ngon", (1, 40))
    assert not Photo.objects.filter(pk=photo.pk).exists()


def test_the_buyer_writes_it_from_the_order_and_everybody_reads_it(client, line, settings) -> None:
    order, product = line.parcel.order, line.pack.product
    write = reverse("shopping:review_write", args=[order.token, line.pk])
    goods = reverse("shopping:product", args=[product.listing.slug])
    assert "Chưa ai đánh giá" in text_of(client.get(goods))
    assert write in text_of(client.get(reverse("shopping:order", args=[order.token])))
    assert client.post(write, {"words": "Ngon"}).status_code == 422 and not Review.objects.exists()
    with make_photo().file.open() as file:
        upload = SimpleUploadedFile("anh.jpg", file.read(), content_type="image/jpeg")
    answer = client.post(write, {"stars": "4", "words": "Ngon lắm", "named": "on", "photo": upload})
    assert answer.url == reverse("shopping:order", args=[order.token])
    assert Review.objects.get().photo is not None
    settings.DEMO = False
    page = text_of(client.get(goods))
    assert "Ngon lắm" in page and '"ratingValue":"4"' in page and order.buyer_name not in page
    settings.DEMO = True
    assert "aggregateRating" not in text_of(client.get(goods)), "invented reviews are nobody's opinion"
    assert "Ngon lắm" in text_of(client.get(reverse("shopping:product_reviews", args=[product.listing.slug])))


def test_another_order_does_not_review_this_line(client, cast, line) -> None:
    goods = type("G", (), {"pack": line.pack})()
    other = arrive(sent(cast, goods), cast)
    assert (
        client.post(reverse("shopping:review_write", args=[other.order.token, line.pk]), {"stars": "1"}).status_code
        == 404
    )
    assert not Review.objects.exists()


def test_a_list_asks_no_more_when_its_goods_are_rated(client, line, django_assert_num_queries) -> None:
    address = reverse("shopping:list")
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    wrote(line, 5)
    with django_assert_num_queries(len(before)):
        assert "(1 đánh giá)" in text_of(client.get(address))


def test_a_visitor_reports_and_staff_hide_it(client, cast, line) -> None:
    set_up_review()
    review = wrote(line, 1)
    client.post(reverse("shopping:review_report", args=[review.code]), {"words": "Quảng cáo"})
    assert ReviewReport.objects.get().by_seller is False
    sign_in(client, cast.hoa)
    assert "Quảng cáo" in text_of(client.get(reverse("reviews:inspect", args=[review.pk])))
    assert client.get(reverse("reviews:index")).status_code == 200
    act = reverse("review_act", args=[review.pk])
    client.post(act, {"act": "hide", "reason": ""})
    assert Review.objects.get().hidden_at is None
    client.post(act, {"act": "hide", "reason": "Quảng cáo"})
    assert Review.objects.get().hidden_at is not None
    assert client.get(reverse("shopping:review_report", args=[review.code])).status_code == 404


def test_a_member_answers_on_the_desk(client, cast, line) -> None:
    review = wrote(line, 2, "Hơi nhạt")
    sign_in(client, cast.lan)
    answer = reverse("selling:review_answer", args=[review.code])
    assert answer in text_of(client.get(reverse("selling:reviews")))
    assert client.post(answer, {"words": ""}).status_code == 400
    client.post(answer, {"words": "Lần sau tụi em nêm đậm hơn"})
    assert Review.objects.get().reply == "Lần sau tụi em nêm đậm hơn"
    assert "nêm đậm hơn" in text_of(client.get(reverse("shopping:product", args=[line.pack.product.listing.slug])))
