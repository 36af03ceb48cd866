"""What a seller types for a discount code is what it takes off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from marketplace.selling.vouchers import VoucherForm
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.writing import BadVoucher, VoucherTerms, write_voucher
from tests.cast import Cast


def typed(kind: str, amount: str, most: str = "") -> VoucherForm:
    today = clock.today()
    return VoucherForm(
        {
            "code": "TET27", "kind": kind, "amount": amount, "starts_on": today.isoformat(), "most_uses": "50",
            "ends_on": (today + timedelta(days=9)).isoformat(), "per_phone": "1",
            "most": most,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("percent", "2.5"), ("percent", "5.0"), ("percent", "1.5%"), ("percent", "2,5"), ("percent", "0"),
        ("percent", "51"), ("percent", "²"), ("sum", "2.5"), ("sum", "20.00"), ("sum", "20k"), ("sum", "5%"),
    ],
)  # fmt: skip
def test_an_amount_that_can_be_read_in_two_ways_is_refused(kind: str, amount: str) -> None:
    form = typed(kind, amount)
    assert not form.is_valid() and list(form.errors) == ["amount"]


@pytest.mark.parametrize(
    ("kind", "amount", "read"),
    [("percent", "10", 10), ("percent", " 50 % ", 50), ("sum", "20.000", 20_000), ("sum", "20.000 ₫", 20_000)],
)
def test_what_is_typed_is_what_comes_off(kind: str, amount: str, read: int) -> None:
    form = typed(kind, amount)
    assert form.is_valid(), form.errors
    assert (form.terms().percent or form.terms().dong) == read


def test_never_more_than_nothing_is_said_at_its_field() -> None:
    form = typed("percent", "10", most="0")
    assert not form.is_valid() and list(form.errors) == ["most"]


@pytest.mark.django_db
def test_never_more_than_nothing_is_no_code_that_is_taken(cast: Cast) -> None:
    day = clock.today()
    terms = VoucherTerms(starts_on=day, ends_on=day, most_uses=5, percent=10, most_dong=0)
    with pytest.raises(BadVoucher, match="amount"):
        write_voucher(cooperative=cast.huong_que, code="TET27", terms=terms, actor=cast.lan_acts)
    assert not Voucher.objects.exists()
