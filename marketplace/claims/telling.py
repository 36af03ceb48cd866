"""What buyer, seller and staff hear of a claim: once per claim and kind, nothing of the buyer in what others read."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, override

from community.accounts.models import User
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.dates import show_datetime
from community.text.money import show_dong
from marketplace.claims.models import Claim
from marketplace.claims.states import Outcome, Problem
from marketplace.orders.links import order_link
from marketplace.orders.telling import tell_buyer
from traceability.batches.models import Batch

STAFF_RIGHT = "change_claim"
OF_LOT, OF_LOT_STAFF = "lot_claimed_often", "lot_claimed_often_staff"


def tell_seller_of_claim(claim: Claim) -> None:
    with override("vi"):
        words = _words(claim, "vi") | {"problem": Problem(claim.problem).label}
        text = gettext("Parcel %(parcel)s: the buyer says: %(problem)s. Answer until %(until)s: %(link)s") % words
    _to_seller(claim, "claim_opened", text)


def tell_seller_withdrawn(claim: Claim) -> None:
    with override("vi"):
        text = gettext("Parcel %(parcel)s: the buyer took the claim back. It is settled.") % _words(claim, "vi")
    _to_seller(claim, "claim_withdrawn", text)


def tell_buyer_of_answer(claim: Claim) -> None:
    order = claim.parcel.order
    with override(order.language):
        words = _words(claim, order.language) | {"offer": offer_words(claim)}
        text = (
            gettext("Order %(order)s: the cooperative answered: %(offer)s Say yes or no until %(until)s: %(page)s")
            % words
        )
    _to_buyer(claim, "claim_answered", text)


def tell_passed_on(claim: Claim) -> None:
    """Both sides hear that the market decides now. It happens anew when promised goods could not be sent again."""
    order = claim.parcel.order
    with override(order.language):
        text = gettext("Order %(order)s: the market looks at your claim now and decides. %(page)s")
        _to_buyer(claim, "claim_passed_on", text % _words(claim, order.language))
    with override("vi"):
        text = gettext("Parcel %(parcel)s: the market decides about the buyer's claim now. %(link)s")
        _to_seller(claim, "claim_passed_on_seller", text % _words(claim, "vi"))


def tell_of_end(claim: Claim) -> None:
    """What was agreed or decided; of goods to be sent again the buyer hears here too."""
    order = claim.parcel.order
    with override(order.language):
        words = _words(claim, order.language) | {"outcome": outcome_words(claim), "reasons": claim.reasons}
        text = gettext("Order %(order)s, your claim: %(outcome)s %(reasons)s %(page)s") % words
    _to_buyer(claim, "claim_ended", " ".join(text.split()))
    with override("vi"):
        words = _words(claim, "vi") | {"outcome": outcome_words(claim), "reasons": claim.reasons}
        text = gettext("Parcel %(parcel)s, the buyer's claim: %(outcome)s %(reasons)s %(link)s") % words
    _to_seller(claim, "claim_ended_seller", " ".join(text.split()))


def tell_closed(claim: Claim) -> None:
    """The parcel came back unpaid: both sides hear that nothing more happens."""
    order = claim.parcel.order
    with override(order.language):
        text = gettext("Order %(order)s: the parcel came back unpaid, so your claim is closed. %(page)s")
        _to_buyer(claim, "claim_closed", text % _words(claim, order.language))
    with override("vi"):
        text = gettext("Parcel %(parcel)s came back unpaid: the buyer's claim is closed, send nothing more. %(link)s")
        _to_seller(claim, "claim_closed_seller", text % _words(claim, "vi"))


def tell_sent_again(claim: Claim) -> None:
    order = claim.parcel.order
    with override(order.language):
        text = gettext("Order %(order)s: the goods are on their way to you once more. %(page)s")
        _to_buyer(claim, "claim_sent_again", text % _words(claim, order.language))


def tell_of_lot(batch: Batch, *, orders: int) -> bool:
    """The cooperative and everybody who decides claims, once per lot. False when they know it already."""
    if OutboxMessage.objects.filter(kind__in=(OF_LOT, OF_LOT_STAFF), key__startswith=batch.public_code).exists():
        return False
    words = {"lot": batch.lot_code, "goods": batch.product.name, "orders": orders}
    with override("vi"):
        text = gettext(
            "Lot %(lot)s (%(goods)s): %(orders)s orders complain of its quality. Look at what is left of it, and stop "
            "selling it if it is not good."
        )
        phone = batch.cooperative.message_phone
        queue_message(kind=OF_LOT, key=batch.public_code, to=phone, text=text % words, about=batch)
    for person in _staff():
        _tell_staff_of_lot(person, batch, words | {"cooperative": batch.cooperative.name})
    return True


def _tell_staff_of_lot(person: User, batch: Batch, words: dict[str, object]) -> None:
    with override(person.language):
        text = gettext(
            "%(cooperative)s, lot %(lot)s (%(goods)s): %(orders)s orders complain of its quality. "
            "See the claims: %(link)s"
        ) % (words | {"link": settings.SITE_URL.rstrip("/") + reverse("claims:index")})
        queue_message(
            kind=OF_LOT_STAFF,
            key=f"{batch.public_code}:{person.pk}",
            to=person.email or person.phone or "",
            channel="email" if person.email else "sms",
            language=person.language,
            subject=gettext("Several claims about lot %(lot)s") % words,
            text=text,
            about=batch,
        )


def offer_words(claim: Claim) -> str:
    """The seller's offer as a sentence, in the active language."""
    return _sentence(Outcome(claim.offer), claim.offer_dong) if claim.offer else ""


def outcome_words(claim: Claim) -> str:
    """What was done, as a sentence."""
    return _sentence(Outcome(claim.outcome), claim.outcome_dong) if claim.outcome else ""


def _sentence(outcome: Outcome, dong: int) -> str:
    return {
        Outcome.PART: gettext("the goods are kept, and %(sum)s goes back."),
        Outcome.FULL: gettext("all the money of the parcel goes back: %(sum)s."),
        Outcome.RESEND: gettext("the goods are sent once more, free of charge."),
        Outcome.NONE: gettext("no, there is nothing to make good."),
    }[outcome] % {"sum": show_dong(dong)}


def claim_link(claim: Claim) -> str:
    """The seller's page of a claim; asks for sign-in."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:claim", args=[claim.code])


def _words(claim: Claim, language: str) -> dict[str, str]:
    return {
        "order": claim.parcel.order.code,
        "parcel": claim.parcel.code,
        "until": show_datetime(claim.due_at, language) if claim.due_at else "",
        "page": order_link(claim.parcel.order),
        "link": claim_link(claim),
    }


def _key(claim: Claim) -> str:
    """Begins with the order's code: so it is found when its buyer is forgotten."""
    again = f":{claim.rounds}" if claim.rounds else ""
    return f"{claim.parcel.order.code}:{claim.code}{again}"


def _to_buyer(claim: Claim, kind: str, text: str) -> None:
    parcel = claim.parcel
    tell_buyer(parcel.order, kind=kind, key=_key(claim), text=text, about=claim, seller=parcel.seller_name)


def _to_seller(claim: Claim, kind: str, text: str) -> None:
    queue_message(kind=kind, key=_key(claim), to=claim.parcel.cooperative.message_phone, text=text, about=claim)


def _staff() -> list[User]:
    right = Q(groups__permissions__codename=STAFF_RIGHT) | Q(user_permissions__codename=STAFF_RIGHT)
    staff = User.objects.filter(Q(is_superuser=True) | right, is_active=True, is_staff=True)
    return list(staff.order_by("pk").distinct())
