"""The webhook door: reads the raw body, hands it to the inbox, answers with a status and nothing to learn from."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.hearing.inbox import MAX_BODY_BYTES, UnknownSource, receive
from marketplace.payments.interface import BadSignature, UnreadableMessage
from marketplace.receiving.models import ReceivingAccount

log = logging.getLogger(__name__)

BAD_SIGNATURES_PER_MINUTE = 20


@csrf_exempt
@require_POST
def payment_callback(request: HttpRequest, provider: str, account: int | None = None) -> JsonResponse:
    """200 kept (new or known), 401 wrong signature, 404 no such sender, 413 too long, 429 too many guesses.

    ``account``: the number of a receiving account whose feed has a secret of its own.
    After 200 the message is in our hands whatever happens; on 5xx the sender tries again.
    """
    try:
        body = request.read(MAX_BODY_BYTES + 1)
    except UnreadablePostError:
        return _answer(400)
    if len(body) > MAX_BODY_BYTES:
        return _answer(413)
    own = ReceivingAccount.objects.filter(pk=account).first() if account is not None else None
    try:
        if account is not None and own is None:
            raise UnknownSource("unknown_account")
        receive(provider=provider, headers=request.headers, body=body, account=own)
    except UnknownSource:
        return _answer(404)
    except UnreadableMessage:
        return _answer(400)
    except BadSignature as refusal:
        return _refuse(request, provider, refusal)
    return _answer(200)


def _refuse(request: HttpRequest, provider: str, refusal: BadSignature) -> JsonResponse:
    """Count guesses by address. A right signature is never held up by somebody else's wrong ones: senders

    may share an address behind a proxy, and checking costs less than counting.
    """
    guesser = f"payment-callback-guesses:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(guesser, 0, timeout=60)
    try:
        guesses = cache.incr(guesser)
    except ValueError:  # the minute ended between the two calls
        guesses = 1
    if guesses > BAD_SIGNATURES_PER_MINUTE:
        return _answer(429)
    log.warning("payment callback of %s refused: %s", provider, refusal.code)
    return _answer(401)


def _answer(status: int) -> JsonResponse:
    return JsonResponse({"success": status == 200}, status=status)
