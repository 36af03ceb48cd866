"""The operator's own accounts in the staff's admin: how each moved, what its bank says, and what staff write down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from community import clock
from community.errors import DomainError
from community.staff_rights import actor_with
from community.text.dates import midnight
from marketplace.ledger.accounts import IN_TRANSIT, Account
from marketplace.ledger.models import AccountKind
from marketplace.moderation.desks import Desk, shown_money
from marketplace.moderation.money_sentences import show_foreign
from marketplace.moderation.own_account_forms import NO_AMOUNT, BalanceForm, MoveForm
from marketplace.moderation.proposals import OWN_MONEY, WAITS, refusal, waiting_about
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.books.places import lies_on
from marketplace.payments.models import Capture, OwnMove, Proposal, ProviderPayout
from marketplace.payments.states import OwnMoveKind, OwnMoveStatus, ProviderPayoutStatus
from marketplace.payments.treasury.moving import MoveSlip, approve_move, refuse_move, undo_move, write_down
from marketplace.payments.treasury.own_places import own_places, place_name
from marketplace.payments.treasury.provider_payouts import say_arrived, undo_arrival
from marketplace.payments.treasury.told_balances import tell_balance
from marketplace.receiving.models import ReceivingAccount
from marketplace.statements.own_accounts import KeptElsewise, account_reports
from marketplace.statements.periods import BadPeriod, Period, month_of, period_named

LOOK, ACT = "marketplace.view_ownmove", "marketplace.add_ownmove"
RECENT = 40
DONE = _("Done; the books follow.")
TROUBLES: dict[str, Promise] = {
    "not_positive": _("Type an amount above zero."),
    "no_reference": _("Write down the bank's reference of the transfer."),
    "not_yet": _("This day is still to come."),
    "place": _("Choose the accounts: a transfer has two different ones, a charge only “out of”, interest only “into”."),
    "known": _("This is written down already, by %(name)s."),
    "spoken_for": _("This money was decided about meanwhile."),
    "second_person": _("For a sum this large another person has to do this."),
    "moved": _("Somebody was faster: it is now “%(status)s”."),
    "not_whole": NO_AMOUNT,
}
REASONS: dict[str, Promise] = {
    "not_told": _("We have it, the provider does not tell it yet"),
    "not_ours": _("The provider tells it, it is not of this site"),
    "fee": _("Fee that is not booked yet"),
    "payout": _("Payout handed to the bank, not gone yet"),
    "move": _("Written down, waits for a second person"),
}
KINDS: dict[str, Promise] = {
    "capture": _("Came from buyers"),
    "suspense_send_back": _("Sent back to where it came from"),
    "suspense_not_ours": _("Found to be no buyer's money"),
    "suspense_twice": _("Told twice"),
    "refund_sent": _("Sent back to buyers"),
    "refund_returned": _("Refunds that came back"),
    "dispute_opened": _("Taken back in disputes"),
    "dispute_won": _("Won back in disputes"),
    "payout_sent": _("Paid out to cooperatives"),
    "payout_returned": _("Payouts that came back"),
    "dues_paid": _("Dues received"),
    "dues_undone": _("Dues undone"),
    "provider_fee": _("Fees of the card provider"),
    "provider_payout_left": _("Sent by the card provider to the bank"),
    "provider_payout_arrived": _("Arrived from the card provider"),
    "provider_payout_undone": _("Arrivals that were undone"),
    "provider_payout_failed": _("Payouts of the card provider that failed"),
    "own_move": _("Written down by staff"),
    "own_move_undone": _("Undone by staff"),
}


class OwnAccounts(Desk):
    icon = "resubmit"
    menu_label = _("Own accounts")
    right = LOOK

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("ghi/", write, name="write"),
            path("so-du/", balance, name="balance"),
            path("<int:pk>/<str:verb>/", change, name="change"),
            path("da-den/<int:pk>/", arrived, name="arrived"),
            path("chua-den/<int:pk>/", not_arrived, name="not_arrived"),
        ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A month (``ky=2026-10``), this one at first: every account, what explains a difference, what waits for a hand."""
    actor_with(request.user, LOOK)
    return _page(request, MoveForm(places=own_places(), initial=_proposed(request)))


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    actor = actor_with(request.user, ACT)
    form = MoveForm(request.POST, places=own_places())
    if form.is_valid():
        told = form.cleaned_data
        slip = MoveSlip(
            kind=OwnMoveKind(told["kind"]),
            amount_dong=told["amount"],
            out_of=told["out_of"],
            into=told["into"],
            reference=told["reference"],
            moved_on=told["moved_on"],
            note=told["note"],
            capture=told["capture"],
            **shown_money(),
        )
        try:
            move = write_down(slip=slip, actor=actor)
        except DomainError as refused:
            form.add_error(None, _sentence(refused))
        else:
            waits = move.status == OwnMoveStatus.PROPOSED
            messages.success(request, _("A second person has to say yes.") if waits else _("Written down and booked."))
            return redirect("own_accounts:index")
    return _page(request, form, status=400)


@require_POST
def balance(request: HttpRequest) -> HttpResponse:
    """What the bank's statement says at the end of a day."""
    actor = actor_with(request.user, ACT)
    form = BalanceForm(request.POST, places=own_places())
    if not form.is_valid():
        messages.error(request, str(TROUBLES["not_whole"]))
        return redirect("own_accounts:index")
    told, day = form.cleaned_data, form.cleaned_data["day"]
    at = midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
    try:
        tell_balance(place=told["place"], at=at, amount_dong=told["amount"], actor=actor, **shown_money())
    except DomainError as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, _("Written down. The report compares it with our books."))
    return redirect(f"{reverse('own_accounts:index')}?ky={month_of(day).name}")


@require_POST
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """``duyet``, ``tu-choi`` or ``huy``: approve, refuse, undo."""
    actor = actor_with(request.user, ACT)
    verbs: dict[str, Callable[..., object]] = {"duyet": approve_move, "tu-choi": refuse_move, "huy": undo_move}
    if verb not in verbs:
        raise Http404
    move = get_object_or_404(OwnMove, pk=pk, **shown_money())
    return _done(request, lambda: verbs[verb](move=move, actor=actor), DONE)


@require_POST
def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """A payout of the provider was seen on a statement that no feed and no file tells of."""
    actor = actor_with(request.user, ACT)
    payout = get_object_or_404(ProviderPayout, pk=pk, **shown_money())
    into = request.POST.get("into", "")
    if into not in own_places() or into == IN_TRANSIT.code:
        messages.error(request, str(TROUBLES["place"]))
        return redirect("own_accounts:index")
    place = Account(into, AccountKind.ASSET)
    return _done(request, lambda: say_arrived(payout=payout, into=place, actor=actor), DONE)


@require_POST
def not_arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """The line was another payment's: the payout is on its way again, the line waits for a person."""
    actor = actor_with(request.user, ACT)
    payout = get_object_or_404(ProviderPayout, pk=pk, **shown_money())
    words = _("Undone. It is on its way again; the bank's line waits for a decision.")
    return _done(request, lambda: undo_arrival(payout=payout, actor=actor), words)


# --- inside -----------------------------------------------------------------------------------------------------------
def _done(request: HttpRequest, act: Callable[[], object], words: object) -> HttpResponse:
    """Does it, or has it wait for a second person, and says on the page of the accounts which."""
    try:
        done = act()
    except CannotAgree as refused:
        messages.error(request, refusal(refused))
    except DomainError as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, str(WAITS if isinstance(done, Proposal) else words))
    return redirect("own_accounts:index")


def _page(request: HttpRequest, form: MoveForm, status: int = 200) -> HttpResponse:
    money, places, period = shown_money(), own_places(), _period(request)
    reports = [
        {
            "report": one,
            "moved": [(KINDS.get(kind, kind), dong) for kind, dong in one.moved],
            "reasons": [(REASONS[reason.what], reason) for reason in one.reasons],
            "elsewise": [(each, *_in_currency(each)) for each in one.elsewise],
        }
        for one in account_reports(period, **money)
    ]
    people = ("recorded_by", "approved_by", "ended_by")
    moves = OwnMove.objects.filter(**money).select_related(*people)
    facts = {
        "simulated": not money["livemode"],
        "period": period,
        "names": _names(),
        "reports": reports,
        "form": form,
        "balance_form": BalanceForm(places=places, initial={"day": clock.today() - timedelta(days=1)}),
        "places": [(code, name) for code, name in places.items() if code != IN_TRANSIT.code],
        "payouts": ProviderPayout.objects.filter(status=ProviderPayoutStatus.IN_TRANSIT, **money),
        "arrivals": _arrivals(money["livemode"]),
        "waiting": _waiting_lines(money["livemode"]),
        "proposed": [_shown(one, places) for one in moves.filter(status=OwnMoveStatus.PROPOSED)],
        "moves": [_shown(one, places) for one in moves.exclude(status=OwnMoveStatus.PROPOSED)[:RECENT]],
        "proposals": waiting_about(act__in=OWN_MONEY),
        "may_act": request.user.has_perm(ACT),
    }
    return render(request, "moderation/own_accounts.html", facts, status=status)


def _in_currency(kept: KeptElsewise) -> tuple[str, str, str]:
    """What is told, what its movements add up to, and the difference, "" when there is none."""
    apart = kept.told - kept.moved
    told, moved, gap = (show_foreign(each, kept.currency) for each in (kept.told, kept.moved, apart))
    return told, moved, gap if apart else ""


def _shown(move: OwnMove, places: dict[str, str]) -> dict[str, Any]:
    ends = [(places.get(code) or place_name(code)) if code else "" for code in (move.out_of, move.into)]
    return {"move": move, "out_of": ends[0], "into": ends[1], "booked": move.status == OwnMoveStatus.BOOKED}


def _arrivals(livemode: bool) -> QuerySet[ProviderPayout]:
    """The last ones; which line of a bank was taken for each."""
    rows = ProviderPayout.objects.filter(status=ProviderPayoutStatus.ARRIVED, livemode=livemode)
    return rows.select_related("capture").order_by("-arrived_at", "-pk")[:RECENT]


def _waiting_lines(livemode: bool) -> list[Capture]:
    """Lines of the operator's own accounts in suspense: a stranger's transfer, or the operator's own money."""
    own = ReceivingAccount.objects.filter(cooperative=None).values("account_number")
    lines = Capture.objects.filter(payment=None, livemode=livemode, account_key__in=own)
    undecided = lines.annotate(decided=Coalesce(Sum("decisions__amount_dong"), 0)).filter(decided=0)
    return list(undecided.order_by("-booked_at", "-pk")[:RECENT])


def _proposed(request: HttpRequest) -> dict[str, Any]:
    """The form filled in from the line of a bank that was pressed (``tien=…``)."""
    number = request.GET.get("tien", "")
    line = (
        Capture.objects.filter(payment=None, pk=int(number)).first() if number.isascii() and number.isdigit() else None
    )
    if line is None:
        return {"moved_on": clock.today()}
    return {
        "kind": OwnMoveKind.TRANSFER,
        "amount": f"{line.amount_dong:,}".replace(",", "."),
        "into": lies_on(line).code,
        "reference": line.bank_reference or line.txn_id,
        "moved_on": line.booked_on,
        "note": line.memo[:200],
        "capture": line.pk,
    }


def _period(request: HttpRequest) -> Period:
    try:
        return period_named(request.GET.get("ky") or month_of(clock.today()).name)
    except BadPeriod:
        raise Http404 from None


def _names() -> list[str]:
    month, names = month_of(clock.today()), []
    for _step in range(15):
        names.append(month.name)
        month = month.before
    return names


def _sentence(refused: DomainError) -> str:
    facts = refused.facts
    status = facts.get("status", "")
    labels = dict(OwnMoveStatus.choices) | dict(ProviderPayoutStatus.choices)
    words = {"name": facts.get("by", ""), "status": labels.get(str(status), status)}
    return str(TROUBLES.get(refused.code, TROUBLES["moved"])) % words
