"""``/api/lots/{code}/epcis``, ``…/kde.csv``, ``…/kde.xlsx``: what was recorded of a public lot, as files.

Any site may read them; the ETag is of the content, so a copy that is still right is answered 304.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from community.limiting import MINUTE, may_read_more
from traceability.batches.models import Batch
from traceability.exchange.kde import CsvExport, XlsxExport
from traceability.exchange.lot_documents import EpcisExport
from traceability.exchange.lot_story import Export, LotStory, story_of, text_of
from traceability.genealogy.containers import stays_of_lot
from traceability.gs1.public_codes import is_public_code, normalise_public_code


@require_safe
def epcis_file(request: HttpRequest, code: str) -> HttpResponseBase:
    return _file(request, code, EpcisExport())


@require_safe
def csv_file(request: HttpRequest, code: str) -> HttpResponseBase:
    return _file(request, code, CsvExport())


@require_safe
def xlsx_file(request: HttpRequest, code: str) -> HttpResponseBase:
    return _file(request, code, XlsxExport())


def _file(request: HttpRequest, code: str, export: Export) -> HttpResponseBase:
    batch = _public(code)
    if batch is None:
        return _problem("No public lot has this code", HTTPStatus.NOT_FOUND)
    if not may_read_more(request):
        return _problem("Too many files were asked for from here", HTTPStatus.TOO_MANY_REQUESTS)
    with translation.override("vi"):
        story = story_of(batch)
        etag = f'"{_digest(story)}-{export.ending}"'
        answer = get_conditional_response(request, etag=etag)
        if answer is None:
            answer = HttpResponse(export.render(story), content_type=export.media_type)
            answer["Content-Disposition"] = (
                f'attachment; filename="{batch.lot_code}-{batch.public_code}.{export.ending}"'
            )
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=60"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _public(code: str) -> Batch | None:
    tidy = normalise_public_code(code)
    if not is_public_code(tidy):
        return None
    found = Batch.objects.published().select_related("product__line", "pack", "plot__commune", "cooperative__commune")
    found = found.annotate(was_boxed=stays_of_lot())
    return found.filter(public_code=tidy).first()


def _digest(story: LotStory) -> str:
    """Of what the story says, not of the file: a workbook carries the moment it was made."""
    said = hashlib.sha256(story.batch.public_code.encode())
    for lot in story.lots.values():
        said.update(f"{lot.lot_code} {lot.product} {lot.pack} {lot.pack and lot.pack.gtin} {lot.cooperative}".encode())
    for event in story.events:
        said.update(text_of(event).encode())
    return said.hexdigest()[:32]


def _problem(title: str, status: HTTPStatus) -> HttpResponse:
    said = {"type": "about:blank", "title": title, "status": int(status)}
    answer = JsonResponse(said, status=status, content_type="application/problem+json")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "no-cache"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = str(MINUTE)
    return answer
