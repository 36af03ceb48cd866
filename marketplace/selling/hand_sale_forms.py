"""What was sold elsewhere, on one screen: a row for every batch that has packs, then where, when and how paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.cooperatives.models import Cooperative
from community.text.money import InvalidMoney, parse_dong
from community.text.phones import InvalidPhone, parse_phone
from marketplace.hand_sales.models import HandSale, PaidHow, SoldWhere
from marketplace.hand_sales.writing_down import SoldLine, Told
from marketplace.selling.forms import typed_dong
from traceability.batches.models import Batch

MOST_ROWS = 100
PRIVATE = {"data-private": ""}  # not kept on the phone (unsent.js)
PLAIN = {"autocomplete": "off"} | PRIVATE


@dataclass(slots=True)
class Row:
    """One batch on the screen; ``count`` and ``price`` as typed, ``fault`` what is wrong with them."""

    batch: Batch
    count: str
    price: str
    fault: str = ""
    sent: int = 0  # packs that this very form took already

    @property
    def left(self) -> int:
        return self.batch.packs_available + self.sent


def rows_of(
    cooperative: Cooperative,
    typed: Mapping[str, str] | None,
    like: HandSale | None = None,
    *,
    sent: HandSale | None = None,
) -> list[Row]:
    """Batches that may be sold and hold a pack, by goods, first expired first. Two queries.

    ``sent``: the sale this form wrote before; its packs count as there, so that the form reads the same again.
    """
    taken = {line.batch_id: line.quantity for line in sent.lines.all()} if sent else {}
    own = Batch.objects.of_cooperative(cooperative)
    batches = (
        (own.filter(pk__in=taken) | own.may_leave(clock.today()).filter(pack__isnull=False, available_base__gt=0))
        .select_related("pack__product", "pack__offer")
        .first_expired_first_out()
    )[:MOST_ROWS]
    before = {line.batch_id: line for line in like.lines.all()} if like else {}
    rows = []
    for batch in batches:
        if not batch.packs_available and batch.pk not in taken:
            continue
        offer, line, code = getattr(batch.pack, "offer", None), before.get(batch.pk), batch.public_code
        price = line.unit_price_dong if line else offer.price_dong if offer else 0
        count, shown = str(line.quantity) if line else "", typed_dong(price) if price else ""
        if typed is not None:
            count, shown = typed.get(f"n-{code}", "").strip()[:12], typed.get(f"gia-{code}", "").strip()[:20]
        rows.append(Row(batch, count, shown, sent=taken.get(batch.pk, 0)))
    return sorted(rows, key=lambda row: row.batch.pack.product.name if row.batch.pack else "")


def lines_of(rows: Sequence[Row]) -> list[SoldLine]:
    """The rows with a count; what cannot be read gets its ``fault``."""
    return [line for row in rows if (line := _line_of(row))]


def _line_of(row: Row) -> SoldLine | None:
    plain = row.count.replace(".", "")
    if plain in ("", "0"):
        return None
    if not (plain.isascii() and plain.isdecimal()):
        row.fault = _("Type a whole number of packs, like 3.")
    elif int(plain) > row.left:
        row.fault = _("Only %(left)s are left of this batch.") % {"left": row.left}
    try:
        price = parse_dong(row.price)
    except InvalidMoney:
        row.fault = row.fault or _("Type the price with digits only, like 185.000.")
    return None if row.fault else SoldLine(row.batch.pk, int(plain), price)


class HandSaleForm(forms.Form):
    where = forms.ChoiceField(
        label=gettext_lazy("Where was it sold?"), choices=SoldWhere, widget=forms.RadioSelect, initial=SoldWhere.MARKET
    )
    place = forms.CharField(
        label=gettext_lazy("Which market or place"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=PRIVATE),
        help_text=gettext_lazy("Not kept of an order by phone: it may be the buyer's address."),
    )
    day = forms.DateField(
        label=gettext_lazy("On what day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    paid = forms.ChoiceField(
        label=gettext_lazy("How was it paid?"), choices=PaidHow, widget=forms.RadioSelect, initial=PaidHow.CASH
    )
    buyer_name = forms.CharField(
        label=gettext_lazy("Name of the buyer"), required=False, max_length=120, widget=forms.TextInput(attrs=PLAIN)
    )
    buyer_phone = forms.CharField(
        label=gettext_lazy("Phone of the buyer"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=PLAIN | {"type": "tel", "inputmode": "tel"}),
    )

    def clean_buyer_phone(self) -> str:
        typed = self.cleaned_data["buyer_phone"].strip()
        try:
            return parse_phone(typed) if typed else ""
        except InvalidPhone as fault:
            sentence = _("This is no phone number. It has 10 digits, like 0912 345 678.")
            raise forms.ValidationError(sentence, code="phone") from fault

    def clean(self) -> dict[str, Any]:
        """Who bought at a stall is nobody's business: names are kept of orders by phone only. The place of such
        an order may be the buyer's address: it is not kept at all."""
        told = super().clean() or {}
        if told.get("where") != SoldWhere.PHONE:
            told |= {"buyer_name": "", "buyer_phone": ""}
        else:
            told |= {"place": ""}
        return told

    def told(self) -> Told:
        said = self.cleaned_data
        return Told(
            where=said["where"],
            day=said["day"],
            paid=said["paid"],
            place=" ".join(said["place"].split()),
            buyer_name=" ".join(said["buyer_name"].split()),
            buyer_phone=said["buyer_phone"],
        )
