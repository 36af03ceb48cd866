"""``GET /api/lots/{code}/genealogy?direction=back|forward&depth=``: the graph of a public lot as JSON.

::

    {"id": uri, "direction": "back", "depth": null, "truncated": false, "notPublic": 0,
     "lots":  [{"id": uri | absent, "lot": "L261105-A", "name", "kind", "cooperative", "plot"?, "depth",
                "made": {"value": 60, "unit": "KGM"}, "share": "9/25", "sharePercent": 36.0, "origin": true}],
     "links": [{"from": "L261105-A", "to": …, "used": {"value", "unit"}, "step", "day"}]}

``from`` and ``to`` are places in ``lots``. Shares are exact fractions of the lot asked about, absent going forward and
where they cannot be said. Lots that are not public are counted in ``notPublic``. At most 5,000 lots and 20,000 links;
``truncated`` says when that (or ``depth``) cut something off. Errors are problem+json (RFC 9457).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from community.limiting import MINUTE, may_read_more
from traceability.batches.models import Batch
from traceability.epcis.documents import trade_quantity
from traceability.genealogy.journey import Journey, Stop, journey_of
from traceability.genealogy.tracing import MOST_LOTS, Direction
from traceability.gs1.public_codes import is_public_code, normalise_public_code

DEEPEST = 1_000


@require_safe
def genealogy(request: HttpRequest, code: str) -> HttpResponse:
    """Six queries, however large the graph."""
    tidy = normalise_public_code(code)
    lot = _public(tidy) if is_public_code(tidy) else None
    if lot is None:
        return _problem("No public lot has this code", HTTPStatus.NOT_FOUND)
    if not may_read_more(request):
        return _problem("Too many graphs were asked for from here", HTTPStatus.TOO_MANY_REQUESTS)
    try:
        direction = Direction(request.GET.get("direction", Direction.BACK))
    except ValueError:
        return _problem("direction is back or forward", HTTPStatus.BAD_REQUEST, parameter="direction")
    depth = request.GET.get("depth", "")
    if depth and not (depth.isascii() and depth.isdigit() and len(depth) < 5 and 0 < int(depth) <= DEEPEST):
        return _problem(f"depth is a whole number from 1 to {DEEPEST}", HTTPStatus.BAD_REQUEST, parameter="depth")
    with translation.override("vi"):
        journey = journey_of(lot, limit=MOST_LOTS, depth=int(depth) if depth else None, directions=[direction])
        told = _told(journey, direction) | {"depth": int(depth) if depth else None}
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "public, max-age=60"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _public(code: str) -> int | None:
    return Batch.objects.published().filter(public_code=code).order_by().values_list("pk", flat=True).first()


def _told(journey: Journey, direction: Direction) -> dict[str, Any]:
    lot, side = journey.root.lot, journey.back if direction is Direction.BACK else journey.forward
    places = {lot.id: 0} | {stop.id: place for place, stop in enumerate(side.stops, start=1)}
    root = {"id": lot.uri, "lot": lot.lot_code, "depth": 0}
    return {
        "id": lot.uri,
        "direction": str(direction),
        "truncated": side.truncated,
        "notPublic": side.hidden,
        "lots": [root, *(_lot(stop) for stop in side.stops)],
        "links": [
            {
                "from": places[way.parent],
                "to": places[way.child],
                "used": _amount(way.base, way.unit),
                "step": way.step,
                "day": way.day.isoformat() if way.day else None,
            }
            for way in side.ways
        ],
    }


def _lot(stop: Stop) -> dict[str, Any]:
    lot = stop.lot
    told = {
        "lot": lot.lot_code,
        "name": lot.name,
        "kind": lot.kind,
        "cooperative": lot.cooperative,
        "depth": stop.depth,
    }
    if lot.is_public:
        told["id"] = lot.uri
    if lot.plot:
        told["plot"] = lot.plot
    if stop.made_base:
        told["made"] = _amount(stop.made_base, lot.base_unit)
    if stop.share is not None:
        told |= {"share": str(stop.share), "sharePercent": round(float(stop.share * 100), 3)}
    if stop.origin_share:
        told["origin"] = True
    return told


def _amount(base: int, unit: str) -> dict[str, Any]:
    value, uom = trade_quantity(base, unit)
    return {"value": value, "unit": uom or "H87"}


def _problem(title: str, status: HTTPStatus, **facts: str) -> JsonResponse:
    said = {"type": "about:blank", "title": title, "status": int(status)} | facts
    answer = JsonResponse(said, status=status, content_type="application/problem+json")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = str(MINUTE)
    return answer
