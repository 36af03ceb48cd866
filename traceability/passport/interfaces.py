"""What machines ask beside the page: may this lot be used, what are the goods, what can this resolver do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from community import clock
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.raw_paths import raw_path
from traceability.passport.answering import document, open_to_all
from traceability.passport.drawing import LANGUAGES
from traceability.passport.facts import Verdict, verdict_of
from traceability.passport.finding import batch_by_code, batch_by_lot, pack_by_gtin, read_link
from traceability.products.models import BaseUnit, Pack
from traceability.resolver.description import description
from traceability.resolver.links import JSON, JSON_LD
from traceability.resolver.relations import NAMESPACE
from traceability.resolver.targets import identity

NOTICES = {
    Verdict.RECALLED: gettext_lazy("RECALLED. Do not use it."),
    Verdict.ON_HOLD: gettext_lazy("On hold while it is being checked"),
}
UNITS = {BaseUnit.GRAM: "GRM", BaseUnit.MILLILITRE: "MLT", BaseUnit.PIECE: "H87"}
"""UN/ECE Recommendation 20."""


@require_safe
def gs1resolver(request: HttpRequest) -> HttpResponseBase:
    """``/.well-known/gs1resolver``."""
    told = description(root=str(settings.ID_BASE_URL).rstrip("/"), name=settings.WAGTAIL_SITE_NAME)
    return open_to_all(document(told, media_type=JSON))


@require_safe
def recall_status(request: HttpRequest) -> HttpResponseBase:
    """``/api/recall/01/{gtin}/10/{lot}`` or ``…/t/{code}``: ``{status, since, reason, notice, affected}``.

    ``status`` is none, on_hold or recalled; ``affected`` are the identities it holds for. Asked afresh every time.
    """
    path = raw_path(request.META, request.get_full_path()).removeprefix("/api/recall")
    try:
        batch = _batch_of(path)
    except BadDigitalLink:
        return _refused(HTTPStatus.BAD_REQUEST, "Not a GS1 Digital Link of a lot")
    if batch is None:
        return _refused(HTTPStatus.NOT_FOUND, "This lot is not registered here")
    verdict = verdict_of(batch, clock.today())
    stopped = verdict in NOTICES
    told: dict[str, Any] = {
        "status": verdict.value if stopped else "none",
        "since": None,
        "reason": None,
        "notice": {language: _said(verdict, language) for language in LANGUAGES} if stopped else None,
        "affected": [batch_uri(batch)] if stopped else [],
    }
    answer = open_to_all(document(told, media_type=JSON))
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def master_data(request: HttpRequest) -> HttpResponseBase:
    """``/api/master/01/{gtin}``: the goods in GS1's Web Vocabulary."""
    path = raw_path(request.META, request.get_full_path()).removeprefix("/api/master")
    try:
        pack = pack_by_gtin(read_link(path).gtin)
    except BadDigitalLink:
        return _refused(HTTPStatus.BAD_REQUEST, "Not a GS1 Digital Link")
    if pack is None:
        return _refused(HTTPStatus.NOT_FOUND, "These goods are not registered here")
    return open_to_all(document(_goods(pack), media_type=JSON_LD))


def _batch_of(path: str) -> Batch | None:
    if path.startswith("/t/"):
        return batch_by_code(path.removeprefix("/t/").removesuffix("/"))
    keys = read_link(path)
    if keys.lot is None:
        raise BadDigitalLink("no_lot")
    return batch_by_lot(gtin=keys.gtin, lot=keys.lot)


def _said(verdict: Verdict, language: str) -> str:
    with override(language):
        return str(NOTICES[verdict])


def _goods(pack: Pack) -> dict[str, Any]:
    product, maker = pack.product, pack.product.cooperative
    told = {
        "@context": {"gs1": NAMESPACE},
        "@id": identity(f"/01/{pack.gtin}"),
        "@type": "gs1:Product",
        "gs1:gtin": pack.gtin,
        "gs1:productName": _in_languages(product.name, product.name_en, product.name_km),
        "gs1:netContent": {
            "@type": "gs1:QuantitativeValue",
            "gs1:value": pack.net_quantity_base,
            "gs1:unitCode": UNITS[BaseUnit(pack.base_unit)],
        },
        "gs1:countryOfOrigin": {"@type": "gs1:Country", "gs1:countryCode": "VN"},
        "gs1:manufacturer": {"@type": "gs1:Organization", "gs1:organizationName": _in_languages(maker.name, "")},
    }
    return told | ({"gs1:brand": {"@type": "gs1:Brand", "gs1:brandName": product.brand}} if product.brand else {})


def _in_languages(vietnamese: str, english: str, khmer: str = "") -> list[dict[str, str]]:
    told = {"vi": vietnamese, "en": english, "km": khmer}
    return [{"@value": words, "@language": language} for language, words in told.items() if words]


def _refused(status: int, title: str) -> HttpResponse:
    problem = {"type": "about:blank", "title": title, "status": int(status)}
    answer = document(problem, status=status, media_type="application/problem+json")
    answer["Cache-Control"] = "no-cache"
    open_to_all(answer)
    return answer
