"""On the page of goods, of an order and of a batch: what was done last, in words, for whom the journal tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.recording import record
from community.visits.models import Visit
from tests.cast import Cast, sign_in
from tests.harness.team import make_helpers
from tests.making import make_product, make_published_batch

pytestmark = pytest.mark.django_db


def told(cast: Cast, user: User, thing: object, **more: object) -> tuple[str, int]:
    """What the tag says to this member, and for how many queries."""
    request = RequestFactory().get("/")
    request.user = user
    request.membership = cast.huong_que.memberships.get(user=user)  # type: ignore[attr-defined]
    for name, value in more.items():
        setattr(request, name, value)
    page = Template("{% load journal %}{% last_changes thing %}")
    with CaptureQueriesContext(connection) as queries:
        text = page.render(Context({"request": request, "thing": thing}))
    return text, len(queries)


def test_three_lines_for_one_query_and_the_way_to_the_journal(cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que)
    for _again in range(4):
        record(actor=cast.lan_acts, action="listing.changed", subject=goods.listing, cooperative=cast.huong_que)
    text, queries = told(cast, cast.lan, goods.listing)
    assert text.count("<li>") == 3 and cast.lan.name in text and reverse("selling:journal") in text and queries == 1


def test_who_does_not_run_the_team_reads_own_acts_and_helpers(cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que)
    here = {"subject": goods.listing, "cooperative": cast.huong_que}
    record(actor=cast.lan_acts, action="listing.changed", **here)
    assert told(cast, cast.son, goods.listing)[0].count("<li>") == 0
    record(actor=cast.son_acts, action="listing.changed", **here)
    record(actor=replace(cast.hoa_acts, mandate_code="UQ7K2M4P"), action="listing.changed", **here)
    text, _queries = told(cast, cast.son, goods.listing)
    assert text.count("<li>") == 2 and cast.lan.name not in text


def test_staff_are_not_named_and_a_helper_reads_nothing(cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que)
    record(actor=cast.hoa_acts, action="listing.changed", subject=goods.listing, cooperative=cast.huong_que)
    text, _queries = told(cast, cast.lan, goods.listing)
    assert text.count("<li>") >= 1 and cast.hoa.name not in text
    assert "<li>" not in told(cast, cast.lan, goods.listing, mandate=object())[0]


def test_a_batch_s_page_tells_of_the_visits_to_it_without_the_notes(client: Client, cast: Cast, site_ready) -> None:
    goods, tuan = make_product(cast.huong_que), make_helpers(cast).tuan
    batch = make_published_batch(goods.pack, actor=cast.lan_acts)
    of_it = {"cooperative": cast.huong_que, "team": tuan.team, "visitor": tuan.user, "carrier": tuan.user}
    more = {"held_on": clock.today(), "commune": cast.tran_de, "topics": ["diary"], "minutes": 30}
    Visit.objects.create(batch_code=batch.public_code, result="Nhãn đã đủ", notes="Kho ẩm", **of_it, **more)
    Visit.objects.create(batch_code="", result="Chuyện khác", **of_it, **more)
    page = sign_in(client, cast.lan).get(reverse("fieldwork:batch", args=[batch.public_code])).content.decode()
    assert "Nhãn đã đủ" in page and "Lâm Văn Tuấn" in page and "Kho ẩm" not in page and "Chuyện khác" not in page
    assert 'id="vua-lam"' in page


def test_goods_tell_their_last_changes(client: Client, cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que)
    record(actor=cast.lan_acts, action="listing.changed", subject=goods.listing, cooperative=cast.huong_que)
    page = sign_in(client, cast.lan).get(reverse("selling:listing", args=[goods.product.code])).content.decode()
    assert 'id="vua-lam"' in page
