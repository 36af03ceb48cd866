"""``/t/{code}/ho-so.zip``: everything a stranger needs to check a batch without asking us again.

Making one costs more than any page: it is made for GET only, not for who has the newest, and so many times a minute.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from community import clock
from community.limiting import MINUTE, is_within
from traceability.batches.models import Batch
from traceability.exchange.dossier import dossier_of, file_name, write_zip
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.log.checkpoints import latest_checkpoint
from traceability.log.models import Checkpoint, LogHead

PER_MINUTE = 20


@require_safe
def batch_dossier(request: HttpRequest, code: str) -> HttpResponseBase:
    """404 for a lot without a public page; 503 in the minutes before anything at all was signed; 429 too often."""
    tidy = normalise_public_code(code)
    batch = Batch.objects.published().filter(public_code=tidy).first() if is_public_code(tidy) else None
    if batch is None:
        raise Http404
    signed = latest_checkpoint()
    if signed is None:
        return _later(HTTPStatus.SERVICE_UNAVAILABLE, "Chưa có điểm chốt nào. / Nothing was signed yet.", seconds=600)
    etag = _etag(batch, signed)
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(batch)}"',
        "Cache-Control": "public, max-age=60",
        "Access-Control-Allow-Origin": "*",
        "ETag": etag,
    }
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        unchanged["ETag"] = etag
        return unchanged
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip", headers=headers)
    if not is_within(request, action="dossier", most=PER_MINUTE, seconds=MINUTE):
        return _later(HTTPStatus.TOO_MANY_REQUESTS, "Xin thử lại sau một phút. / Again in a minute.", seconds=MINUTE)
    return StreamingHttpResponse(write_zip(dossier_of(batch, signed)), content_type="application/zip", headers=headers)


def _etag(batch: Batch, signed: Checkpoint) -> str:
    """Weak, for the file tells when it was made. Any new entry of the log makes a new one: cheap, and never too old."""
    size = LogHead.objects.values_list("size", flat=True).first()
    said = f"{batch.public_code} {batch.page_version} {size} {signed.size} {clock.today()}"
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _later(status: HTTPStatus, words: str, *, seconds: int) -> HttpResponse:
    return HttpResponse(
        f"{words}\n", status=status, content_type="text/plain; charset=utf-8", headers={"Retry-After": str(seconds)}
    )
