"""The rates of one parcel on one day, as they are frozen onto it when it is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.cooperatives.models import Cooperative
from marketplace.pricing.money import bps_half_up
from marketplace.pricing.settlement import WITHHELD_SELLER_TYPES
from marketplace.rates.models import CommissionRule, TaxRule


class TaxMode(models.TextChoices):
    """What the operator does about tax a platform has to withhold."""

    OFF = "off"
    WARN = "warn"  # reckon and show it, deduct nothing
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class FrozenRates:
    """Basis points and the đồng that follow from them. ``vat_dong`` and ``pit_dong`` are reckoned in every mode but

    OFF; they are deducted only when ``tax_mode`` is WITHHOLD.
    """

    commission_bps: int
    commission_dong: int
    vat_bps: int
    pit_bps: int
    vat_dong: int
    pit_dong: int
    tax_on_shipping: bool
    tax_mode: str


def rates_for(*, cooperative: Cooperative, goods_dong: int, shipping_dong: int, day: date) -> FrozenRates:
    """Two queries. A rule of the cooperative's own outweighs everybody's; unconfirmed tax figures only warn."""
    commission_bps = _commission_bps(cooperative, day)
    mode = TaxMode(settings.TAX_MODE)
    rule = _tax_rule(cooperative, day) if mode != TaxMode.OFF else None
    if rule is not None and rule.confirmed_by_id is None and mode == TaxMode.WITHHOLD:
        mode = TaxMode.WARN
    taxed_dong = goods_dong + (shipping_dong if rule and rule.on_shipping else 0)
    return FrozenRates(
        commission_bps=commission_bps,
        commission_dong=bps_half_up(goods_dong, commission_bps),
        vat_bps=rule.vat_bps if rule else 0,
        pit_bps=rule.pit_bps if rule else 0,
        vat_dong=bps_half_up(taxed_dong, rule.vat_bps) if rule else 0,
        pit_dong=bps_half_up(taxed_dong, rule.pit_bps) if rule else 0,
        tax_on_shipping=bool(rule and rule.on_shipping),
        tax_mode=mode if rule else TaxMode.OFF,
    )


def _commission_bps(cooperative: Cooperative, day: date) -> int:
    rules = CommissionRule.objects.filter(Q(cooperative=cooperative) | Q(cooperative=None), valid_from__lte=day)
    rule = rules.order_by(F("cooperative").asc(nulls_last=True), "-valid_from").first()
    return rule.bps if rule else settings.COMMISSION_BPS


def _tax_rule(cooperative: Cooperative, day: date) -> TaxRule | None:
    """None for companies and cooperatives: they declare their own tax, whatever rows there are."""
    if cooperative.legal_form not in WITHHELD_SELLER_TYPES:
        return None
    rules = TaxRule.objects.filter(legal_form=cooperative.legal_form, valid_from__lte=day)
    return rules.order_by("-valid_from").first()
