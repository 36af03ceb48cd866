"""What the rules refused, in words: which field, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.text.quantities import show_number


def reader_language() -> str:
    """ "vi" or "en" """
    return (get_language() or "vi")[:2]


FORMS: dict[str, Any] = {
    "bad_lot_code": gettext_lazy(
        "A lot code has 3 to 20 signs: capital letters without accents, digits and hyphens. Like L261122-A."
    ),
    "lot_taken": gettext_lazy("This product already has a batch %(lot)s. Choose another code."),
    "in_future": gettext_lazy("This moment has not come yet. Check the day and the hour."),
    "unknown_stage": gettext_lazy("This product has no such step."),
    "packs_needed": gettext_lazy("Type how many packs: a whole number from 1 up, like 640."),
    "too_many_packs": gettext_lazy("That is more than %(most)s packs. Check the number."),
    "bad_number": gettext_lazy("This is not a number. Type digits, with a comma for decimals: 42,5."),
    "text_too_long": gettext_lazy("Too long: at most %(most)s signs."),
    "code_too_small": gettext_lazy("The code would be too small to scan on this paper. Choose larger labels."),
    "reason_needed": gettext_lazy(
        "%(printed)s labels of this batch were made for %(packs)s packs. Up to %(most)s need no reason; write why more."
    ),
    "bad_place": gettext_lazy("This sheet has %(most)s labels."),
    "too_many": gettext_lazy("At most %(most)s at a time. Print the rest afterwards."),
    "not_public": gettext_lazy("This batch is not on sale any more. No new labels are printed for it."),
    "replay_mismatch": gettext_lazy("This form was already saved, with other values. What was saved first stands."),
    "already_declared": gettext_lazy("Somebody corrected or took back “%(stage)s” before. See what stands there now."),
    "sale_is_a_return": gettext_lazy("A sale of the shop is not corrected here: it comes back as a return."),
    "several_lots": gettext_lazy("This record tells of several lots. Take it back as a whole and write it down anew."),
    "other_step": gettext_lazy("This record cannot be corrected here. Take it back and write it down anew."),
    "foreign_plot": gettext_lazy("This plot belongs to another cooperative."),
    "amount_needed": gettext_lazy("Type how much, like 60 or 42,5."),
    "not_a_claim": gettext_lazy("This kind of paper is not claimed lot by lot."),
    "not_yours": gettext_lazy("This belongs to another cooperative."),
    "nothing_claimed": gettext_lazy("Type how much, like 60 or 42,5."),
    "nothing_voided": gettext_lazy("Type how many labels: a whole number from 1 up, like 24."),
    "more_than_made": gettext_lazy("Only %(most)s labels were made and not destroyed yet."),
    "void_mismatch": gettext_lazy("This form was already saved, with other values. What was saved first stands."),
    "not_on_sale": gettext_lazy("Only a public batch of packed goods can be closed."),
    "labels_left": gettext_lazy("%(left)s labels are on no pack. Tear them up and write it down first."),
    "plot_name_needed": gettext_lazy("Give the plot a name, like “Upper field”."),
    "plot_name_taken": gettext_lazy("You already have a plot of this name."),
    "area_too_large": gettext_lazy("This is larger than 2,000 hectares. Check the number: it is in m²."),
    "substance_needed": gettext_lazy("Say what it was: the name on the package."),
    "treated_in_future": gettext_lazy("This day has not come yet."),
    "wait_needed": gettext_lazy("Type the days that stand on the package; 0 if there are none."),
    "wait_too_long": gettext_lazy("At most %(most)s days. Check the number."),
    "treatment_mismatch": gettext_lazy("This form was already saved, with other values. What was saved first stands."),
    "capacity_needed": gettext_lazy("Type a number above zero, or leave it empty."),
    "capacity_too_large": gettext_lazy("At most %(most)s kg. Check the number."),
    "times_reason_needed": gettext_lazy("Say in a few words why."),
    "unknown_step": gettext_lazy("This product has no such step."),
    "unknown_month": gettext_lazy("Choose the months again."),
    "least_over_most": gettext_lazy("“At least” is more than “at most”. Check both numbers."),
    "time_too_long": gettext_lazy("At most five years. Check the number."),
    "times_answered": gettext_lazy("This was answered meanwhile."),
    "another_person": gettext_lazy("Somebody who does not belong to this cooperative has to answer it."),
    "explanation_needed": gettext_lazy("Say in a few words why it is right."),
    "explanation_too_long": gettext_lazy("Too long: at most %(most)s signs."),
    "not_yours_to_clear": gettext_lazy(
        "This stops the sale: correct the record that is wrong, or call the market's staff."
    ),
    "already_cleared": gettext_lazy("This was answered meanwhile."),
    "negative_count": gettext_lazy("There cannot be less than nothing."),
    "nothing_to_correct": gettext_lazy("The books say the same. Nothing needs to be corrected."),
    "count_note_needed": gettext_lazy("Say in a few words why it is another amount."),
    "packs_do_not_appear": gettext_lazy(
        "Packed goods do not become more by counting. If more was packed, record the packing with its lots."
    ),
    "photo_needed": gettext_lazy("So large a difference needs a photo of the scale."),
    "month_not_over": gettext_lazy("This month is not over yet."),
    "already_signed": gettext_lazy("This month is already signed."),
    "unknown_book": gettext_lazy("Choose the month and the goods again."),
    "out_of_stock": gettext_lazy("The batch does not hold that much any more."),
}


def sentence_of(fault: DomainError) -> str:
    """The reader's language; an unknown code gives the plain "could not be saved"."""
    pattern = FORMS.get(fault.code)
    if pattern is None:
        return _("This could not be saved. Please try again.")
    shown = {
        name: show_number(fact, reader_language()) if isinstance(fact, int) else fact
        for name, fact in fault.facts.items()
    }
    return str(pattern) % shown
