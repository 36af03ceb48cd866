"""What an open check means, in the words of the people who weigh: a title, what was found, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.text.dates import show_date
from community.text.quantities import show_number, show_quantity
from traceability.balance.models import FOR_STAFF, FORGOTTEN, Check, Severity
from traceability.fieldwork.sentences import reader_language
from traceability.fieldwork.time_words import took

# By formula: title, what was found. The holes are filled by `_holes`.
WORDS: dict[str, tuple[object, object]] = {
    "running_sum >= 0": (
        gettext_lazy("More left this lot than had come in"),
        gettext_lazy("Since %(since)s the records take out up to %(over)s more than had come in by then."),
    ),
    "made of a blocked lot": (
        gettext_lazy("Made of lot %(lot)s, which does not add up"),
        gettext_lazy("Put that lot right first. This one is then free by itself."),
    ),
    "records = log": (
        gettext_lazy("Records are not as the log has them"),
        gettext_lazy("Somebody changed stored records outside the site. Ask the people who run it to look."),
    ),
    "out + loss <= in": (
        gettext_lazy("The parts weigh more than the whole"),
        gettext_lazy("%(observed)s came out of %(limit)s."),
    ),
    "out + loss >= in": (
        gettext_lazy("Something is missing"),
        gettext_lazy("%(limit)s went in, but only %(observed)s came out or were told as loss."),
    ),
    "loss <= 2 % of in": (
        gettext_lazy("Much was lost"),
        gettext_lazy("%(observed)s were lost; up to %(limit)s is usual when goods are only divided or put together."),
    ),
    "yield <= hard": (
        gettext_lazy("More came out than can come out"),
        gettext_lazy("%(observed)s came out of %(in)s. At most %(limit)s is possible in this step."),
    ),
    "yield <= high": (
        gettext_lazy("Unusually much came out"),
        gettext_lazy("%(observed)s came out of %(in)s. Usual is at most %(limit)s."),
    ),
    "yield >= low": (
        gettext_lazy("Unusually little came out"),
        gettext_lazy("%(observed)s came out of %(in)s. Usual is at least %(limit)s."),
    ),
    "packed <= harvested x hardest yield": (
        gettext_lazy("More was packed than was ever harvested for it"),
        gettext_lazy("%(observed)s were packed; all lots it was made of can become at most %(limit)s."),
    ),
    "harvest < 80 % of cap": (
        gettext_lazy("The plot is close to what it can bear"),
        gettext_lazy("%(observed)s of %(limit)s were harvested from %(plot)s this season."),
    ),
    "harvest <= cap": (
        gettext_lazy("More than the plot can bear"),
        gettext_lazy(
            "%(observed)s were harvested from %(plot)s this season; it can bear %(limit)s. Certificates wait."
        ),
    ),
    "harvest <= 110 % of cap": (
        gettext_lazy("Far more than the plot can bear"),
        gettext_lazy("%(observed)s were harvested from %(plot)s this season; more than %(limit)s cannot be."),
    ),
    "harvest <= 1.5 x own mean": (
        gettext_lazy("Much more than in other years"),
        gettext_lazy("%(observed)s were harvested from %(plot)s; one and a half of its usual harvest is %(limit)s."),
    ),
    "issued <= 102 % of packs": (
        gettext_lazy("More labels than packs"),
        gettext_lazy("%(observed_count)s labels were printed; with spare ones %(limit_count)s are enough."),
    ),
    "issued = on packs + void": (
        gettext_lazy("Labels are left over"),
        gettext_lazy("All goods are gone, but %(observed_count)s labels are on no pack. Were they destroyed?"),
    ),
    "packed <= in + tolerance": (
        gettext_lazy("More was packed than went in"),
        gettext_lazy("%(observed)s were packed out of %(in)s."),
    ),
    "gone <= packed + returned": (
        gettext_lazy("More is sold or promised than there is"),
        gettext_lazy("%(observed)s are sold, promised or used up; only %(limit)s came in."),
    ),
    "left + gone <= packed + returned": (
        gettext_lazy("More is there than was packed"),
        gettext_lazy("%(observed)s are left, promised or gone by the count; only %(limit)s were packed or came back."),
    ),
    "nothing left after best-before": (
        gettext_lazy("Goods are left after their date"),
        gettext_lazy("%(observed)s are still in the books. Sold by hand, thrown away, or still there?"),
    ),
    "claimed <= carried": (
        gettext_lazy("More is claimed than the goods carry"),
        gettext_lazy("%(observed)s are claimed under certificate %(certificate)s; the inputs carry %(limit)s."),
    ),
    "claimed <= maximum of the certificate": (
        gettext_lazy("The certificate is used up"),
        gettext_lazy("%(observed)s were harvested under certificate %(certificate)s; it ends at %(limit)s."),
    ),
    "one cooperative a growing area": (
        gettext_lazy("Another cooperative names the same growing area"),
        gettext_lazy("Growing area %(growing_area_code)s is told by %(observed_count)s cooperatives."),
    ),
    "made after its inputs": (
        gettext_lazy("Made before its goods were there"),
        gettext_lazy("The step was recorded for a moment before the goods came in. Check the day and the hour."),
    ),
    "duration >= least": (
        gettext_lazy("Unusually fast"),
        gettext_lazy("The step took %(observed_time)s; %(limit_time)s is the least that is usual."),
    ),
    "duration <= most": (
        gettext_lazy("Unusually slow"),
        gettext_lazy("The step took %(observed_time)s; %(limit_time)s is the most that is usual."),
    ),
    "harvest in season": (
        gettext_lazy("Harvested out of season"),
        gettext_lazy("%(observed_count)s days away from this product's season."),
    ),
    "days since spray >= interval": (
        gettext_lazy("Harvested too soon after spraying"),
        gettext_lazy(
            "%(substance)s was sprayed on %(sprayed)s; harvest was %(observed_count)s days later, but %(limit_count)s "
            "days must be kept. Do not sell these goods."
        ),
    ),
    "days since spray >= usual interval": (
        gettext_lazy("Harvested soon after a spray whose waiting time is not known"),
        gettext_lazy(
            "%(substance)s was sprayed on %(sprayed)s; harvest was %(observed_count)s days later. Where the days on "
            "the package are not known, %(limit_count)s days count. Look at the package."
        ),
    ),
    "worked in a day <= capacity": (
        gettext_lazy("More than you can work up in a day"),
        gettext_lazy("%(observed)s went in on %(worked_on)s; you said that %(limit)s a day is the most."),
    ),
    "shared ground <= 30 %": (
        gettext_lazy("Another cooperative drew the same ground"),
        gettext_lazy("Much of one plot lies in both outlines. Nothing is stopped by it; staff sees both."),
    ),
    "harvest of shared ground <= cap": (
        gettext_lazy("More than the shared ground can bear"),
        gettext_lazy("%(observed)s were harvested from plots on the same ground this season; it can bear %(limit)s."),
    ),
    "harvest of ground of two cooperatives <= cap": (
        gettext_lazy("Two cooperatives harvest the same ground"),
        gettext_lazy("Together it is more than the ground can bear. Nothing is stopped by it; staff sees both."),
    ),
    "harvest of confirmed ground <= cap": (
        gettext_lazy("More than the ground can bear"),
        gettext_lazy(
            "Staff has confirmed that another cooperative harvests the same ground. Together it is more than it bears."
        ),
    ),
    "area as it was said first": (
        gettext_lazy("The plot was made larger after its harvest"),
        gettext_lazy("The area was %(limit_count)s m² when goods were harvested from it this season."),
    ),
    "days since withdrawn spray >= interval": (
        gettext_lazy("A spray shortly before the harvest was taken back"),
        gettext_lazy(
            "%(substance)s was written down for %(sprayed)s, %(observed_count)s days before the harvest; "
            "%(limit_count)s days must be kept."
        ),
    ),
    "harvest names its plot": (
        gettext_lazy("No plot is named for the harvest"),
        gettext_lazy("Goods of no plot carry no growing certificate. Correct the record, or say where they grew."),
    ),
    "typed area = outline": (
        gettext_lazy("The area you said is not what the outline measures"),
        gettext_lazy("You said %(observed_count)s m² for %(plot)s; its outline measures %(limit_count)s m²."),
    ),
    "distance to plot <= buffer": (
        gettext_lazy("The phone was not at the plot"),
        gettext_lazy(
            "It was %(observed_count)s m away when the harvest was written down; up to %(limit_count)s m is fine."
        ),
    ),
    FORGOTTEN: (
        gettext_lazy("The place was forgotten while it was asked about"),
        gettext_lazy("The phone was not where the harvest was said to be, or in two places at once."),
    ),
    "speed <= 120 km/h": (
        gettext_lazy("The same phone was in two places"),
        gettext_lazy("Between two records it would have travelled at %(observed_count)s km/h."),
    ),
}
OTHERWISE = (gettext_lazy("The claim does not fit"), gettext_lazy("Look at what is claimed of this lot."))


@dataclass(frozen=True, slots=True)
class Told:
    """A check for the screen. ``from_code`` is the public code of the lot it comes from, when it is another."""

    check: Check
    title: str
    text: str
    advice: str
    pill: str
    pill_text: str
    from_code: str = ""

    @property
    def can_explain(self) -> bool:
        return self.check.can_explain


PILLS = {Severity.BLOCK: "bad", Severity.REVIEW: "wait", Severity.INFO: ""}


def tell(check: Check, *, unit: str) -> Told:
    """``check`` in the reader's language; ``unit`` is its batch's base unit."""
    title, text = WORDS.get(check.formula, OTHERWISE)
    holes = _holes(check, unit)
    return Told(
        check=check,
        title=str(title) % holes,
        text=str(text) % holes,
        advice=_advice(check),
        pill=PILLS[Severity(check.severity)],
        pill_text=check.get_severity_display(),
        from_code=str(check.inputs.get("code", "")),
    )


def _advice(check: Check) -> str:
    if check.inputs.get("code"):
        return ""
    if check.formula in FOR_STAFF:
        return _("The province's staff looks at it and decides.")
    if check.note:
        return _("You said: “%(note)s”. Certificates wait until the province's staff has looked.") % {
            "note": check.note
        }
    if check.severity == Severity.BLOCK:
        return _("Look for a record with a wrong weight, day or lot, and correct it. Sale then begins again by itself.")
    if check.severity == Severity.REVIEW:
        return _("If a record is wrong, correct it. If it is right, say why.")
    return ""


class _Holes(dict[str, object]):
    """A hole nobody filled stays empty: words must never break a page."""

    def __missing__(self, key: str) -> str:
        return ""


def _holes(check: Check, unit: str) -> Mapping[str, object]:
    language = reader_language()
    holes = _Holes({name: value for name, value in check.inputs.items() if isinstance(value, str)})
    for name in ("in", "out", "loss", "cap"):
        if isinstance(amount := check.inputs.get(name), int):
            holes[name] = show_quantity(amount, unit, language)
    unit = str(check.inputs.get("unit", unit))  # of raw goods, where the lot itself is counted otherwise
    holes["observed"] = show_quantity(check.observed, unit, language)
    holes["limit"] = show_quantity(check.limit, unit, language)
    holes["over"] = show_quantity(abs(check.observed), unit, language)
    holes["observed_count"] = show_number(check.observed, language)
    holes["limit_count"] = show_number(check.limit, language)
    if check.formula.startswith("duration"):
        holes |= {"observed_time": took(check.observed), "limit_time": took(check.limit)}
    for name, hole in (("sprayed_on", "sprayed"), ("day", "worked_on")):
        if isinstance(day := check.inputs.get(name), str):
            holes[hole] = show_date(date.fromisoformat(day), language)
    if isinstance(since := check.inputs.get("since"), str):
        holes["since"] = show_date(_day(since), language)
    return holes


def _day(text: str) -> date:
    return timezone.localdate(datetime.fromisoformat(text))
