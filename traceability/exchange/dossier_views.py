"""``/t/{code}/ho-so.zip``: everything a stranger needs to check a batch without asking us again."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from traceability.batches.models import Batch
from traceability.exchange.dossier import dossier_of, write_zip
from traceability.gs1.public_codes import is_public_code, normalise_public_code


@require_safe
def batch_dossier(request: HttpRequest, code: str) -> HttpResponseBase:
    """404 for a lot without a public page; 503 in the minutes before anything at all was signed."""
    tidy = normalise_public_code(code)
    batch = Batch.objects.published().filter(public_code=tidy).first() if is_public_code(tidy) else None
    if batch is None:
        raise Http404
    dossier = dossier_of(batch)
    if dossier is None:
        return HttpResponse(
            "Chưa có điểm chốt nào. / Nothing was signed yet.\n",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": "600"},
        )
    headers = {
        "Content-Disposition": f'attachment; filename="ho-so-{batch.public_code}.zip"',
        "Cache-Control": "public, max-age=60",
        "Access-Control-Allow-Origin": "*",
    }
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip", headers=headers)
    return StreamingHttpResponse(write_zip(dossier), content_type="application/zip", headers=headers)
