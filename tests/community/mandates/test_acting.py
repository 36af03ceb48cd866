"""While somebody acts: one line in the log for each act, with both names; nothing after the end, and what was being
typed is kept for the cooperative."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client

from community.audit.models import AuditEntry
from community.audit.recording import record, record_many
from community.mandates.acting import MandateOver, actor_of
from community.mandates.ending import revoke_mandate
from community.mandates.models import KeptForm, Mandate
from marketplace.listings.models import Offer
from marketplace.orders.models import Parcel
from marketplace.orders.settling import mark_parcel_paid
from tests.cast import Cast, sign_in
from tests.community.mandates.stage import STAFF, Helped, acting, give, make_team
from tests.making import Goods, fill_basket, make_order, make_product, make_published_batch, open_shop
from traceability.plots.models import Plot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def helped(cast: Cast) -> Helped:
    return make_team(cast.huong_que)


@pytest.fixture
def goods(cast: Cast) -> Goods:
    made = make_product(open_shop(cast.huong_que), name="Mật ong rừng")
    make_published_batch(made.pack, packs=20)
    return made


@pytest.fixture
def parcel(goods: Goods, cast: Cast) -> Parcel:
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    return mark_parcel_paid(parcel=order.parcels.get(), actor=STAFF)


def lines(mandate: Mandate) -> list[tuple[str, str, str | None]]:
    """What the log has of this mandate's acts: who, what, for whom."""
    found = AuditEntry.objects.filter(mandate_code=mandate.code).order_by("pk")
    return [(one.actor_label, one.action, one.cooperative and one.cooperative.name) for one in found]


def test_each_act_is_one_line_with_both_names(helped: Helped, goods: Goods, parcel: Parcel, cast: Cast) -> None:
    mandate = give(helped)
    phone = acting(mandate)
    phone.post(f"/ban-hang/hang/goi/{goods.pack.code}/gia/", {"price": "95.000", "sure": "1"})
    phone.post(f"/ban-hang/don/{parcel.code}/nhan/")
    told = lines(mandate)
    assert {who for who, _what, _for in told} == {"Lê Anh Tuấn"}
    assert {whom for _who, _what, whom in told} == {cast.huong_que.name}
    assert [what for _who, what, _for in told] == ["offer.price_changed", "parcel.accepted"]


def test_an_end_between_the_door_and_the_write_undoes_the_write(helped: Helped, cast: Cast) -> None:
    """First as it would be without the wall at the log: the door was passed, so it is written."""
    mandate = give(helped)
    actor = actor_of(mandate)
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    unguarded = replace(actor, stands=None)
    rename(cast, unguarded, "không có tường")
    assert Plot.objects.filter(name="không có tường").exists()
    for write in (record, record_many):
        with pytest.raises(MandateOver):
            rename(cast, actor, "có tường", many=write is record_many)
    assert not Plot.objects.filter(name="có tường").exists()


@transaction.atomic
def rename(cast: Cast, actor, name: str, *, many: bool = False) -> None:
    plot = Plot.objects.create(cooperative=cast.huong_que, name=name, commune=cast.tran_de)
    if many:
        record_many(actor=actor, action="plot.saved", cooperative=cast.huong_que, subjects=[(plot, {})])
    else:
        record(actor=actor, action="plot.saved", subject=plot)


def test_what_was_typed_too_late_waits_for_the_member(helped: Helped, goods: Goods, cast: Cast) -> None:
    mandate = give(helped)
    phone, page = acting(mandate), f"/ban-hang/hang/goi/{goods.pack.code}/gia/"
    before = Offer.objects.get(pack=goods.pack).price_dong
    assert "Lê Anh Tuấn" in phone.get(page).content.decode()
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    answer = phone.post(page, {"price": "88.000", "sure": "1", "pin": "482915", "buyer_phone": "0905111333"})
    kept = KeptForm.objects.get()
    assert answer.status_code == 403 and Offer.objects.get(pack=goods.pack).price_dong == before
    assert (kept.path, kept.fields) == (page, [["price", "88.000"], ["sure", "1"]])
    assert lines(mandate) == []
    hers = sign_in(Client(), cast.lan)
    assert "88.000" in hers.get(f"/ban-hang/ban-nhap/{kept.code}/").content.decode()
    hers.post(f"/ban-hang/ban-nhap/{kept.code}/")
    kept.refresh_from_db()
    assert kept.fields == [] and kept.closed_at is not None


def test_after_the_end_the_desk_stays_shut_until_one_stops(helped: Helped, cast: Cast) -> None:
    mandate = give(helped)
    phone = acting(mandate)
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    assert [phone.get("/ban-hang/").status_code for _press in range(2)] == [403, 403]
    phone.post("/giup/dung/")
    assert phone.get("/ban-hang/").headers["Location"] == "/giup/"


def test_stop_ends_acting_and_not_the_mandate(helped: Helped) -> None:
    mandate = give(helped)
    phone = acting(mandate)
    assert phone.post("/giup/dung/").headers["Location"] == "/giup/"
    assert phone.get("/ban-hang/").status_code == 302
    phone.post(f"/giup/uy-quyen/{mandate.code}/lam-thay/")
    assert mandate.cooperative.name in phone.get("/ban-hang/").content.decode()


def test_a_helper_reaches_no_other_cooperative_of_the_one_who_said_yes(helped: Helped, cast: Cast) -> None:
    """Lan owns two: the mandate is for one."""
    cast.other_cooperative.memberships.create(user=cast.lan, role="owner")
    phone = acting(give(helped))
    answer = phone.post("/chon-hop-tac-xa/", {"code": cast.other_cooperative.code})
    assert answer.status_code == 404
    assert cast.other_cooperative.name not in phone.get("/ban-hang/").content.decode()
    assert phone.get(f"/giup/htx/{cast.other_cooperative.code}/").status_code == 404
