"""The board shows the team's own commune, says lights in words, and asks as much for a hundred sellers as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.cooperatives.models import Cooperative
from marketplace.helping.board import rows_of
from tests.cast import make_cooperative, sign_in
from tests.community.visits.test_visits import visit
from tests.making import make_product
from tests.marketplace.attention.test_gathering import troubled


@pytest.fixture
def tuan(client, helpers):
    return sign_in(client, helpers.tuan.user)


def board(client, **params) -> str:
    answer = client.get(reverse("helping:board"), params)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_sellers_of_the_team_s_commune_are_there(cast, helpers, tuan) -> None:
    page = board(tuan)
    assert cast.huong_que.name in page
    assert cast.other_cooperative.name not in page


def test_a_light_is_a_word_and_an_icon_and_one_next_thing(cast, helpers, tuan) -> None:
    troubled(cast.huong_que)
    page = board(tuan)
    assert "Giúp ngay" in page and "#circle-alert" in page
    assert "đã hết hạn ngày" in page
    assert "và 1 việc khác" in page  # the rest is behind a fold
    assert f"{reverse('teams:cooperative', args=[cast.huong_que.code])}?viec=list" in page


def test_it_is_narrowed_by_light_kind_place_name_and_visit(cast, helpers, tuan) -> None:
    troubled(cast.huong_que)
    well = make_cooperative("HTX Bình Yên", "htx-binh-yen", "BINHYEN2", cast.tran_de)
    visit(cast, helpers)
    shown = {
        "den=red": (True, False),
        "den=amber": (False, True),  # cannot be paid yet
        "viec=giay": (True, False),
        "viec=hang": (True, True),
        "viec=chua-tham": (False, True),
        "noi=31673": (True, True),
        "noi=92": (True, True),
        "noi=19429": (False, False),
        "tim=binh yen": (False, True),
        "tim=HƯƠNG": (True, False),
    }
    for query, expected in shown.items():
        page = board(tuan, **dict([query.split("=")]))
        assert (cast.huong_que.name in page, well.name in page) == expected, query


def test_the_most_urgent_stands_first_and_the_order_can_be_chosen(cast, helpers, tuan) -> None:
    troubled(cast.huong_que)
    make_cooperative("HTX An Bình", "htx-an-binh", "ANBINH23", cast.tran_de)
    visit(cast, helpers)
    urgent, by_name, by_visit = board(tuan), board(tuan, xep="ten"), board(tuan, xep="tham")
    names = (cast.huong_que.name, "HTX An Bình")
    assert [page.index(names[0]) < page.index(names[1]) for page in (urgent, by_name, by_visit)] == [True, False, False]


def test_the_map_has_a_list_of_communes_beside_it(cast, helpers, tuan) -> None:
    page = board(tuan, xem="ban-do")
    assert 'class="vn-map"' in page and "?noi=92" in page
    assert "Xã Trần Đề" in page and "?noi=31673" in page


def test_a_partner_looks_and_gets_no_button_to_help(cast, helpers, client) -> None:
    page = board(sign_in(client, helpers.nga.user))
    assert cast.huong_que.name in page
    assert reverse("teams:cooperative", args=[cast.huong_que.code]) not in page


def test_who_has_no_place_in_a_team_sees_no_board(cast, client) -> None:
    assert sign_in(client, cast.lan).get(reverse("helping:board")).status_code == 403


def test_a_hundred_sellers_ask_as_many_queries_as_one(cast, helpers) -> None:
    make_product(cast.huong_que)
    troubled(cast.huong_que)
    with CaptureQueriesContext(connection) as one:
        rows_of(Cooperative.objects.filter(pk=cast.huong_que.pk).select_related("commune__parent"))
    for number in range(99):
        make_cooperative(f"HTX số {number}", f"htx-so-{number}", f"SO{number:06d}", cast.tran_de)
    with CaptureQueriesContext(connection) as hundred:
        rows = rows_of(Cooperative.objects.filter(commune=cast.tran_de).select_related("commune__parent"))
    assert len(rows) == 100
    assert len(hundred) == len(one) <= 22
