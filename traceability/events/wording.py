"""Words for what a record itself says in one language or in none: steps that other systems captured (CBV 2.0 business
steps) and the ready-made reasons of a correction. What somebody wrote in their own words stays as it was written."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as _

STEPS: dict[str, Promise] = {
    "accepting": _("step", "Accepted"),
    "arriving": _("step", "Arrived"),
    "assembling": _("step", "Put together"),
    "collecting": _("step", "Collected"),
    "commissioning": _("step", "Given its code"),
    "consigning": _("step", "Handed over for transport"),
    "creating_class_instance": _("step", "More of the lot made"),
    "cycle_counting": _("step", "Counted"),
    "decommissioning": _("step", "Code taken out of use"),
    "departing": _("step", "Departed"),
    "destroying": _("step", "Destroyed"),
    "disassembling": _("step", "Taken apart"),
    "dispensing": _("step", "Handed out"),
    "encoding": _("step", "Code written"),
    "entering_exiting": _("step", "Checked at the gate"),
    "holding": _("step", "Held back"),
    "inspecting": _("step", "Inspected"),
    "installing": _("step", "Installed"),
    "killing": _("step", "Code switched off"),
    "loading": _("step", "Loaded"),
    "other": _("step", "Another step"),
    "packing": _("step", "Packed"),
    "picking": _("step", "Picked from the store"),
    "receiving": _("step", "Received"),
    "removing": _("step", "Taken out"),
    "repackaging": _("step", "Packed again"),
    "repairing": _("step", "Repaired"),
    "replacing": _("step", "Replaced"),
    "reserving": _("step", "Reserved"),
    "retail_selling": _("step", "Sold to a buyer"),
    "sampling": _("step", "Sample taken"),
    "sensor_reporting": _("step", "Measured by a device"),
    "shipping": _("step", "Shipped"),
    "staging_outbound": _("step", "Made ready to go out"),
    "stock_taking": _("step", "Stock counted"),
    "stocking": _("step", "Put on the shelf"),
    "storing": _("step", "Stored"),
    "transporting": _("step", "On its way"),
    "unloading": _("step", "Unloaded"),
    "unpacking": _("step", "Unpacked"),
    "void_shipping": _("step", "Shipping called off"),
}
TYPES: dict[str, Promise] = {
    "TransformationEvent": _("step", "Processed"),
    "AggregationEvent": _("step", "Packed together"),
    "AssociationEvent": _("step", "Linked to a device or a place"),
    "TransactionEvent": _("step", "Business papers"),
}
"""What an event is called whose business step has no words: its type."""

OTHER_REASON = "Lý do khác"
# Kept in the record in Vietnamese, shown in the reader's language.
WRONG_DATA = (
    ("Gõ nhầm", gettext_lazy("Mistyped")),
    ("Cân, đo lại thấy khác", gettext_lazy("Weighed or measured again")),
    ("Nhầm ngày hoặc giờ", gettext_lazy("Wrong day or hour")),
    (OTHER_REASON, gettext_lazy("Another reason")),
)
NOT_SO = (
    ("Ghi hai lần", gettext_lazy("Recorded twice")),
    ("Ghi nhầm lô", gettext_lazy("Meant another batch")),
    ("Chưa làm bước này", gettext_lazy("This step was not done")),
    (OTHER_REASON, gettext_lazy("Another reason")),
)
_REASONS = dict((*WRONG_DATA, *NOT_SO))


def shown_step(biz_step: str, event_type: str) -> str:
    """For an event without a name of its own; ``biz_step`` as a bare word, a URN or a Web address of the CBV."""
    word = re.split(r"[/:#-]", biz_step)[-1]
    return str(STEPS.get(word) or TYPES.get(event_type) or STEPS["other"])


def shown_reason(note: str) -> str:
    """ "Gõ nhầm: thừa một số 0" → "Mistyped: thừa một số 0" for a reader of English."""
    label, colon, words = note.partition(": ")
    return f"{_REASONS[label]}{colon}{words}" if label in _REASONS else note
