"""The page "journey of a lot": a drawing and the same facts as a list, back to the fields and on to what was made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.limiting import MINUTE, may_read_more
from community.text.dates import show_date
from community.text.quantities import NBSP, show_number, show_quantity
from traceability.batches.addresses import batch_path, batch_uri
from traceability.batches.models import Batch
from traceability.genealogy.journey import Journey, Side, Stop, Way, journey_of
from traceability.genealogy.shares import percentages
from traceability.passport.answering import plain_page, reader_language
from traceability.passport.finding import batch_by_code
from traceability.passport.journey_drawing import Words, draw

TENTH = Decimal("0.1")
MOST_LISTED = 120  # lots in each direction


@dataclass(frozen=True, slots=True)
class Branch:
    """A lot in the nested list, with how it got there. Flat, because a story may be a hundred generations long:
    ``opens`` a list inside the one above, or first closes as many as ``closes``; the last one ``ends`` all that are
    open. ``told_before``: what is beyond it stands above."""

    stop: Stop
    facts: str
    how: str
    href: str
    told_before: bool
    opens: bool
    closes: range
    ends: range = range(0)


@require_safe
def journey_page(request: HttpRequest, code: str) -> HttpResponse:
    """``/t/{code}/hanh-trinh``: nine queries, however long the story.

    Nobody else may keep a copy: the frame shows the reader's basket and what was just said to them.
    """
    batch = batch_by_code(code)
    if batch is None:
        shown = code.replace("\0", "")[:40]
        return plain_page(request, "passport/unknown_code.html", status=HTTPStatus.NOT_FOUND, code=shown)
    if not may_read_more(request):
        answer = plain_page(request, "passport/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(MINUTE)
        return answer
    language = reader_language(request)
    with translation.override(language):
        facts = _facts(journey_of(batch, limit=MOST_LISTED), language)
    answer = plain_page(request, "passport/journey.html", status=HTTPStatus.OK, language=language, **facts)
    patch_vary_headers(answer, ("Cookie",))
    return answer


def _facts(journey: Journey, language: str) -> dict[str, object]:
    teller = _Teller(journey, language)
    stops = (journey.root, *journey.back.stops, *journey.forward.stops)
    return {
        "journey": journey,
        "batch": journey.root.batch,
        "path": batch_path(journey.root.batch),
        "uri": batch_uri(journey.root.batch),
        "picture": draw(journey, {stop.id: teller.words(stop) for stop in stops}),
        "origins": teller.origins(),
        "hidden_share": teller.hidden_share(),
        "back": teller.branches(journey.back, upward=True),
        "forward": teller.branches(journey.forward, upward=False),
        "title_of": journey.root.name,
    }


class _Teller:
    """The journey in the reader's words. Shares are rounded so that what one sees adds up."""

    def __init__(self, journey: Journey, language: str) -> None:
        self.journey, self.language = journey, language
        origins = {stop.id: stop.origin_share for stop in journey.back.stops if stop.origin_share}
        shares = {stop.id: stop.share for stop in journey.back.stops if stop.share is not None}
        self._tenths = percentages(origins | {0: journey.back.hidden_share}, whole=1000) if origins else {}
        self._shown = {lot: round(share * 1000) for lot, share in shares.items()} | {
            lot: tenths for lot, tenths in self._tenths.items() if origins.get(lot) == shares.get(lot)
        }
        self._coops = {stop.batch.cooperative_id for stop in (*journey.back.stops, *journey.forward.stops)}

    def amount(self, base: int, unit: str) -> str:
        return show_quantity(base, unit, self.language)

    def percent(self, tenths: int) -> str:
        """ "36 %", "0,4 %"; "< 0,1 %" where it is less."""
        if tenths == 0:
            return f"<{NBSP}{show_number(TENTH, self.language)}{NBSP}%"
        return f"{show_number(tenths * TENTH, self.language)}{NBSP}%"

    def share(self, stop: Stop) -> str:
        return self.percent(self._shown[stop.id]) if stop.id in self._shown else ""

    def place(self, batch: Batch) -> str:
        """The field where it grew; else the cooperative, where there is more than one."""
        if batch.plot is not None:
            return batch.plot.name
        return batch.cooperative.name if len(self._coops | {self.journey.root.batch.cooperative_id}) > 1 else ""

    def words(self, stop: Stop) -> Words:
        batch = stop.batch
        amount, share = self.amount(stop.made_base, batch.base_unit) if stop.made_base else "", self.share(stop)
        figures = " · ".join(filter(None, (amount, share)))
        is_root = stop.id == self.journey.root.id
        full = ", ".join(filter(None, (stop.name, batch.lot_code, figures, self.place(batch), batch.cooperative.name)))
        lines = (batch.lot_code, figures, self.place(batch))
        return Words(stop.name, lines, full, "" if is_root else self.href(batch), is_root)

    def href(self, batch: Batch) -> str:
        """Only a published lot has a page of its own."""
        return "" if batch.status == Batch.Status.DRAFT else batch_path(batch)

    def origins(self) -> list[dict[str, str]]:
        """Where it began: share, lot, field or cooperative."""
        return [
            {
                "share": self.percent(self._tenths[stop.id]),
                "name": stop.name,
                "lot": stop.batch.lot_code,
                "place": self._full_place(stop.batch),
                "href": self.href(stop.batch),
            }
            for stop in self.journey.back.origins
        ]

    def hidden_share(self) -> str:
        return self.percent(self._tenths[0]) if self.journey.back.hidden_share else ""

    def branches(self, side: Side, *, upward: bool) -> list[Branch]:
        """A tree of the graph, from the top down: each lot opens once, where it is first met."""
        onward: dict[int, list[Way]] = defaultdict(list)
        for way in side.ways:
            onward[way.child if upward else way.parent].append(way)
        stops = {stop.id: stop for stop in side.stops}
        opened: set[int] = set()
        found: list[Branch] = []
        waiting = [(1, way) for way in reversed(onward[self.journey.root.id])]
        level = 0
        while waiting:
            depth, way = waiting.pop()
            far = way.parent if upward else way.child
            told_before = far in opened and far in onward
            found.append(self._branch(stops[far], way, upward=upward, told_before=told_before, step=depth - level))
            level = depth
            if far not in opened:
                waiting += [(depth + 1, further) for further in reversed(onward.get(far, ()))]
            opened.add(far)
        return [*found[:-1], replace(found[-1], ends=range(level))] if found else []

    def _branch(self, stop: Stop, way: Way, *, upward: bool, told_before: bool, step: int) -> Branch:
        batch = stop.batch
        used = self.amount(way.base, way.unit)
        used = _("%(amount)s of it went in") % {"amount": used} if upward else _("from %(amount)s") % {"amount": used}
        day = show_date(way.day, self.language) if way.day else ""
        whole = _("%(amount)s in all") % {"amount": self.amount(stop.made_base, batch.base_unit)}
        facts = (whole if stop.made_base else "", self.share(stop), self._full_place(batch))
        return Branch(
            stop=stop,
            facts=" · ".join(filter(None, facts)),
            how=" · ".join(filter(None, (way.step, used, day))),
            href=self.href(batch),
            told_before=told_before,
            opens=step > 0,
            closes=range(max(0, -step)),
        )

    def _full_place(self, batch: Batch) -> str:
        where = (batch.plot.name, batch.plot.commune.name_with_type) if batch.plot else (batch.cooperative.name,)
        others = batch.cooperative_id != self.journey.root.batch.cooperative_id
        return ", ".join((*where, batch.cooperative.name) if batch.plot and others else where)
