"""Words of goods in Khmer: read and found where they were written, lent in Vietnamese and named so where not."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from community.audit.actors import Actor
from marketplace.catalogue.searching import search
from marketplace.catalogue.word_index import khmer_beginnings, words_of
from marketplace.listings.changes import changes_of
from marketplace.listings.models import Listing
from marketplace.listings.writing import Words, change_words
from tests.making import make_product
from traceability.passport.interfaces import _in_languages

pytestmark = pytest.mark.django_db
RICE = "អង្ករក្រអូប"
FRAGRANT = "ក្រអូប"


def test_a_khmer_page_shows_khmer_words_and_names_the_language_of_the_others(cast, client, site_ready) -> None:
    goods = make_product(cast.huong_que, name_en="ST25 fragrant rice", name_km=RICE, summary="Gạo ruộng lúa – tôm")
    path, everything = reverse("shopping:product", args=[goods.listing.slug]), reverse("shopping:list")
    page = client.get("/km" + path).content.decode()
    assert f"<h1>{RICE}</h1>" in page and '<span lang="vi">Gạo ruộng lúa – tôm</span>' in page
    assert RICE in client.get("/km" + everything).content.decode()
    english = client.get("/en" + path).content.decode()
    assert "<h1>ST25 fragrant rice</h1>" in english and RICE not in english


def test_without_khmer_words_vietnamese_ones_are_lent_never_english(cast, site_ready) -> None:
    goods = make_product(cast.huong_que, name="Gạo thơm ST25", name_en="ST25 fragrant rice")
    with override("km"):
        shown = goods.listing.shown_title
        assert (shown, shown.language, goods.product.shown_name) == ("Gạo thơm ST25", "vi", "Gạo thơm ST25")


@pytest.mark.parametrize("typed", [RICE, "អង្ករ", FRAGRANT, f"{RICE} tran de", "gao thom"])
def test_goods_are_found_by_khmer_words_also_inside_what_is_written_without_spaces(cast, site_ready, typed) -> None:
    goods = make_product(cast.huong_que, name="Gạo thơm ST25", name_km=RICE)
    make_product(cast.huong_que, name="Bánh pía")
    assert [hit.listing for hit in search(typed).hits] == [goods.listing.pk]


def test_a_khmer_word_stays_whole_and_vietnamese_words_are_not_cut_into_syllables() -> None:
    assert words_of(RICE) == (RICE,), "signs above and below belong to the word"
    assert khmer_beginnings("gạo thơm") == ("gao", "thom")
    assert FRAGRANT in khmer_beginnings(RICE) and len(max(khmer_beginnings(RICE * 9)[1:], key=len)) <= 24


def test_the_moderator_sees_what_changed_in_khmer(cast, site_ready) -> None:
    goods = make_product(cast.huong_que, name="Gạo thơm ST25")
    words = Words(title="Gạo thơm ST25", summary="Gạo ruộng lúa – tôm", title_km=RICE)
    change_words(listing=goods.listing, words=words, new_photos=(), actor=Actor.of(cast.lan, cast.huong_que))
    live = Listing.objects.get(pk=goods.listing.pk)
    draft = live.get_latest_revision_as_object()
    with override("en"):
        told = changes_of(live, draft).words
        assert [(one.label, one.old, one.new) for one in told] == [("title in Khmer", "", RICE)]
    assert live.title_km == "", "buyers read it once it is approved"


def test_master_data_tell_the_khmer_name_only_where_there_is_one() -> None:
    assert _in_languages("Gạo", "", RICE)[-1] == {"@value": RICE, "@language": "km"}
    assert len(_in_languages("Gạo", "")) == 1
