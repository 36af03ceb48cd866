"""What was sprayed or spread on a plot, and how long to wait then (MB-8); the lots of the plot are checked anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from traceability.balance.near import check_again, hold_plots
from traceability.balance.plot_changes import BadPlot
from traceability.plots.models import Plot, Treatment
from traceability.products.models import ProductLine
from traceability.products.waiting import usual_waits

MOST_WAIT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Sprayed:
    """As somebody says it. ``wait_days`` None: the days on the package are not known."""

    substance: str
    treated_on: date
    wait_days: int | None
    note: str = ""


@transaction.atomic
def note_treatment(*, plot: Plot, said: Sprayed, key: UUID, actor: Actor) -> Treatment:
    """Something was sprayed or spread. Lots harvested while the waiting time ran are stopped (MB-8); where its days are
    not known, what is usual for the line counts (``products.waiting``).

    The same ``key`` again answers the row it made. Raises :class:`BadPlot`.
    """
    _check(plot, said)
    lots = hold_plots({plot.pk})
    row, is_new = _kept(plot, said, key, actor)
    if is_new:
        record(
            actor=actor,
            action="plot.treated",
            subject=plot,
            cooperative=plot.cooperative,
            substance=row.substance,
            treated_on=row.treated_on.isoformat(),
            wait_days="" if row.wait_days is None else row.wait_days,
        )
        check_again(lots)
    return row


def _check(plot: Plot, said: Sprayed) -> None:
    if not said.substance.strip():
        raise BadPlot("substance_needed")
    if said.treated_on > clock.today():
        raise BadPlot("treated_in_future")
    if said.wait_days is None:
        if not knows_usual_wait(plot):
            raise BadPlot("wait_needed")
    elif not 0 <= said.wait_days <= MOST_WAIT_DAYS:
        raise BadPlot("wait_too_long", most=MOST_WAIT_DAYS)


def knows_usual_wait(plot: Plot) -> bool:
    """Whether a line of the cooperative says how long one usually waits."""
    lines = ProductLine.objects.filter(products__cooperative=plot.cooperative_id).values_list("pk", flat=True)
    return bool(usual_waits(set(lines)))


def _kept(plot: Plot, said: Sprayed, key: UUID, actor: Actor) -> tuple[Treatment, bool]:
    facts = {"substance": said.substance.strip(), "treated_on": said.treated_on, "wait_days": said.wait_days}
    try:
        with transaction.atomic():
            row = Treatment.objects.create(
                plot=plot, key=key, note=said.note.strip(), recorded_at=clock.now(), recorded_by=actor.user, **facts
            )
    except IntegrityError:  # two taps: the first one made it
        earlier = Treatment.objects.get(key=key)
        if earlier.plot_id != plot.pk or any(getattr(earlier, name) != value for name, value in facts.items()):
            raise BadPlot("treatment_mismatch") from None
        return earlier, False
    return row, True


@transaction.atomic
def withdraw_treatment(*, treatment: Treatment, actor: Actor) -> None:
    """It was written down wrongly. It stays in the list, struck through; twice is once. What was harvested in its time
    until then waits for staff: nobody frees his own lots by taking a spray back."""
    lots = hold_plots({treatment.plot_id})
    open_rows = Treatment.objects.filter(pk=treatment.pk, withdrawn_at=None)
    if not open_rows.update(withdrawn_at=clock.now(), withdrawn_by=actor.user):
        return
    plot = treatment.plot
    record(
        actor=actor,
        action="plot.treatment_withdrawn",
        subject=plot,
        cooperative=plot.cooperative,
        substance=treatment.substance,
        treated_on=treatment.treated_on.isoformat(),
    )
    check_again(lots)
