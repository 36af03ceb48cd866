"""What the rules refused, in words: what happened and what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.text.dates import show_date
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus

SENTENCES: dict[str, Any] = {
    "not_a_photo": gettext_lazy("This file is not a photo. Take a new one, or choose a photo from the phone."),
    "too_large": gettext_lazy("This photo is too large (over 25 MB). Take it again, a little smaller."),
    "too_many_pixels": gettext_lazy("This photo has too many pixels. Take it again with the phone's usual setting."),
    "no_photo": gettext_lazy("There is no photo yet. Add one, buyers want to see the goods."),
    "no_pack": gettext_lazy("There is no price yet."),
    "not_in_review": gettext_lazy("It is not being looked at any more: the market has answered."),
    "not_live": gettext_lazy("There are no older words: it was never on sale."),
    "too_many_photos": gettext_lazy("At most %(most)s photos. Take one out first."),
    "choose_photo": gettext_lazy("Choose or take a photo first."),
    "same_paper": gettext_lazy("This paper is in your list already."),
    "expired": gettext_lazy("This paper is over already. Only a valid one helps you."),
    "ends_early": gettext_lazy("This day is before the day of issue."),
    "stars": gettext_lazy("Choose the number of stars."),
    "too_many_papers": gettext_lazy("At most %(most)s at a time. Wait until the market has looked at those."),
    "bad_paper": gettext_lazy("This file is neither a photo nor a PDF."),
    "in_review": gettext_lazy("These words are being looked at now. Wait for the answer, then change them."),
    "no_number": gettext_lazy("This is not a barcode number: it has only zeros."),
    "restricted_prefix": gettext_lazy("This number is for use inside one shop. Goods need their own GS1 number."),
    "not_goods": gettext_lazy("This is the number of a book, a paper or a coupon, not of goods."),
    "variable_measure": gettext_lazy("A number that begins with 9 is for goods weighed at the till, not for packs."),
    "demo_prefix": gettext_lazy("Numbers with 952 are for trying out only. Type the number from your licence."),
    "gtin_taken": gettext_lazy("This barcode number already belongs to other goods. Check the digits."),
    "draft_closed": gettext_lazy("This was already sent or thrown away."),
    "price_out_of_range": gettext_lazy("The price must be between 1 ₫ and 499.999.999 ₫."),
    "not_an_amount": gettext_lazy("Type the price with digits only, like 185.000."),
    "amount_too_large": gettext_lazy("The price must be between 1 ₫ and 499.999.999 ₫."),
    "not_a_number": gettext_lazy("Type a number, like 500 or 1,5."),
    "number_too_large": gettext_lazy("This number is too large. Check it."),
    "too_fine": gettext_lazy("Too fine a number for this unit. Half a piece cannot be sold."),
    "bad_serial": gettext_lazy("Form and serial look like 1C26TAA: C or K, the year, three letters."),
    "bad_invoice_number": gettext_lazy("The number of an invoice has up to 8 digits."),
    "bad_lookup": gettext_lazy("The look-up code has letters, digits and dashes only."),
    "unknown_bank": gettext_lazy("This bank cannot receive transfers by QR code. Choose another one."),
    "bad_number": gettext_lazy("An account number has 4 to 19 digits. Look at the paper of the bank again."),
    "bad_holder": gettext_lazy("Write the holder as the bank does: letters only, like HTX HUONG QUE."),
    "same_account": gettext_lazy("This account is in use already."),
    "taken": gettext_lazy("Another seller uses this account. Call the market if it is yours."),
    "change_open": gettext_lazy("A change is waiting already. Call it off first, or wait for it."),
    "not_owner": gettext_lazy("Only an owner of the cooperative can change it."),
    "assisted": gettext_lazy("A helper cannot do this. Only the owner, on the owner's own phone."),
    "moved": gettext_lazy("This has moved on meanwhile. Look at it again."),
    "not_digits": gettext_lazy("A barcode number has digits only."),
    "bad_length": gettext_lazy("A barcode number has 8, 12, 13 or 14 digits."),
    "bad_check_digit": gettext_lazy("One digit is wrong. Read the number under the barcode again."),
    "wrong_count": gettext_lazy("%(title)s: the order wants %(wanted)s, %(picked)s were picked. Count again."),
    "unknown_batch": gettext_lazy("No batch has the code “%(typed)s”. Read it again from the label."),
    "other_product": gettext_lazy("Batch %(batch)s is other goods. The order wants: %(title)s."),
    "foreign_batch": gettext_lazy("Batch %(batch)s belongs to another seller. Put this pack aside."),
    "too_many": gettext_lazy("%(title)s: %(wanted)s are in the parcel already. Put this pack of %(batch)s back."),
    "too_late": gettext_lazy("This has arrived meanwhile, or its time is over. Nothing was changed."),
    "no_photo_now": gettext_lazy("Only a closed parcel that has not arrived yet is photographed."),
    "out_of_stock": gettext_lazy("Batch %(batch)s does not hold that many any more. Choose another batch."),
    "batch_not_on_sale": gettext_lazy("Batch %(batch)s may not leave: it is held or recalled."),
}

BLOCKED = {
    "recalled": gettext_lazy("Batch %(batch)s is recalled. Put these packs aside and call the market."),
    "on_hold": gettext_lazy("Batch %(batch)s is on hold. Put these packs aside until it is cleared."),
    "locked": gettext_lazy("The figures of batch %(batch)s do not add up. Leave these packs, choose another batch."),
    "draft": gettext_lazy("Batch %(batch)s is not public yet. Publish it first, or choose another batch."),
    "closed": gettext_lazy("Batch %(batch)s is closed. Choose another batch."),
    "published": gettext_lazy("Batch %(batch)s is past its best-before date. Choose another batch."),
}

ASKED = gettext_lazy("%(name)s asked the buyer at %(time)s, because not all is there. It waits for the answer.")

MOVED = {
    ParcelStatus.ACCEPTED: gettext_lazy("%(name)s accepted this order at %(time)s."),
    ParcelStatus.PACKED: gettext_lazy("%(name)s packed this order at %(time)s."),
    ParcelStatus.SHIPPED: gettext_lazy("%(name)s sent this order at %(time)s."),
    ParcelStatus.DELIVERED: gettext_lazy("This order was already delivered."),
    ParcelStatus.COMPLETED: gettext_lazy("This order is complete."),
    ParcelStatus.REJECTED: gettext_lazy("This order was refused at %(time)s."),
    ParcelStatus.CANCELLED: gettext_lazy("The buyer cancelled this order at %(time)s."),
    ParcelStatus.EXPIRED: gettext_lazy("This order was not paid in time."),
    ParcelStatus.RETURNED: gettext_lazy("This parcel came back at %(time)s."),
    ParcelStatus.NEW: gettext_lazy("This order has not been accepted yet."),
}


def sentence_of(fault: DomainError) -> str:
    """In the reader's language; an unknown code gives the plain "could not be saved"."""
    if isinstance(fault, ParcelMoved):
        return moved_sentence(fault)
    if fault.code == "batch_blocked":
        return str(BLOCKED.get(str(fault.facts.get("status")), SENTENCES["batch_not_on_sale"])) % fault.facts
    pattern = SENTENCES.get(fault.code)
    return str(pattern) % fault.facts if pattern else _("This could not be saved. Please try again.")


def moved_sentence(fault: ParcelMoved) -> str:
    """ "Sơn accepted this order at 9:14." """
    moved = MOVED.get(ParcelStatus(fault.facts["status"]), gettext_lazy("This order has moved on meanwhile."))
    pattern = ASKED if fault.facts.get("asked") else moved
    name = str(fault.facts.get("by") or _("Somebody of the cooperative"))
    return str(pattern) % {"name": name, "time": time_of(fault.facts.get("at"))}


def time_of(moment: datetime | None) -> str:
    """ "9:14" today, "9:14 · 05/11/2026" before."""
    if moment is None:
        return "…"
    local = timezone.localtime(moment)
    hour = f"{local.hour}:{local.minute:02d}"
    same_day = local.date() == clock.today()
    return hour if same_day else f"{hour} · {show_date(local.date(), (get_language() or 'vi')[:2])}"
