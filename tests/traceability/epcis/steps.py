"""A small history of one lot of pomelo jam, as facts: the material of the EPCIS tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from traceability.epcis.facts import LotAmount, LotBirth, Parameter, Reference, SensorWindow, StepFacts
from traceability.epcis.stages import Stage

BASE = "https://id.example.vn"
HANOI = timezone(timedelta(hours=7))
RAW = f"{BASE}/01/09521234001508/10/RAW-261105A"
JAM = f"{BASE}/01/09521234001560/10/L261121-A"
BOX = f"{BASE}/00/095212340000000013"
LOOSE = f"{BASE}/t/7K3F2Q9XAB"
FIELD = f"{BASE}/414/9521234000013"
HOUSE = f"{BASE}/414/9521234000020"
PARTY = f"{BASE}/417/9521234000006"
DRYER = SensorWindow(
    f"{BASE}/device/dryer-1",
    "Temperature",
    "CEL",
    datetime(2026, 11, 20, 8, tzinfo=HANOI),
    datetime(2026, 11, 20, 15, 30, tzinfo=HANOI),
    lowest=Decimal("58.2"),
    highest=Decimal("63.9"),
    mean=Decimal(61),
)
PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def facts(stage: Stage, day: int, **more: object) -> StepFacts:
    at = datetime(2026, 11, day, 8, 30, tzinfo=HANOI)
    values: dict[str, object] = {
        "stage": stage,
        "stage_code": stage.name.lower(),
        "stage_name": "Công đoạn thử",
        "at": at,
        "recorded_at": at + timedelta(hours=1),
        "place": HOUSE,
        "party": PARTY,
        "lots": (LotAmount(JAM, 250_000, "g"),),
    }
    return StepFacts(**{**values, **more})  # type: ignore[arg-type]


def history() -> list[StepFacts]:
    """One step for every stage of the profile."""
    raw = LotAmount(RAW, 300_000, "g")
    jam = LotAmount(JAM, 1200, "piece")
    return [
        facts(
            Stage.OBSERVE, 1, place=FIELD, lots=(LotAmount(RAW),), note="Bón phân hữu cơ",
            parameters=(
                Parameter("seed_rate", "Lượng giống", Decimal("82.5"), "kg/ha"),
                Parameter("phi_days", "Cách ly thuốc trước thu hoạch", Decimal(14), "ngày"),
                Parameter("residue", "Dư lượng thuốc", "đạt"),
            ),
            evidence=(PHOTO,),
        ),
        facts(
            Stage.HARVEST, 5, place=FIELD, location=FIELD, lots=(raw,),
            birth=LotBirth("RAW-261105A", harvested_from_on=date(2026, 11, 4), harvested_to_on=date(2026, 11, 5),
                           growing_area_code="VN-DNOR-0123"),
        ),
        facts(Stage.HARVEST_AGAIN, 6, place=FIELD, lots=(LotAmount(RAW, 150_500, "g"),), birth=LotBirth("RAW-261105A")),
        facts(Stage.RECEIVE, 7, lots=(raw,), sources=(Reference("possessing_party", PARTY),)),
        facts(
            Stage.INSPECT, 12, lots=(raw,), verdict="conformant", who_says="third_party",
            documents=(Reference("testres", f"{BASE}/doc/test/2026-0117"),),
            certificates=(f"{BASE}/cert/vietgap-2026-77",),
        ),
        facts(Stage.SAMPLE, 12, lots=(LotAmount(RAW, 500, "g"),)),
        facts(
            Stage.TRANSFORM, 20, lots=(), inputs=(raw,), outputs=(jam,), transformation=f"{BASE}/transformation/9f0c",
            birth=LotBirth("L261121-A", best_before_on=date(2027, 5, 20), produced_on=date(2026, 11, 20)),
            sensors=(DRYER,),
        ),
        facts(Stage.PACK, 21, lots=(jam,)),
        facts(Stage.PUT_IN, 21, lots=(LotAmount(JAM, 24, "piece"),), container=BOX),
        facts(Stage.TAKE_OUT, 22, lots=(LotAmount(JAM, 24, "piece"),), container=BOX),
        facts(Stage.STORE, 21, lots=(jam,)),
        facts(
            Stage.SHIP, 22, lots=(LotAmount(JAM, 400, "piece"),), sources=(Reference("possessing_party", PARTY),),
            destinations=(Reference("location", FIELD),), documents=(Reference("desadv", f"{BASE}/doc/ship/551"),),
        ),
        facts(
            Stage.SELL, 23, lots=(LotAmount(JAM, 3, "piece"),), documents=(Reference("inv", f"{BASE}/doc/order/A1"),),
        ),
        facts(Stage.RETURN, 24, lots=(LotAmount(JAM, 1, "piece"),)),
        facts(Stage.HOLD, 25, lots=(jam,)),
        facts(Stage.RELEASE, 26, lots=(jam,)),
        facts(Stage.RECALL, 27, lots=(jam,)),
        facts(Stage.DESTROY, 28, lots=(jam,)),
        facts(Stage.SENSE, 28, lots=(LotAmount(LOOSE, 1_500, "ml"),), who_says="device"),
    ]  # fmt: skip
