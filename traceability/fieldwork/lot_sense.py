"""Asks before saving what cannot be: 10 kg in and 10 tonnes out is a slip of the unit, said while the form is open.

Nobody is kept from recording: whoever says the numbers are right saves them, and the balance locks the lot.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from traceability.balance.conservation import WHOLE, is_impossible
from traceability.balance.facts import MASS_UNITS
from traceability.balance.gathering import added_to, band_at, bands_of, most_of
from traceability.balance.labels import filled_from
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.events.working import Taken
from traceability.fieldwork.lot_forms import LotInForm, WorkForm
from traceability.fieldwork.lot_words import amount_words
from traceability.products.models import Product

FAR_MORE = 10


def makes_sense(form: WorkForm, taken: Sequence[Taken]) -> bool:
    """False when more is said to come out than can, and nobody has said yet that it is right. Two queries."""
    facts = form.cleaned_data
    if facts["sure"] or not taken:
        return True
    given, unit = _given(form)
    units = {unit, *(each.batch.base_unit for each in taken)}
    if len(units) > 1 and not units <= MASS_UNITS:
        return True
    line = taken[0].batch.product.line_id
    bands = bands_of([line] if line else [])
    whole = form.is_packing and all(each.batch.kind == Batch.Kind.RAW for each in taken)
    band = band_at(line, facts["step"], bands, whole=whole)
    added = added_to([taken[0].batch.product_id]).get(taken[0].batch.product_id, 0)
    most = filled_from(WHOLE, band.most if band else most_of(line, bands), added)
    went = sum(each.quantity_base for each in taken)
    if not is_impossible(taken=went, given=given, most=most):
        return True
    form.ask_if_sure(
        _("%(went)s went in, and %(came)s came out? At most %(most)s can. Check the number and its unit.")
        % {
            "went": amount_words(went, taken[0].batch.base_unit),
            "came": amount_words(given, unit),
            "most": amount_words(most * went // 1000, unit),
        }
    )
    return False


def far_more_than_before(form: LotInForm, product: Product) -> bool:
    """True, with a question in the form, when ten times as much comes in as ever for this product: 310 kg or 3,100?
    One query. The first arrival of a product has nothing to be compared with."""
    spoken = form.cleaned_data["spoken"]
    if form.cleaned_data["sure"]:
        return False
    arrivals = Posting.objects.filter(
        batch__product=product,
        batch__base_unit=spoken.base_unit,
        kind__in=[PostingKind.HARVEST, PostingKind.BUY],
        cancelled_by__isnull=True,
    )
    largest = arrivals.aggregate(most=Max("quantity_base"))["most"]
    if largest is None or spoken.base <= FAR_MORE * largest:
        return False
    form.ask_if_sure(
        _("%(amount)s? So far it was at most %(most)s at a time. Check the number and its unit.")
        % {"amount": amount_words(spoken.base, spoken.base_unit), "most": amount_words(largest, spoken.base_unit)}
    )
    return True


def _given(form: WorkForm) -> tuple[int, str]:
    facts = form.cleaned_data
    if not form.is_packing:
        return facts["spoken"].base, facts["spoken"].base_unit
    batch, pack = form.chosen()
    held = batch.pack if batch else pack
    return (facts["packs"] * held.net_quantity_base, held.base_unit) if held else (0, "g")
