"""What Lan is shown before she sends is the page buyers get afterwards, tag for tag."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from marketplace.listings.models import Listing
from marketplace.listings.papers import accept_paper
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in
from tests.harness.days import asked_now, in_days
from tests.making import approve, make_certificate, make_photo, make_product, make_published_batch
from tests.marketplace.selling.test_wizard import answer_all, say, start
from traceability.certificates.models import Certificate, CoverRequest
from traceability.products.importing import import_product_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    import_product_lines()
    set_up_review()
    return sign_in(client, cast.lan)


def main_part(page: str) -> str:
    """From the first .split to the end of the last one; a form's token differs from answer to answer, and goods that
    are not there yet cannot be wished back."""
    found = page[page.index('<div class="split">') :]
    end = found.index("</aside></div>", found.index('<aside class="stack">')) + len("</aside></div>")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"| href="[^"]*\?pack=[^"]*"', "", found[:end])


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_preview_of_a_draft_is_the_page_when_it_is_approved(desk, cast, language) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    before = make_product(cast.huong_que, name="Mật ong khoái")
    paper = make_certificate(before.product)
    say(desk, draft, "giay", {"papers": [paper.pk]})
    seen = desk.get(f"{language}/ban-hang/hang/moi/{draft.code}/xem/").content.decode()
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    listing = Listing.objects.get(product__code=draft.code)
    accept_paper(request=CoverRequest.objects.get(), actor=cast.hoa_acts)
    approve(listing)
    shown = Client().get(f"{language}/san-pham/{listing.slug}/")
    assert shown.status_code == 200
    assert main_part(seen) == main_part(shown.content.decode())
    assert paper.number in seen and "370.000" in seen and "185.000" in seen


def test_new_words_of_goods_on_sale_are_shown_with_what_is_left_of_them(desk, cast) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])
    make_published_batch(goods.pack, packs=7)
    desk.post(f"/ban-hang/hang/{goods.product.code}/loi/", {"title": "Gạo mới gặt", "summary": "Thơm lá dứa"})
    seen = desk.get(f"/ban-hang/hang/{goods.product.code}/").content.decode()
    approve(Listing.objects.get())
    shown = Client().get(f"/san-pham/{goods.listing.slug}/").content.decode()
    assert "Gạo mới gặt" in seen and "7" in seen
    assert main_part(seen) == main_part(shown)


def test_nothing_of_the_buyers_page_can_be_pressed_on_the_desk(desk, cast) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])
    make_published_batch(goods.pack, packs=7)
    seen = desk.get(f"/ban-hang/hang/{goods.product.code}/").content.decode()
    frame = seen[seen.index('<fieldset class="as-buyer" disabled>') :]
    assert "<button" in frame[: frame.index("</fieldset>")]


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, True),
        ({"expires_on": in_days(-1)}, False),
        ({"issued_on": in_days(1)}, False),
        ({"revoked_on": in_days(0)}, False),
        ({"checked_at": None}, False),
    ],
)
def test_a_paper_that_is_not_valid_today_is_not_shown_to_buyers(client, cast, site_ready, facts, shown) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])
    paper = make_certificate(goods.product)
    Certificate.objects.filter(pk=paper.pk).update(**asked_now(facts))
    assert (paper.number in client.get(f"/san-pham/{goods.listing.slug}/").content.decode()) is shown
