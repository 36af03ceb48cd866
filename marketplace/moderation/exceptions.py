"""Money that needs a person, in the staff's admin: what happened, what can be done, who decided. Each button a rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn

from community.audit.actors import Actor
from community.errors import DomainError
from community.staff_rights import actor_with
from community.text.money import InvalidMoney, parse_dong, show_dong
from marketplace.moderation.looking import LookInspect, LookViewSet, opens
from marketplace.moderation.money_sentences import (
    HAPPENED,
    foreign_money,
    note_words,
    resolution_words,
    settled_sentence,
)
from marketplace.moderation.proposals import RIGHTS, WAITS, refusal, waiting_about
from marketplace.payments.models import Capture, Payment, PaymentException, Proposal, SuspenseDecision
from marketplace.payments.refunds.refunding import OF_EXCEPTION
from marketplace.payments.refunds.taking_over import INSTEAD, Target, notice_key, take_over, targets_of, told_refund
from marketplace.payments.refunds.twins import DOUBTFUL, doubts
from marketplace.payments.states import ExceptionKind, ExceptionStatus, ProposalAct
from marketplace.payments.suspense.candidates import candidates
from marketplace.payments.suspense.deciding import close_exception, refund_of, retry_event, try_goods_again
from marketplace.payments.suspense.settling import (
    CannotSettle,
    attach,
    left_in_suspense,
    mark_not_ours,
    send_back,
    undo,
)
from marketplace.payments.suspense.telling_apart import same_transfer, two_transfers
from marketplace.receiving.models import mask

RIGHT = "marketplace.change_paymentexception"


class ExceptionInspect(LookInspect):
    template_name = "moderation/exception.html"

    def get_page_subtitle(self) -> str:
        return str(self.object.get_kind_display())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        exception: PaymentException = self.object
        may_act = self.request.user.has_perm(RIGHT)
        is_open = exception.status == ExceptionStatus.OPEN
        capture = exception.capture
        left = left_in_suspense(capture) if capture else 0
        words = self.request.GET.get("tim", "").strip()[:80]
        decisions = _decisions(exception)
        return (
            super().get_context_data(**kwargs)
            | {
                "exception": exception,
                "happened": HAPPENED[ExceptionKind(exception.kind)],
                "capture": capture,
                "account": mask(capture.account_key) if capture else "",
                "left": left,
                "words": words,
                "found": candidates(capture, words=words) if capture and left else [],
                "proposals": waiting_about(capture=capture) if capture else [],
                "foreign": foreign_money(exception.facts),
                "decisions": [(each, note_words(each.note)) for each in decisions],
                "undoable": {each.pk for each in decisions if each.undoes_id is None}
                - {one.undoes_id for one in decisions},
                "resolution": resolution_words(exception.resolution),
                "refund": refund_of(exception) if exception.kind in OF_EXCEPTION else None,
                "may_settle": may_act and left > 0,
                "may_undo": may_act,
                "may_close": may_act and is_open and left == 0,
                "may_retry": may_act and is_open and exception.kind == ExceptionKind.STUCK_EVENT,
                "may_try_goods": may_act and is_open and exception.kind == ExceptionKind.PAID_BUT_UNAVAILABLE,
                "doubts": _doubts(exception) if is_open else [],
                "may_say": may_act,
                "doubt_url": reverse("exception_act", args=[exception.pk]),
                "act_url": reverse("exception_act", args=[exception.pk]),
            }
            | _to_take_over(
                exception, may_act and is_open and self.request.user.has_perm(RIGHTS[ProposalAct.TAKEN_OVER])
            )
        )


def _to_take_over(exception: PaymentException, may: bool) -> dict[str, Any]:
    """A refund of the provider's own page, and what it can be booked for."""
    told = told_refund(exception) if may else None
    if told is None or told.outcome == "failed":
        return {}
    waiting = waiting_about(key=notice_key(exception))
    targets = [] if waiting else [(each.code, _target_words(each)) for each in targets_of(exception)]
    happened = (
        _("Money was given back on the card provider's own page."),
        _("Take it over, so that the books, the buyer and the seller know of it."),
    )
    instead = any(code.startswith(INSTEAD) for code, _words in targets)
    more = {"targets": targets, "proposals": waiting, "instead": instead}
    return {"happened": happened, "foreign_refund": told} | more


def _doubts(exception: PaymentException) -> list[tuple[Capture, Capture]]:
    """Rows that may tell one transfer, of a surplus or of too little."""
    if exception.kind not in DOUBTFUL or exception.payment is None:
        return []
    return doubts(exception.payment)


def _decisions(exception: PaymentException) -> list[SuspenseDecision]:
    """About its money; about a surplus or too little, of every transfer that the payment got."""
    rows = SuspenseDecision.objects.select_related("payment__order", "decided_by").order_by("pk")
    if exception.kind in DOUBTFUL and exception.payment_id is not None:
        return list(rows.filter(capture__payment=exception.payment_id))
    return list(rows.filter(capture=exception.capture_id)) if exception.capture_id else []


class ExceptionViewSet(LookViewSet):
    model = PaymentException
    icon = "warning"
    menu_label = _("Money to look into")
    inspect_view_class = ExceptionInspect
    inspect_view_fields = ("status", "parcel", "opened_at", "closed_at", "closed_by")
    list_display = (
        opens("payment_exceptions", "kind", label=_("What happened"), accessor="get_kind_display"),
        Column("amount", label=_("Amount"), accessor=lambda one: show_dong(one.amount_dong) if one.amount_dong else ""),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("parcel", label=_("Parcel")),
        DateColumn("opened_at", label=_("Since")),
    )
    list_filter = ("status", "kind")
    list_select_related = ("parcel",)
    search_fields = ("key", "parcel__code", "payment__memo_code", "capture__memo", "capture__bank_reference")
    ordering = ("-pk",)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision about money, by whoever may move it."""
    actor = actor_with(request.user, RIGHT)
    rows = PaymentException.objects.select_related("capture", "payment__order", "parcel__cooperative", "event")
    exception = get_object_or_404(rows, pk=pk)
    try:
        messages.success(request, str(_do(exception, request, actor)))
    except DomainError as refused:
        messages.error(request, refusal(refused))
    return redirect("payment_exceptions:inspect", exception.pk)


def _do(exception: PaymentException, request: HttpRequest, actor: Actor) -> Promise | str:
    told = request.POST
    note = told.get("note", "")
    match told.get("act"):
        case "attach" | "send_back" | "not_ours":
            return _settle(exception, request, actor)
        case "undo":
            undo(decision=_chosen(_decisions(exception), told.get("decision", "")), actor=actor, note=note)
            return _("Undone. The money waits again.")
        case "same_transfer":
            settled = same_transfer(capture=_doubtful(exception, told.get("capture", "")), actor=actor, note=note)
            return WAITS if settled.proposal else _("Counted once. No money is owed for it.")
        case "two_transfers":
            two_transfers(capture=_doubtful(exception, told.get("capture", "")), actor=actor, note=note)
            return _("Written down: two transfers. Now the money can be given back.")
        case "take_over":
            return _take_over(exception, request, actor)
        case "goods_again":
            try_goods_again(exception=exception, actor=actor)
            return _("The goods were there again: the parcel is paid and the cooperative was told.")
        case "retry":
            retry_event(exception=exception, actor=actor)
            return _("Tried again. Look at the status.")
        case "close" | "dismiss":
            close_exception(exception=exception, actor=actor, note=note, dismissed=told.get("act") == "dismiss")
            return _("Closed.")
        case _:
            raise CannotSettle("nothing_chosen")


def _take_over(exception: PaymentException, request: HttpRequest, actor: Actor) -> Promise | str:
    if not request.user.has_perm(RIGHTS[ProposalAct.TAKEN_OVER]):
        raise PermissionDenied
    taken = take_over(question=exception, target=request.POST.get("target", ""), actor=actor)
    return WAITS if isinstance(taken, Proposal) else _("Taken over. The books, the buyer and the seller know of it.")


def _target_words(target: Target) -> str:
    if target.refund is not None:
        return str(_("%(what)s, which waits to be given back") % {"what": target.refund.get_kind_display()})
    if target.parcel is not None:
        words = {"code": target.parcel.code, "seller": target.parcel.seller_name}
        if target.instead_dong:
            words["sum"] = show_dong(target.instead_dong)
            return str(_("Parcel %(code)s of %(seller)s, instead of %(sum)s promised and not sent") % words)
        return str(_("Parcel %(code)s of %(seller)s") % words)
    return str(_("All parcels of this payment, each by its share"))


def _settle(exception: PaymentException, request: HttpRequest, actor: Actor) -> Promise | str:
    told, capture = request.POST, exception.capture
    if capture is None:
        raise CannotSettle("nothing_chosen")
    note = told.get("note", "")
    match told.get("act"):
        case "attach":
            payment = Payment.objects.filter(uuid=told.get("payment", "")).first() if _is_uuid(told) else None
            if payment is None:
                raise CannotSettle("nothing_chosen")
            settled = attach(
                capture=capture, payment=payment, amount_dong=_dong(told.get("amount", "")), actor=actor, note=note
            )
            return WAITS if settled.proposal else settled_sentence(settled.outcome)
        case "send_back":
            settled = send_back(capture=capture, reference=told.get("bank_ref", ""), actor=actor, note=note)
            return WAITS if settled.proposal else _("Written down: the money went back to its sender.")
        case "not_ours":
            settled = mark_not_ours(capture=capture, actor=actor, note=note)
            return WAITS if settled.proposal else _("Written down: this money is not the market's.")
    raise CannotSettle("nothing_chosen")


def _chosen(decisions: list[SuspenseDecision], number: str) -> SuspenseDecision:
    decision = next((one for one in decisions if str(one.pk) == number), None)
    if decision is None:
        raise CannotSettle("nothing_chosen")
    return decision


def _doubtful(exception: PaymentException, number: str) -> Capture:
    """A transfer of the question's own payment."""
    found = Capture.objects.filter(payment=exception.payment_id, pk=number if number.isdecimal() else 0)
    capture = found.exclude(payment=None).first()
    if capture is None:
        raise CannotSettle("nothing_chosen")
    return capture


def _is_uuid(told: Any) -> bool:
    return len(told.get("payment", "")) == 36 and all(each in "0123456789abcdef-" for each in told["payment"])


def _dong(words: str) -> int:
    try:
        return parse_dong(words)
    except InvalidMoney:
        raise CannotSettle("not_positive") from None


urlpatterns = [path("tien-can-xem/<int:pk>/quyet/", act, name="exception_act")]
