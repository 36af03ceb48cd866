"""What the rules of delivery refused, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.errors import DomainError

SENTENCES = {
    "place_taken": gettext_lazy("%(place)s is in your zone “%(zone)s” already. Take it out there first."),
    "everywhere_taken": gettext_lazy("Your zone “%(zone)s” is for the rest of the country already."),
    "too_many": gettext_lazy("At most %(most)s of them."),
    "bad_figures": gettext_lazy("A figure is too small or too large. Check the weights, fees and days."),
    "days_backwards": gettext_lazy("“Days at most” is fewer than “days at least”."),
    "cold_fee_without_cold": gettext_lazy("The fee for cold goods needs the tick that cold goods can go there."),
    "not_the_first": gettext_lazy("Your booth has fees already. Change them below."),
    "name_taken": gettext_lazy("There is a place called “%(name)s” already."),
    "no_weekday": gettext_lazy("Choose at least one day."),
    "gone": gettext_lazy("Somebody has taken this away meanwhile."),
}


def shipping_sentence(fault: DomainError) -> str:
    pattern = SENTENCES.get(fault.code)
    return str(pattern) % fault.facts if pattern else _("This could not be saved. Please try again.")
