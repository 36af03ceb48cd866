"""The product passport for machines: the same facts as the page, under stable keys.

``GET /api/dpp/01/{gtin}/10/{lot}`` and ``/api/dpp/t/{code}`` answer ``application/ld+json``. The shape is written down
in ``data/dpp.schema.json`` (served as ``/api/dpp/schema.json``). ``decree37`` has the eight items of Decree
37/2026/NĐ-CP Art. 32, ``circular02`` the ten of Circular 02/2024/TT-BKHCN; an item that does not apply is
null, never left out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from community.consents.showing import shown_phone
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.documents import time_text, trade_quantity
from traceability.events.writing import in_vietnam
from traceability.passport.facts import Paper, Passport, Verdict
from traceability.passport.telling import Shot, ToldStep

GS1 = "https://ref.gs1.org/voc/"
RECALL = {Verdict.RECALLED: "recalled", Verdict.ON_HOLD: "on_hold"}


def record_of(passport: Passport) -> dict[str, Any]:
    """The whole TraceRecord, JSON-ready. No query: everything is in ``passport`` already."""
    told = {
        "@context": [GS1, {"ocop": f"{_base()}/voc/", "@vocab": f"{_base()}/voc/"}],
        "@type": "TraceRecord",
        "id": passport.uri,
        "status": passport.batch.status,
        "product": _product(passport),
        "producer": _producer(passport.batch),
        "lot": _lot(passport),
        "origin": _origin(passport),
        "stages": [_stage(place, step, passport) for place, step in enumerate(passport.records, start=1)],
        "missingStages": [step.story.name for step in passport.steps if step.story.is_missing],
        "parents": _parents(passport),
        "certificates": [_certificate(paper) for paper in passport.papers],
        "warnings": _warnings(passport.batch),
        "recall": {"status": RECALL.get(passport.verdict, "none")},
        "verification": _verification(passport),
    }
    return told | {"decree37": _decree37(told), "circular02": _circular02(told)}


def _base() -> str:
    return str(settings.ID_BASE_URL).rstrip("/")


def _product(passport: Passport) -> dict[str, Any]:
    product, pack = passport.batch.product, passport.batch.pack
    return {
        "name": product.name,
        "nameEn": product.name_en or None,
        "nameKm": product.name_km or None,
        "gtin": pack.gtin if pack else None,
        "brand": product.brand or None,
        "image": _address(passport.picture) if passport.picture else None,
        "netContent": pack.name if pack else None,
        "standards": list(product.standards),
        "ingredients": product.ingredients or None,
        "allergens": list(product.allergens),
        "storage": product.storage or None,
        "shelfLifeDays": product.shelf_life_days,
    }


def _address(shot: Shot) -> str:
    return shot.full if "://" in shot.full else str(settings.SITE_URL).rstrip("/") + shot.full


def _producer(batch: Batch) -> dict[str, Any]:
    maker = batch.cooperative
    parts = [maker.address_line, maker.commune.full_name]
    return {
        "name": maker.name,
        "address": ", ".join(part for part in parts if part),
        "code": maker.code,
        "id": f"{_base()}/p/{maker.code}",
        "gln": maker.gln,
        "taxCode": maker.tax_code or None,
        "phone": shown_phone(maker) or None,
    }


def _lot(passport: Passport) -> dict[str, Any]:
    batch = passport.batch
    return {
        "code": batch.lot_code,
        "publicCode": batch.public_code,
        "harvestFrom": _day(batch.harvested_from_on),
        "harvestTo": _day(batch.harvested_to_on),
        "production": _day(batch.produced_on),
        "packing": _day(batch.packed_on),
        "expiry": _day(batch.best_before_on),
        "quantity": {"value": str(passport.packs_made), "uom": "H87"} if passport.packs_made else None,
        "netQuantity": _amount(passport.packed_base, batch.base_unit) if passport.packed_base else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _amount(base: int, unit: str) -> dict[str, str]:
    number, uom = trade_quantity(base, unit)
    return {"value": str(number), "uom": uom or "H87"}


def _origin(passport: Passport) -> list[dict[str, Any]]:
    """The plots of the lots it began with, or where its maker is; never a position on the ground."""
    lots = [passport.batch, *passport.lots.values()]
    plots = {lot.plot.pk: lot.plot for lot in lots if lot.plot is not None}
    if not plots:
        return [{"name": passport.batch.cooperative.commune.full_name, "country": "VN"}]
    return [
        {
            "name": plot.name,
            "code": plot.code,
            "gln": plot.gln,
            "growingAreaCode": plot.growing_area_code or None,
            "commune": plot.commune.full_name,
            "country": "VN",
        }
        for plot in plots.values()
    ]


def _stage(place: int, step: ToldStep, passport: Passport) -> dict[str, Any]:
    story, event = step.story, step.story.event
    assert event is not None, "a record is told of"
    gone, lot = story.withdrawal, step.lot or passport.batch
    seq = passport.proof.entries.get(event.pk)
    return {
        "seq": place,
        "name": story.name,
        "time": time_text(in_vietnam(event.event_time)),
        "productCode": batch_uri(lot) if lot.status != Batch.Status.DRAFT else lot.lot_code,
        "placeCode": step.place.uri if step.place else None,
        "placeName": step.place.name if step.place else None,
        "whoSays": str(story.who_says),
        "recordedAt": time_text(in_vietnam(event.recorded_at)),
        "receivedAt": time_text(in_vietnam(event.received_at)),
        "daysLate": story.days_late,
        "quantity": _amount(story.quantity_base, lot.base_unit) if story.quantity_base else None,
        "measures": [{"label": one.label, "value": one.value, "unit": one.unit or None} for one in story.measures],
        "evidence": [f"ni:///sha-256;{digest}" for digest in story.evidence],
        "note": story.note or None,
        "eventID": event.event_id,
        "sha256": event.body_sha256,
        "log": {"seq": seq, "proof": f"/tlog/proof/{seq}.tlog-proof"} if seq is not None else None,
        "corrected": gone is not None,
        "correction": {"reason": gone.reason, "note": gone.note, "by": gone.by_role, "on": _day(gone.on)}
        if gone
        else None,
    }


def _parents(passport: Passport) -> list[str]:
    """Public lots by their identity, others by their lot code alone."""
    return [batch_uri(lot) if lot.status != Batch.Status.DRAFT else lot.lot_code for lot in passport.lots.values()]


def _certificate(paper: Paper) -> dict[str, Any]:
    certificate = paper.certificate
    return {
        "scheme": certificate.scheme,
        "stars": certificate.stars,
        "number": certificate.number,
        "issuer": certificate.issuer,
        "issuedOn": _day(certificate.issued_on),
        "expiresOn": _day(certificate.expires_on),
        "validOn": paper.is_valid_today,
        "coversLot": paper.covers_batch,
        "notForLot": paper.withheld or None,
    }


def _warnings(batch: Batch) -> list[str]:
    product = batch.product
    said = [product.warnings] if product.warnings else []
    return said + [f"allergen:{code}" for code in product.allergens]


def _verification(passport: Passport) -> dict[str, Any]:
    proof = passport.proof
    return {
        "state": str(proof.state),
        "checkpointSize": proof.signed_size or None,
        "checkpointTime": time_text(in_vietnam(proof.signed_at)) if proof.signed_at else None,
    }


def _decree37(told: dict[str, Any]) -> dict[str, Any]:
    """Art. 32: the eight items, in its order."""
    product, maker, lot = told["product"], told["producer"], told["lot"]
    return {
        "1_productNameAndGtin": {"name": product["name"], "gtin": product["gtin"]},
        "2_producer": {key: maker[key] for key in ("name", "address", "code", "gln", "taxCode")},
        "3_origin": told["origin"],
        "4_traceability": {"id": told["id"], "stages": len(told["stages"])},
        "5_certificates": [paper for paper in told["certificates"] if paper["notForLot"] is None],
        "6_productionAndExpiry": {"production": lot["packing"] or lot["production"], "expiry": lot["expiry"]},
        "7_warnings": told["warnings"],
        "8_other": {"recall": told["recall"], "standards": product["standards"], "storage": product["storage"]},
    }


def _circular02(told: dict[str, Any]) -> dict[str, Any]:
    """The ten items of the minimum of traceability data, in its order."""
    product, maker, lot = told["product"], told["producer"], told["lot"]
    stages = [{key: one[key] for key in ("name", "productCode", "placeCode", "time")} for one in told["stages"]]
    return {
        "1_productName": product["name"],
        "2_productImage": product["image"],
        "3_producerName": maker["name"],
        "4_address": maker["address"],
        "5_stages": stages,
        "6_productionTime": lot["packing"] or lot["production"],
        "7_traceabilityCode": told["id"],
        "8_brandModelSerial": {"brand": product["brand"], "model": product["netContent"], "serial": None},
        "9_shelfLife": {"expiry": lot["expiry"], "days": product["shelfLifeDays"]},
        "10_standards": product["standards"],
    }
