"""An invoice: asked for by the buyer, issued or refused by the seller, in files for its program, erased on request."""

from __future__ import annotations

import csv
import io
import json
import logging
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.invoices.answering import CannotAnswer, mark_issued, refuse_invoice
from marketplace.invoices.asking import CannotAsk, InvoiceWish, ask_invoices, erase_invoice_data
from marketplace.invoices.models import NEXT_INVOICE, InvoiceRequest, InvoiceStatus
from marketplace.orders.models import Order, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from tests.cast import Cast, sign_in
from tests.making import Goods, fill_basket, make_order
from tests.marketplace.shopping.browsing import checkout_form, put, text_of
from tests.marketplace.shopping.conftest import _demo_bank, coffee, rice  # noqa: F401 - the shop's fixtures

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()
COMPANY = InvoiceWish("company", " Công ty  TNHH An Phú ", "12 Lê Lợi, Huế", "0101243150-001", email="kt@anphu.example")
PERSON = InvoiceWish("person", "Nguyễn Minh", "Huế", personal_id="001099012345")
ISSUE = {"serial": "1C26TAA", "number": "00000123", "lookup_code": "AB-12"}


@pytest.fixture
def order(cast: Cast, rice: Goods, coffee: Goods) -> Order:  # noqa: F811
    return make_order(fill_basket((rice.packs[1], 2), (coffee.pack, 1)), commune=cast.tran_de)


@pytest.fixture
def wish(cast: Cast, order: Order) -> InvoiceRequest:
    """Of HTX Hương Quê's parcel, which is paid."""
    ask_invoices(order=order, wish=COMPANY, actor=BUYER)
    parcel = order.parcels.get(cooperative=cast.huong_que)
    mark_parcel_paid(parcel=parcel, actor=Actor.system("test"))
    return InvoiceRequest.objects.get(parcel=parcel)


def rows() -> list[tuple[object, ...]]:
    return list(InvoiceRequest.objects.order_by("pk").values_list())


def test_each_living_parcel_gets_its_request_and_asking_anew_replaces_it(order: Order) -> None:
    asked = ask_invoices(order=order, wish=COMPANY, actor=BUYER)
    assert {(one.name, one.tax_code, one.personal_id) for one in asked} == {
        ("Công ty TNHH An Phú", "0101243150-001", "")
    }
    Parcel.objects.filter(pk=asked[0].parcel_id).update(status=ParcelStatus.CANCELLED)
    again = ask_invoices(order=order, wish=PERSON, actor=BUYER)
    assert [one.parcel_id for one in again] == [asked[1].parcel_id] and InvoiceRequest.objects.count() == 2
    assert (again[0].tax_code, again[0].personal_id) == ("", "001099012345")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"name": " "}, "no_name"), ({"address": ""}, "no_address"), ({"tax_code": "0101243151"}, "tax_code")],
)
def test_what_an_invoice_needs_is_asked_for_and_nothing_else_is_kept(order: Order, change, code) -> None:
    with pytest.raises((CannotAsk, ValueError, Exception), match=code):
        ask_invoices(order=order, wish=replace(COMPANY, **change), actor=BUYER)
    assert rows() == []


def test_the_seller_says_it_is_issued_and_the_buyer_is_told_once(cast: Cast, wish: InvoiceRequest) -> None:
    mark_issued(request=wish, actor=cast.lan_acts, **ISSUE)
    assert (wish.status, wish.serial, wish.number, wish.answered_by) == ("issued", "1C26TAA", "00000123", cast.lan)
    message = OutboxMessage.objects.get(kind="invoice_issued")
    assert message.to == "kt@anphu.example" and "1C26TAA" in message.text
    before = rows()
    for act in (
        lambda: mark_issued(request=wish, actor=cast.lan_acts, **ISSUE),
        lambda: refuse_invoice(request=wish, reason="x", actor=cast.lan_acts),
    ):
        with pytest.raises(CannotAnswer, match="moved"):
            act()
    assert rows() == before and OutboxMessage.objects.filter(kind="invoice_issued").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"serial": "TAA"}, "bad_serial"),
        ({"serial": "1X26TAA"}, "bad_serial"),
        ({"number": "123456789"}, "bad_invoice_number"),
        ({"number": "0"}, "bad_invoice_number"),
        ({"number": "１２"}, "bad_invoice_number"),
        ({"lookup_code": "<b>"}, "bad_lookup"),
    ],
)
def test_a_number_no_invoice_has_is_refused(cast: Cast, wish: InvoiceRequest, change, code) -> None:
    before = rows()
    with pytest.raises(CannotAnswer, match=code):
        mark_issued(request=wish, actor=cast.lan_acts, **(ISSUE | change))
    assert rows() == before


def test_a_refusal_needs_a_reason_and_the_buyer_may_ask_again(cast: Cast, order: Order, wish: InvoiceRequest) -> None:
    with pytest.raises(CannotAnswer, match="no_reason"):
        refuse_invoice(request=wish, reason="  ", actor=cast.lan_acts)
    refuse_invoice(request=wish, reason="Mã số thuế đã ngừng hoạt động", actor=cast.lan_acts)
    assert wish.status == "refused"
    ask_invoices(order=order, wish=PERSON, actor=BUYER)
    wish.refresh_from_db()
    assert (wish.status, wish.reason, wish.answered_by) == ("asked", "", None)


@pytest.mark.parametrize("old", [*InvoiceStatus])
@pytest.mark.parametrize("new", [*InvoiceStatus])
def test_every_pair_of_states(cast: Cast, order: Order, wish: InvoiceRequest, old: str, new: str) -> None:
    InvoiceRequest.objects.update(status=old, serial="1C26TAA", number="1")
    wish.refresh_from_db()
    before = rows()
    acts = {
        "asked": lambda: ask_invoices(order=order, wish=PERSON, actor=BUYER),
        "issued": lambda: mark_issued(request=wish, actor=cast.lan_acts, **ISSUE),
        "refused": lambda: refuse_invoice(request=wish, reason="x", actor=cast.lan_acts),
    }
    if new in NEXT_INVOICE[old] or old == new == "asked":  # said anew before anybody answered
        acts[new]()
        wish.refresh_from_db()
        assert wish.status == new
    else:
        with pytest.raises((CannotAnswer, CannotAsk)):
            acts[new]()
        assert rows() == before


def test_the_database_wants_the_number_of_an_issued_one_and_the_code_of_a_company(wish: InvoiceRequest) -> None:
    for wrong in ({"status": "issued"}, {"tax_code": ""}, {"status": "lost"}, {"buyer_kind": "cat"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InvoiceRequest.objects.filter(pk=wish.pk).update(**wrong)


def test_erasing_forgets_the_buyer_but_not_an_issued_invoice(cast: Cast, order: Order, wish: InvoiceRequest) -> None:
    mark_issued(request=wish, actor=cast.lan_acts, **ISSUE)
    assert erase_invoice_data(order=order, actor=BUYER) == 1
    assert erase_invoice_data(order=order, actor=BUYER) == 0
    wish.refresh_from_db()
    other = InvoiceRequest.objects.exclude(pk=wish.pk).get()
    assert wish.name == "Công ty TNHH An Phú" and other.erased_at is not None
    assert {other.name, other.address, other.tax_code, other.personal_id, other.email} == {""}


def test_files_hold_each_line_as_whole_dong_and_run_nothing(cast: Cast, client: Client, order: Order, wish) -> None:
    InvoiceRequest.objects.filter(pk=wish.pk).update(name="=HYPERLINK(1)")
    sign_in(client, cast.lan)
    sheet = client.get("/ban-hang/hoa-don/tep.csv")
    lines = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    parcel = wish.parcel
    assert sum(int(line["amount_dong"]) for line in lines) == parcel.total_dong
    assert {line["buyer_name"] for line in lines} == {"'=HYPERLINK(1)"} and lines[0]["tax_code"] == "0101243150-001"
    (document,) = json.loads(client.get("/ban-hang/hoa-don/tep.json").content)
    assert document["total_dong"] == sum(line["amount_dong"] for line in document["lines"])
    assert {type(line["quantity"]) for line in document["lines"]} == {int}
    assert client.get("/ban-hang/hoa-don/tep.exe").status_code == 404
    sign_in(client, cast.other_seller)  # whose parcel of this order is not paid
    assert json.loads(client.get("/ban-hang/hoa-don/tep.json").content) == []
    assert client.get(f"/ban-hang/hoa-don/{parcel.code}/").status_code == 404


def test_the_desk_writes_down_number_and_refusal(cast: Cast, client: Client, wish: InvoiceRequest) -> None:
    sign_in(client, cast.lan)
    assert wish.parcel.code in text_of(client.get("/ban-hang/hoa-don/"))
    address = f"/ban-hang/hoa-don/{wish.parcel.code}/"
    wrong = client.post(address, ISSUE | {"serial": "abc"})
    assert wrong.status_code == 400 and "1C26TAA" in text_of(wrong)
    assert client.post(address, {"refuse": "1", "reason": ""}).status_code == 400
    assert client.post(address, ISSUE, follow=True).status_code == 200
    wish.refresh_from_db()
    assert wish.status == "issued"
    assert "00000123" in text_of(client.get(f"/ban-hang/don/{wish.parcel.code}/"))


def test_the_buyer_asks_at_the_checkout(client: Client, rice: Goods) -> None:  # noqa: F811
    put(client, rice.packs[1], 1)
    told = {"invoice_kind": "company", "invoice_name": "Cty An", "invoice_address": "Huế", "invoice_tax_code": "123"}
    wrong = client.post("/dat-hang/", checkout_form(client) | told | {"wants_invoice": "on"})
    assert wrong.status_code == 422 and "invoice_tax_code" in wrong.context["form"].errors
    assert not Order.objects.exists()
    right = told | {"wants_invoice": "on", "invoice_tax_code": "0101243150"}
    assert client.post("/dat-hang/", checkout_form(client) | right).status_code == 303
    assert InvoiceRequest.objects.get().tax_code == "0101243150"


def test_what_stands_in_the_fields_without_the_tick_is_nobodys_business(client: Client, rice: Goods) -> None:  # noqa: F811
    put(client, rice.packs[1], 1)
    typed = {"invoice_kind": "cat", "invoice_tax_code": "1", "invoice_email": "x@"}
    assert client.post("/dat-hang/", checkout_form(client) | typed).status_code == 303
    assert not InvoiceRequest.objects.exists()


def test_the_buyer_asks_on_the_orders_page_and_nothing_personal_is_shown_or_logged(
    client: Client, order: Order, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    address = f"/don/{order.token}/hoa-don/"
    said = {"invoice_kind": "person", "invoice_name": "Nguyễn Văn Kín", "invoice_address": "Ngõ 7"}
    assert client.post(address, said | {"invoice_personal_id": "1"}).status_code == 422
    done = client.post(address, said | {"invoice_personal_id": "001099012345"}, follow=True)
    for page in (text_of(done), text_of(client.get(address))):
        assert "001099012345" not in page and "Nguyễn Văn Kín" not in page
    facts = str(list(AuditEntry.objects.filter(action="invoice.asked").values_list("facts", "subject_code")))
    assert facts and "Kín" not in facts + caplog.text and "001099012345" not in facts + caplog.text
