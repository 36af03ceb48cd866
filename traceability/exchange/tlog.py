"""The log for machines: what was signed, with which keys, every leaf, and the proofs between them (`/tlog/…`).

Open to anyone: each answer costs a handful of short reads whatever the log's size. What can never change (a leaf, a
proof between fixed sizes) may be kept for ever. Of a record that is not told to the world (a draft's, a single sale)
only the leaf's hash is given: enough for every proof. Leaves and proofs are asked so many times a minute, no more.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response

from community.limiting import MINUTE, is_within
from traceability.exchange.publicity import is_told
from traceability.log.checkpoints import latest_checkpoint
from traceability.log.leaves import instant
from traceability.log.models import Checkpoint, LogEntry, SigningKey
from traceability.log.notes import proof_file
from traceability.log.proving import LogBroken, StoredTree

FOR_EVER = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
TEXT = "text/plain; charset=utf-8"
PER_MINUTE = 600
METHODS = "GET, HEAD, OPTIONS"

View = Callable[..., HttpResponse]


class Refused(Exception):
    """What a question cannot be answered with; becomes problem+json."""

    def __init__(self, status: HTTPStatus, detail: str, **facts: int | str) -> None:
        super().__init__(detail)
        self.status = status
        self.facts = facts


def open_to_all(view: View) -> Callable[..., HttpResponseBase]:
    """GET, HEAD and OPTIONS from any site; every refusal is problem+json, and whoever kept the answer hears 304."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS})
        elif request.method not in {"GET", "HEAD"}:
            response = _problem(HTTPStatus.METHOD_NOT_ALLOWED, "Only reading is possible here.")
            response["Allow"] = METHODS
        else:
            response = _conditional(request, _answered(view, request, kwargs))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Expose-Headers"] = "ETag"
        return response

    return answer


def _answered(view: View, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, **kwargs)
    except Refused as refusal:
        return _problem(refusal.status, str(refusal), refusal.facts)
    except LogBroken as fault:
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"The stored log is not whole: {fault}")


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    return get_conditional_response(request, etag=response.headers.get("ETag"), response=response) or response


def _problem(status: HTTPStatus, detail: str, facts: Mapping[str, int | str] | None = None) -> HttpResponse:
    said = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **(facts or {})}
    headers = {"Cache-Control": "no-store"}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(MINUTE)
    return JsonResponse(said, status=status, content_type="application/problem+json", headers=headers)


def _not_too_often(request: HttpRequest) -> None:
    if not is_within(request, action="tlog", most=PER_MINUTE, seconds=MINUTE):
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, f"At most {PER_MINUTE} leaves and proofs a minute.")


def _text(body: str, *, kept: str, media_type: str = TEXT) -> HttpResponse:
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    return HttpResponse(body, content_type=media_type, headers={"Cache-Control": kept, "ETag": etag})


@open_to_all
def checkpoint(request: HttpRequest, size: str | None = None) -> HttpResponse:
    """The newest signed note; or, for ever, the one of a given size."""
    if size is None:
        return _text(_latest().note, kept=A_MINUTE)
    found = Checkpoint.objects.filter(size=_number(size, HTTPStatus.NOT_FOUND)).first()
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, f"No checkpoint was signed at {size} entries.")
    return _text(found.note, kept=FOR_EVER)


@open_to_all
def vkey(request: HttpRequest) -> HttpResponse:
    """Every key that ever signed, one a line, each after a line with its period."""
    return _text(told_vkeys(), kept=A_MINUTE)


def told_vkeys(*, until: datetime | None = None) -> str:
    """Oldest first. ``until``: only those that signed by then, the last of which signed the checkpoint of that time."""
    lines = []
    keys = SigningKey.objects.all() if until is None else SigningKey.objects.filter(active_from__lte=until)
    for key in keys:
        until = instant(key.retired_at) if key.retired_at else "now"
        lines += [f"# signs from {instant(key.active_from)} until {until}", key.vkey]
    return "".join(f"{line}\n" for line in lines)


@open_to_all
def entry(request: HttpRequest, seq: str) -> HttpResponse:
    """The leaf, byte by byte as it was hashed; of a record that stays inside only its hash, base64, in a 403."""
    _not_too_often(request)
    found = LogEntry.objects.filter(seq=_number(seq, HTTPStatus.NOT_FOUND)).first()
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, f"There is no entry {seq}.")
    if not is_told(found):
        digest = base64.b64encode(bytes(found.leaf_hash)).decode()
        words = "This record is not public: a draft's, or a single sale. Its leaf's hash is enough for its proof."
        raise Refused(HTTPStatus.FORBIDDEN, words, seq=found.seq, leaf_hash=digest)
    return _text(found.leaf, kept=FOR_EVER, media_type="application/json")


@open_to_all
def proof(request: HttpRequest, seq: str) -> HttpResponse:
    """Inclusion in the first checkpoint that covers the entry: a proof that never changes."""
    _not_too_often(request)
    index = _number(seq, HTTPStatus.NOT_FOUND)
    if not LogEntry.objects.filter(seq=index).exists():
        raise Refused(HTTPStatus.NOT_FOUND, f"There is no entry {seq}.")
    covering = Checkpoint.objects.filter(size__gt=index).order_by("size").first()
    if covering is None:
        raise Refused(HTTPStatus.NOT_FOUND, f"Entry {seq} is not yet in a checkpoint. Ask again in some minutes.")
    hashes = StoredTree().inclusion(index, covering.size)
    return _text(proof_file(index, hashes, covering.note), kept=FOR_EVER)


@open_to_all
def consistency(request: HttpRequest) -> HttpResponse:
    """``?from=`` a checkpoint's size ``&to=`` a later one's (the newest when left out)."""
    latest = _latest().size
    first = _asked(request, "from")
    second = _asked(request, "to") if "to" in request.GET else latest
    if second > latest:
        raise Refused(HTTPStatus.NOT_FOUND, f"The newest checkpoint has {latest} entries.")
    if not 0 < first <= second:
        raise Refused(HTTPStatus.BAD_REQUEST, "Both are sizes above zero, the first not above the second.")
    hashes = StoredTree().consistency(first, second)
    said = {"from": first, "to": second, "proof": [base64.b64encode(each).decode() for each in hashes]}
    response = JsonResponse(said, headers={"Cache-Control": FOR_EVER if "to" in request.GET else A_MINUTE})
    response["ETag"] = f'"{first}-{second}"'
    return response


def _latest() -> Checkpoint:
    latest = latest_checkpoint()
    if latest is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Nothing was signed yet.")
    return latest


def _asked(request: HttpRequest, name: str) -> int:
    values = request.GET.getlist(name)
    if len(values) != 1:
        raise Refused(HTTPStatus.BAD_REQUEST, f"Give “{name}” once.")
    return _number(values[0], HTTPStatus.BAD_REQUEST)


def _number(text: str, otherwise: HTTPStatus) -> int:
    if not NUMBER.fullmatch(text):
        raise Refused(otherwise, "A whole number from 0 on is wanted.")
    return int(text)
