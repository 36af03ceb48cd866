"""The page "journey of a lot": a drawing and the same facts as a list, back to the fields and on to what was made."""

from __future__ import annotations

from collections import defaultdict
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
from traceability.genealogy.journey import Journey, Side, Stop, Way, journey_of
from traceability.genealogy.lots import Lot
from traceability.genealogy.shares import percentages
from traceability.passport.answering import plain_page, reader_language
from traceability.passport.finding import public_lot
from traceability.passport.journey_drawing import Words, draw
from traceability.passport.journey_listing import Branch, listed

TENTH = Decimal("0.1")
MOST_LISTED = 120  # lots in each direction


@require_safe
def journey_page(request: HttpRequest, code: str) -> HttpResponse:
    """``/t/{code}/hanh-trinh``: six queries, however long the story.

    Nobody else may keep a copy: the frame shows the reader's basket and what was just said to them.
    """
    lot = public_lot(code)
    if lot is None:
        shown = code.replace("\0", "")[:40]
        return plain_page(request, "passport/unknown_code.html", status=HTTPStatus.NOT_FOUND, code=shown)
    if not may_read_more(request):
        answer = plain_page(request, "passport/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(MINUTE)
        return answer
    language = reader_language(request)
    with translation.override(language):
        facts = _facts(journey_of(lot, limit=MOST_LISTED), language)
    answer = plain_page(request, "passport/journey.html", status=HTTPStatus.OK, language=language, **facts)
    patch_vary_headers(answer, ("Cookie",))
    return answer


def _facts(journey: Journey, language: str) -> dict[str, object]:
    teller = _Teller(journey, language)
    stops = (journey.root, *journey.back.stops, *journey.forward.stops)
    return {
        "journey": journey,
        "lot": journey.root.lot,
        "picture": draw(journey, {stop.id: teller.words(stop) for stop in stops}),
        "origins": teller.origins(),
        "hidden_share": teller.hidden_share(),
        "back": listed(teller.branches(journey.back, upward=True)),
        "forward": listed(teller.branches(journey.forward, upward=False)),
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
        self._coops = {stop.lot.cooperative_id for stop in (*journey.back.stops, *journey.forward.stops)}

    def amount(self, base: int, unit: str) -> str:
        return show_quantity(base, unit, self.language)

    def percent(self, tenths: int) -> str:
        """ "36 %", "0,4 %"; "< 0,1 %" where it is less."""
        if tenths == 0:
            return f"<{NBSP}{show_number(TENTH, self.language)}{NBSP}%"
        return f"{show_number(tenths * TENTH, self.language)}{NBSP}%"

    def share(self, stop: Stop) -> str:
        return self.percent(self._shown[stop.id]) if stop.id in self._shown else ""

    def place(self, lot: Lot) -> str:
        """The field where it grew; else the cooperative, where there is more than one."""
        if lot.plot is not None:
            return lot.plot
        return lot.cooperative if len(self._coops | {self.journey.root.lot.cooperative_id}) > 1 else ""

    def words(self, stop: Stop) -> Words:
        lot = stop.lot
        name, place = lot.name, self.place(lot)
        amount, share = self.amount(stop.made_base, lot.base_unit) if stop.made_base else "", self.share(stop)
        figures = " · ".join(filter(None, (amount, share)))
        is_root = stop.id == self.journey.root.id
        full = ", ".join(filter(None, (name, lot.lot_code, figures, place, lot.cooperative)))
        return Words(name, (lot.lot_code, figures, place), full, "" if is_root else self.href(lot), is_root)

    def href(self, lot: Lot) -> str:
        """Only a published lot has a page of its own."""
        return lot.path if lot.is_public else ""

    def origins(self) -> list[dict[str, str]]:
        """Where it began: share, lot, field or cooperative."""
        return [
            {
                "share": self.percent(self._tenths[stop.id]),
                "name": stop.lot.name,
                "lot": stop.lot.lot_code,
                "place": self._full_place(stop.lot),
                "href": self.href(stop.lot),
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
        said = {stop.id: self._said(stop) for stop in side.stops}
        used = _("%(amount)s of it went in") if upward else _("from %(amount)s")
        opened: set[int] = set()
        found: list[Branch] = []
        waiting = [(1, way) for way in reversed(onward[self.journey.root.id])]
        while waiting:
            depth, way = waiting.pop()
            far = way.parent if upward else way.child
            told_before = far in opened and far in onward
            found.append(Branch(*said[far], self._how(way, used), depth, told_before))
            if far not in opened:
                waiting += [(depth + 1, further) for further in reversed(onward.get(far, ()))]
            opened.add(far)
        return found

    def _said(self, stop: Stop) -> tuple[str, str, str, str]:
        """What a branch says of its lot, however it got there: name, code, address, facts."""
        lot = stop.lot
        whole = _("%(amount)s in all") % {"amount": self.amount(stop.made_base, lot.base_unit)}
        facts = (whole if stop.made_base else "", self.share(stop), self._full_place(lot))
        return lot.name, lot.lot_code, self.href(lot), " · ".join(filter(None, facts))

    def _how(self, way: Way, used: str) -> str:
        day = show_date(way.day, self.language) if way.day else ""
        return " · ".join(filter(None, (way.step, used % {"amount": self.amount(way.base, way.unit)}, day)))

    def _full_place(self, lot: Lot) -> str:
        if lot.plot is None:
            return lot.cooperative
        others = lot.cooperative_id != self.journey.root.lot.cooperative_id
        return ", ".join(filter(None, (lot.plot, lot.commune, lot.cooperative if others else "")))
