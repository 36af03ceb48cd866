"""What people are allergic to, by code: what the law wants on a label of food."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALLERGENS: dict[str, Promise] = {
    "gluten": _("gluten"),
    "egg": _("egg"),
    "soy": _("soy"),
    "fish": _("fish"),
    "crustacean": _("crustaceans"),
    "sulphite": _("sulphites"),
    "sesame": _("sesame"),
    "peanut": _("peanuts"),
    "milk": _("milk"),
}
