"""The lives of a payment, a refund, a dispute, an inbox event and an exception, as words and tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderCode(models.TextChoices):
    """How a buyer pays."""

    VIETQR = "vietqr", _("Bank transfer by QR")
    STRIPE = "stripe", _("International card")
    SIMULATED = "simulated", _("Simulated card")


class SourceCode(models.TextChoices):
    """Who tells us that money came."""

    SEPAY = "sepay", "SePay"
    PAYOS = "payos", "payOS"
    CASSO = "casso", "Casso"
    STATEMENT = "statement", _("Statement of the bank")
    MANUAL = "manual", _("A member, by hand")
    STRIPE = "stripe", "Stripe"
    SIMULATED = "simulated", _("Simulated bank or card")


class PaymentStatus(models.TextChoices):
    CREATED = "created", _("Created")
    PENDING = "pending", _("Waiting for money")
    PARTIALLY_RECEIVED = "partially_received", _("Part of the money received")
    CONFIRMED = "confirmed", _("Paid")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


class RefundStatus(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    SUBMITTED = "submitted", _("Sent")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RefundKind(models.TextChoices):
    """What the money had bought."""

    PARCEL = "parcel", _("Goods of a parcel")
    SURPLUS = "surplus", _("More was paid than asked")
    UNSPENT = "unspent", _("Paid, but the goods were gone")


class RefundReason(models.TextChoices):
    """Why a person asks for money back; kept as the first word of ``Refund.reason``."""

    GOODS_BROKEN = "goods_broken", _("Goods arrived broken")
    GOODS_MISSING = "goods_missing", _("Something was missing")
    GOODS_OTHER = "goods_other", _("Other goods than ordered")
    NOT_ARRIVED = "not_arrived", _("The parcel never arrived")
    AGREED = "agreed", _("Agreed with the buyer")


class DisputeStatus(models.TextChoices):
    OPEN = "open", _("Under dispute")
    WON = "won", _("Decided for us")
    LOST = "lost", _("Decided for the card's owner")


class LossBearer(models.TextChoices):
    """Who pays for a lost dispute."""

    OPERATOR = "operator", _("The operator")
    SELLERS = "sellers", _("The sellers")


class InboxStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    PROCESSED = "processed", _("Processed")
    IGNORED = "ignored", _("Ignored")
    REJECTED = "rejected", _("Signed, but unusable")
    FAILED = "failed", _("Failed, will be tried again")
    DEAD = "dead", _("Given up, needs a person")


class ExceptionKind(models.TextChoices):
    """Money that needs a person. Each is a normal state, with a page and a next step."""

    UNMATCHED = "unmatched", _("No payment code in the memo")
    AMBIGUOUS = "ambiguous", _("Several payment codes in one transfer")
    ACCOUNT_MISMATCH = "account_mismatch", _("Right code, wrong account")
    AMOUNT_MISMATCH = "amount_mismatch", _("The card payment has another amount")
    CURRENCY_MISMATCH = "currency_mismatch", _("Another currency")
    MODE_MISMATCH = "mode_mismatch", _("Test money for a real payment, or the reverse")
    OVERPAID = "overpaid", _("More money than was asked")
    UNDERPAID = "underpaid", _("Time ran out with part of the money")
    PAID_BUT_UNAVAILABLE = "paid_but_unavailable", _("Paid late, goods are gone")
    PAID_AFTER_END = "paid_after_end", _("Paid after the parcel was cancelled")
    MALFORMED = "malformed", _("Signed message that cannot be read")
    DISPUTED = "disputed", _("The owner of a card contests a payment")
    PROVIDER_NOTICE = "provider_notice", _("Refund or dispute told by the provider")
    STUCK_EVENT = "stuck_event", _("A message that could not be processed")
    OWED_ON_DELIVERY = "owed_on_delivery", _("Delivered, and not paid for")


class ExceptionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    DISMISSED = "dismissed", _("Dismissed")


class DecisionAct(models.TextChoices):
    """Where money went that had lain in suspense."""

    ATTACH = "attach", _("Counted for a payment")
    SEND_BACK = "send_back", _("Sent back to where it came from")
    NOT_OURS = "not_ours", _("Not money of the market")
    TWICE = "twice", _("The same transfer, told twice")
    TWO = "two", _("Two transfers of one amount")


class ProposalAct(models.TextChoices):
    """What a second person has to agree to when the sum is large."""

    ATTACH = "attach", _("Count money for a payment")
    SEND_BACK = "send_back", _("Money sent back to where it came from")
    NOT_OURS = "not_ours", _("Not money of the market")
    DUES = "dues", _("Dues of a cooperative received")
    LOSS = "loss", _("Who bears a lost dispute")
    CLAIM = "claim", _("A buyer's claim is decided")
    TWICE = "twice", _("The same transfer, told twice")
    TAKEN_OVER = "taken_over", _("A refund that was made at the provider")
    ARRIVED = "arrived", _("A payout of the card provider arrived")
    NOT_ARRIVED = "not_arrived", _("A payout of the card provider has not arrived")
    UNDO_MOVE = "undo_move", _("Own money moved: undo it")


class ProposalStatus(models.TextChoices):
    """Whoever proposed does not confirm; only what waits is ended, once."""

    WAITING = "waiting", _("Waits for a second person")
    CONFIRMED = "confirmed", _("Confirmed and booked")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class StatementStatus(models.TextChoices):
    """The life of an uploaded file; only ``confirmed`` moved money."""

    UPLOADED = "uploaded", _("Columns to be chosen")
    READING = "reading", _("Being read")
    READ = "read", _("To be checked")
    CONFIRMED = "confirmed", _("Taken in")
    DROPPED = "dropped", _("Dropped")


class ProviderPayoutStatus(models.TextChoices):
    """A card provider's payout to the operator's bank."""

    IN_TRANSIT = "in_transit", _("On its way")
    ARRIVED = "arrived", _("Arrived")
    FAILED = "failed", _("Came back")


class OwnMoveKind(models.TextChoices):
    """Money of the operator itself that no buyer and no seller has a part in."""

    TRANSFER = "transfer", _("Moved between own accounts")
    BANK_CHARGE = "bank_charge", _("Charge of the bank")
    INTEREST = "interest", _("Interest")


class OwnMoveStatus(models.TextChoices):
    PROPOSED = "proposed", _("Waits for a second person")
    BOOKED = "booked", _("In the books")
    REFUSED = "refused", _("Refused")
    UNDONE = "undone", _("Undone")


P = PaymentStatus
# Money is a fact: a payment that failed, expired or was cancelled may still be confirmed by money that
# comes late. Nothing leaves `confirmed`: refunds are rows of their own.
NEXT_PAYMENT: dict[str, frozenset[str]] = {
    P.CREATED: frozenset({P.PENDING, P.PARTIALLY_RECEIVED, P.CONFIRMED, P.FAILED, P.EXPIRED, P.CANCELLED}),
    P.PENDING: frozenset({P.PARTIALLY_RECEIVED, P.CONFIRMED, P.FAILED, P.EXPIRED, P.CANCELLED}),
    P.PARTIALLY_RECEIVED: frozenset({P.CONFIRMED, P.EXPIRED}),
    P.FAILED: frozenset({P.CONFIRMED}),
    P.EXPIRED: frozenset({P.CONFIRMED}),
    P.CANCELLED: frozenset({P.CONFIRMED}),
    P.CONFIRMED: frozenset(),
}
R = RefundStatus
# A refund that failed is still owed: it is sent again, or called off by a person. A card's bank may give back days
# later what had arrived: then it failed after all.
NEXT_REFUND: dict[str, frozenset[str]] = {
    R.REQUESTED: frozenset({R.APPROVED, R.CANCELLED}),
    R.APPROVED: frozenset({R.SUBMITTED, R.CANCELLED}),
    R.SUBMITTED: frozenset({R.DONE, R.FAILED}),
    R.FAILED: frozenset({R.SUBMITTED, R.CANCELLED}),
    R.DONE: frozenset({R.FAILED}),
    R.CANCELLED: frozenset(),
}
D = DisputeStatus
# The bank decides once. What it would say afterwards is parked for a person, never applied by guess.
NEXT_DISPUTE: dict[str, frozenset[str]] = {
    D.OPEN: frozenset({D.WON, D.LOST}),
    D.WON: frozenset(),
    D.LOST: frozenset(),
}
# Only what waits is worked on. What was ignored because its money was unknown waits again when the money comes; what
# was given up, when a person says so.
NEXT_INBOX: dict[str, frozenset[str]] = {
    InboxStatus.RECEIVED: frozenset(
        {InboxStatus.PROCESSED, InboxStatus.IGNORED, InboxStatus.REJECTED, InboxStatus.FAILED, InboxStatus.DEAD}
    ),
    InboxStatus.FAILED: frozenset({InboxStatus.PROCESSED, InboxStatus.IGNORED, InboxStatus.REJECTED, InboxStatus.DEAD}),
    InboxStatus.IGNORED: frozenset({InboxStatus.RECEIVED}),
    InboxStatus.PROCESSED: frozenset(),
    InboxStatus.REJECTED: frozenset(),
    InboxStatus.DEAD: frozenset({InboxStatus.FAILED}),
}
W = ProviderPayoutStatus
# Some payouts are first told as paid and come back within days.
NEXT_PROVIDER_PAYOUT: dict[str, frozenset[str]] = {
    W.IN_TRANSIT: frozenset({W.ARRIVED, W.FAILED}),
    W.ARRIVED: frozenset({W.FAILED, W.IN_TRANSIT}),
    W.FAILED: frozenset(),
}
NEXT_OWN_MOVE: dict[str, frozenset[str]] = {
    OwnMoveStatus.PROPOSED: frozenset({OwnMoveStatus.BOOKED, OwnMoveStatus.REFUSED}),
    OwnMoveStatus.BOOKED: frozenset({OwnMoveStatus.UNDONE}),
    OwnMoveStatus.REFUSED: frozenset(),
    OwnMoveStatus.UNDONE: frozenset(),
}
# From here on the money counts as promised to the buyer.
PROMISED_REFUND = frozenset({R.APPROVED, R.SUBMITTED, R.FAILED, R.DONE})
# Paid on a card page for the whole order, refunded to the card by the provider.
CARD_PROVIDERS = frozenset({ProviderCode.STRIPE, ProviderCode.SIMULATED})
# Until then the buyer may say where the money goes.
REFUND_UNSENT = frozenset({R.REQUESTED, R.APPROVED, R.FAILED})
LIVE_PAYMENT = frozenset({P.CREATED, P.PENDING, P.PARTIALLY_RECEIVED})


def payment_states_before(new: PaymentStatus) -> list[str]:
    """The states from which a payment may go to ``new``: the WHERE of a guarded UPDATE."""
    return [old for old, allowed in NEXT_PAYMENT.items() if new in allowed]


def dispute_states_before(new: DisputeStatus) -> list[str]:
    """The states from which a dispute may go to ``new``."""
    return [old for old, allowed in NEXT_DISPUTE.items() if new in allowed]


def refund_states_before(new: RefundStatus) -> list[str]:
    """The states from which a refund may go to ``new``."""
    return [old for old, allowed in NEXT_REFUND.items() if new in allowed]


def provider_payout_states_before(new: ProviderPayoutStatus) -> list[str]:
    """The states from which a provider's payout may go to ``new``."""
    return [old for old, allowed in NEXT_PROVIDER_PAYOUT.items() if new in allowed]


def own_move_states_before(new: OwnMoveStatus) -> list[str]:
    """The states from which an own move may go to ``new``."""
    return [old for old, allowed in NEXT_OWN_MOVE.items() if new in allowed]
