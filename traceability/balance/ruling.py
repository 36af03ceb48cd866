"""MB-6: staff has looked at the outlines of two cooperatives and says whether they are the same ground."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from traceability.balance.ground import measure_ground
from traceability.balance.models import Check
from traceability.balance.near import check_again, hold_plots
from traceability.balance.settling import BadAnswer, words_of
from traceability.plots.models import GroundRuling, Overlap, Plot

RULE, GROUND = "MB-6", "ground:"


def neighbour_of(check: Check) -> int | None:
    """The id of the other plot that ``check`` asks about, where it asks about one."""
    if check.rule != RULE or not check.key.startswith(GROUND):
        return None
    return int(check.key.removeprefix(GROUND))


@transaction.atomic
def rule_on_ground(*, check: Check, is_same: bool, note: str, actor: Actor) -> GroundRuling:
    """Answer the question of ``check`` for both cooperatives and all their lots. What both harvest then counts
    together, or neither is asked again while the outlines share what they share now. Both read ``note``.

    Raises :class:`BadAnswer` (explanation_needed, explanation_too_long, already_cleared: somebody answered, or drew
    anew, meanwhile).
    """
    said = words_of(note)
    pair = sorted(pk for pk in (check.batch.plot_id, neighbour_of(check)) if pk is not None)
    lots = hold_plots(pair)
    overlap = Overlap.objects.filter(plot__in=pair[:1], other__in=pair[1:]).first()
    if overlap is None or not Check.objects.open().filter(pk=check.pk).exists():
        raise BadAnswer("already_cleared")
    low, high = pair
    ruling = GroundRuling.objects.create(
        plot_id=low,
        other_id=high,
        is_same=is_same,
        shared_m2=overlap.shared_m2,
        note=said,
        ruled_at=clock.now(),
        ruled_by=actor.user,
    )
    sides = Q(batch__plot=low, key=f"{GROUND}{high}") | Q(batch__plot=high, key=f"{GROUND}{low}")
    how = Check.How.CONFIRMED if is_same else Check.How.DISMISSED
    asked = Check.objects.open().filter(sides, rule=RULE)
    asked.update(cleared_at=clock.now(), cleared_by=actor.user, how=how, note=said)
    measure_ground(pair)
    for plot in Plot.objects.filter(pk__in=pair).select_related("cooperative").order_by("pk"):
        action = "plot.ground_same" if is_same else "plot.ground_apart"  # "plot.": the night checks older lots too
        record(actor=actor, action=action, subject=plot, cooperative=plot.cooperative, ruling=ruling.pk)
    check_again(lots)
    return ruling
