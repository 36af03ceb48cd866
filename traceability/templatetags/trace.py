"""Small words of the trace pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from traceability.gs1.check_digits import shown_gtin as for_people
from traceability.products.allergens import ALLERGENS

register = template.Library()


@register.filter
def stars(number: int) -> str:
    """4 → "★★★★"."""
    return "★" * int(number)


@register.filter
def allergen(code: str) -> str:
    """The word for an allergen's code; the code itself when we have no word."""
    return str(ALLERGENS[code]) if code in ALLERGENS else gettext(code)


ROLES = {
    "owner": _("head of the cooperative"),
    "manager": _("manager"),
    "recorder": _("recorder"),
    "system": _("system"),
}


@register.filter
def member_role(code: str) -> str:
    """Who said so, by role; never the person. The code itself when we have no word."""
    return str(ROLES[code]) if code in ROLES else code


@register.filter
def shown_gtin(gtin: str) -> str:
    """As people read it under a barcode: 13 digits when the first of 14 is only filling."""
    return for_people(gtin)
