"""What was done for a seller, counted in words: "thêm 6 sản phẩm, nhận 1 đơn". Names of actions are the audit's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from django.utils.translation import ngettext

PARTS = frozenset(
    {
        "photo.taken_in",
        "product.created",
        "pack.created",
        "listing_draft.started",
        "listing_draft.changed",
        "offer.price_set",
        "batch.opened",
        "sheet_import.uploaded",
        "sheet_import.row_mended",
        "sheet_import.row_left_out",
        "label.printed",
        "slips.asked",
        "parcel.photographed",
        "message.unaddressed",
        "sheet_export.asked",
        "sheet_export.taken",
        "parcel.scanned",
        "parcel.scan_taken_back",
    }
)
"""Written beside another act, or a look: nobody would call them a thing that was done."""

ABOUT_HELP = ("mandate.", "visit.", "needs.", "hand_over.", "team.", "user.", "form.", "help.", "consent.", "training.")
"""Acts about help itself, not help."""

Words = Callable[[int], str]
COUNTED: dict[str, Words] = {
    "listing.started": lambda n: ngettext("put up %(count)s product", "put up %(count)s products", n),
    "listing.changed": lambda n: ngettext("changed the words of %(count)s product", "changed %(count)s products", n),
    "offer.price_changed": lambda n: ngettext("changed %(count)s price", "changed %(count)s prices", n),
    "parcel.accepted": lambda n: ngettext("accepted %(count)s order", "accepted %(count)s orders", n),
    "parcel.packed": lambda n: ngettext("packed %(count)s order", "packed %(count)s orders", n),
    "parcel.shipped": lambda n: ngettext("sent %(count)s order", "sent %(count)s orders", n),
    "step.recorded": lambda n: ngettext("wrote down %(count)s step of work", "wrote down %(count)s steps of work", n),
    "lot.harvested": lambda n: ngettext("wrote down %(count)s harvest", "wrote down %(count)s harvests", n),
    "batch.published": lambda n: ngettext("published %(count)s batch", "published %(count)s batches", n),
    "sheet_import.applied": lambda n: ngettext("brought in %(count)s sheet", "brought in %(count)s sheets", n),
    "hand_sale.written": lambda n: ngettext("wrote down %(count)s sale", "wrote down %(count)s sales", n),
    "claim.answered": lambda n: ngettext("answered %(count)s claim", "answered %(count)s claims", n),
    "question.answered": lambda n: ngettext("answered %(count)s question", "answered %(count)s questions", n),
    "certificate.submitted": lambda n: ngettext("handed in %(count)s paper", "handed in %(count)s papers", n),
}


SAME = {"listing.sent_for_review": "listing.started"}
"""Told as one with another: by a sheet or by hand, a product was put up."""


def is_act(action: str) -> bool:
    """Something that somebody did for the seller, and that counts."""
    return action not in PARTS and not action.startswith(ABOUT_HELP) and not action.endswith("looked_at")


def counted_words(actions: Mapping[str, int]) -> str:
    """In the reader's language; "" when nothing counts."""
    counts: Counter[str] = Counter()
    for action, count in actions.items():
        counts[SAME.get(action, action)] += count if is_act(action) else 0
    told = [words(counts[action]) % {"count": counts[action]} for action, words in COUNTED.items() if counts[action]]
    if rest := sum(count for action, count in counts.items() if action not in COUNTED):
        told.append(ngettext("did %(count)s other thing", "did %(count)s other things", rest) % {"count": rest})
    return ", ".join(told)
