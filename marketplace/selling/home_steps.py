"""What to do next, in plain words, each leading to the very place. Only what this member may do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, is_offered
from community.questions.models import Question
from community.rules.agreeing import rules_to_accept
from marketplace.claims.waiting import waiting_claims
from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.orders.models import Parcel, came_to_seller
from marketplace.orders.states import ParcelStatus
from marketplace.selling.refunds import refunds_to_send
from traceability.batches.models import Batch
from traceability.batches.publishing import readiness


@dataclass(frozen=True, slots=True)
class NextStep:
    words: str
    url: str
    icon: str


def next_steps(request: MemberRequest, parcels: Sequence[Parcel], to_correct: int) -> Iterator[NextStep]:
    """Most urgent first: buyers wait, then money, then goods, then work. Asks the tables only as far as one looks."""
    may, cooperative = partial(is_offered, request), request.cooperative
    if may("pack"):
        yield from _of_claims(cooperative)
        yield from _of_orders(parcels)
    if may("money"):
        yield from _of_money(cooperative)
    if may("team") and (version := rules_to_accept(cooperative)):
        told = _("Read and accept the market's rules, version %(number)s")
        yield NextStep(told % {"number": version.number}, reverse("selling:rules"), "file-text")
    if may("list") and to_correct:
        told = ngettext("%(count)s listing must be corrected", "%(count)s listings must be corrected", to_correct)
        yield NextStep(told % {"count": to_correct}, reverse("selling:listings"), "pencil")
    if may("list"):
        yield from _of_questions(cooperative)
    if may("record"):
        yield from _of_work(cooperative)


def _of_claims(cooperative: Cooperative) -> Iterator[NextStep]:
    if claims := waiting_claims(cooperative):
        told = ngettext("%(count)s claim waits for your answer", "%(count)s claims wait for your answer", claims)
        yield NextStep(told % {"count": claims}, reverse("selling:claims"), "circle-alert")


def _of_orders(parcels: Sequence[Parcel]) -> Iterator[NextStep]:
    new = [one for one in parcels if one.status == ParcelStatus.NEW]
    if new:
        told = ngettext("%(count)s order is not accepted yet", "%(count)s orders are not accepted yet", len(new))
        yield NextStep(told % {"count": len(new)}, reverse("selling:orders"), "shopping-basket")
    for status, name, words, icon in (
        (ParcelStatus.PACKED, "selling:ship", _("Order %(code)s is packed: send it"), "truck"),
        (ParcelStatus.ACCEPTED, "selling:pack", _("Pack order %(code)s"), "package"),
    ):
        first = next((one for one in parcels if one.status == status), None)
        if first:
            yield NextStep(words % {"code": first.code}, reverse(name, args=[first.code]), icon)


def _of_money(cooperative: Cooperative) -> Iterator[NextStep]:
    if back := refunds_to_send(cooperative):
        told = ngettext("%(count)s sum to send back to a buyer", "%(count)s sums to send back to buyers", back)
        yield NextStep(told % {"count": back}, reverse("selling:refunds"), "banknote")
    if invoices := waiting_invoices(cooperative):
        told = ngettext("%(count)s buyer waits for an invoice", "%(count)s buyers wait for an invoice", invoices)
        yield NextStep(told % {"count": invoices}, reverse("selling:invoices"), "file-text")


def waiting_invoices(cooperative: Cooperative) -> int:
    asked = InvoiceRequest.objects.filter(parcel__cooperative=cooperative, status=InvoiceStatus.ASKED)
    return asked.filter(came_to_seller("parcel__")).count()


def _of_questions(cooperative: Cooperative) -> Iterator[NextStep]:
    if waiting := Question.objects.filter(cooperative=cooperative).waiting().count():
        told = ngettext("%(count)s question waits for your answer", "%(count)s questions wait for your answer", waiting)
        yield NextStep(told % {"count": waiting}, reverse("selling:questions"), "message-circle")


def _of_work(cooperative: Cooperative) -> Iterator[NextStep]:
    """The oldest batch that is not public: what it lacks, or that nothing is lacking."""
    drafts = Batch.objects.of_cooperative(cooperative).filter(status=Batch.Status.DRAFT, pack__isnull=False)
    batch = drafts.select_related("product__line", "cooperative").order_by("created_at", "pk").first()
    if batch is None:
        return
    ready, url = readiness(batch), reverse("fieldwork:batch", args=[batch.public_code])
    if ready.missing_steps:
        words = {"lot": batch.lot_code, "step": ready.missing_steps[0].shown_name}
        yield NextStep(_("Batch %(lot)s still lacks the step %(step)s") % words, url, "sprout")
    elif ready.is_ready:
        yield NextStep(_("Batch %(lot)s is complete: publish it") % {"lot": batch.lot_code}, url, "sprout")
