"""The simulated bank app: scan, change, pay. Works without JavaScript; a red banner says on every page what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.text.money import show_dong
from marketplace.orders.links import order_link
from marketplace.payments.models import Payment
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.states import ProviderCode
from marketplace.payments.vietqr import BadVietQR, VietQR, decode_vietqr
from marketplace.receiving.banks import find_bank
from marketplace.receiving.models import ReceivingAccount
from marketplace.simulation.delivering import Delivery, new_number
from marketplace.simulation.forms import TransferForm
from marketplace.simulation.hurrying import let_time_run_out
from marketplace.simulation.sentences import tell_delivery
from marketplace.simulation.speaking import language_of, simulated, ways
from marketplace.simulation.transferring import Transfer, post_forged_transfer, post_in_two_parts, post_transfer

OVER_DONG = 10_000
REPETITIONS = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@simulated
def bank(request: HttpRequest) -> HttpResponse:
    """GET shows what the code asks for; POST sends the transfer and shows how the shop answered."""
    sent = request.POST if request.method == "POST" else request.GET
    payment = _payment(sent.get("payment", ""))
    with translation.override(language_of(request, payment.order if payment else None)):
        return _pay(request, payment) if request.method == "POST" else _scan(request, payment)


def _scan(request: HttpRequest, payment: Payment | None) -> HttpResponse:
    payload = vietqr_payload(payment) if payment else request.GET.get("payload", "").strip()
    if not payload:
        return render(request, "simulation/bank.html", _ways({}))
    try:
        code = decode_vietqr(payload)
    except BadVietQR:
        return render(request, "simulation/bank.html", _ways({"payload": payload, "unreadable": True}), status=400)
    form = TransferForm(
        initial={
            "amount": show_dong(code.amount_dong) if code.amount_dong else "",
            "memo": code.purpose or "",
            "payload": payload,
            "payment": payment.uuid if payment else "",
            "number": new_number(),
        }
    )
    return render(request, "simulation/bank.html", _scene(code, payment) | {"form": form})


def _pay(request: HttpRequest, payment: Payment | None) -> HttpResponse:
    form = TransferForm(request.POST)
    try:
        code = decode_vietqr(request.POST.get("payload", ""))
    except BadVietQR:
        return render(request, "simulation/bank.html", _ways({"unreadable": True}), status=400)
    scene = _scene(code, payment)
    if not form.is_valid():
        return render(request, "simulation/bank.html", scene | {"form": form}, status=422)
    transfer = Transfer(
        number=form.cleaned_data["number"],
        bank_name=scene["bank_name"],
        account=code.account,
        amount_dong=form.cleaned_data["amount"],
        memo=form.cleaned_data["memo"],
    )
    sent, deliveries = _send(request.POST.get("action", "pay"), transfer, payment)
    return render(
        request, "simulation/sent.html", scene | {"sent": sent, "answers": [tell_delivery(one) for one in deliveries]}
    )


def _send(action: str, transfer: Transfer, payment: Payment | None) -> tuple[Transfer, list[Delivery]]:
    """The buttons; an unknown word pays plainly."""
    match action:
        case "short":
            sent = replace(transfer, amount_dong=max(transfer.amount_dong // 2, 1))
            return sent, post_transfer(transfer=sent)
        case "over":
            sent = replace(transfer, amount_dong=transfer.amount_dong + OVER_DONG)
            return sent, post_transfer(transfer=sent)
        case "repeat":
            return transfer, post_transfer(transfer=transfer, times=REPETITIONS)
        case "reorder":
            return transfer, post_in_two_parts(transfer=transfer)
        case "late" if payment is not None:
            let_time_run_out(order=payment.order)
            return transfer, post_transfer(transfer=transfer)
        case "forge":
            return transfer, post_forged_transfer(transfer=transfer)
        case _:
            return transfer, post_transfer(transfer=transfer)


def _payment(text: str) -> Payment | None:
    """The payment whose page opened the app. Only this, never the memo, gives the way back to the order:

    the order's link is a secret, and a memo is seen by banks.
    """
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    return Payment.objects.filter(uuid=uuid, provider=ProviderCode.VIETQR).select_related("account", "order").first()


def _scene(code: VietQR, payment: Payment | None) -> dict[str, Any]:
    """What a bank app shows of a code; the holder's name comes from "the bank", as in life."""
    known = find_bank(code.bank_bin)
    account = ReceivingAccount.objects.filter(bank_bin=code.bank_bin, account_number=code.account).first()
    scene = {
        "code": code,
        "bank_name": known.short_name if known else code.bank_bin,
        "holder": account.holder if account else "",
        "order_url": order_link(payment.order) if payment else "",
        "payment": payment,
        "over": show_dong(OVER_DONG),
        "repetitions": REPETITIONS,
    }
    return _ways(scene, payment=payment)


def _ways(scene: dict[str, Any], *, payment: Payment | None = None) -> dict[str, Any]:
    known = {"payment": str(payment.uuid)} if payment else {}
    return scene | ways(reverse("simulation:bank"), known)
