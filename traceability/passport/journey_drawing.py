"""Lays the journey of a lot out as a picture 360 units wide: origins on top, what was made of the lot below. Pure.

No script, no measuring of text: boxes have room for what a line of this size can hold, and longer words are cut there
(the list under the picture says everything in full).
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from traceability.genealogy.journey import Journey, Side, Stop, Way, nearest

WIDTH = 360
MOST_BOXES = 18  # in each direction; the list goes further
_PAD, _GAP, _ROW_GAP, _LINE = 2, 8, 34, 17
_BOX_WIDTH = {1: 232, 2: 174, 3: 113}
_SIGN = 6.9  # the width of a letter, roughly, at the size the words are written in …
_BOLD = 7.8  # … and in the bold of a name


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a box. ``name`` may need two lines; ``title`` says it all (for a pointer or a screen reader)."""

    name: str
    lines: tuple[str, ...]
    title: str
    href: str = ""
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    y: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    width: int
    height: int
    middle: int
    lines: tuple[Line, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    left_out: bool

    @property
    def shapes(self) -> SafeString:
        """The inside of the ``<svg>``: a thousand small pieces, joined here in a tenth of the time a template takes."""
        paths = "".join(f'<path d="{path}"/>' for path in self.paths)
        shapes = "".join(map(_shape, self.boxes))  # every word of people is escaped there
        return mark_safe(f'<g class="paths">{paths}</g>{shapes}')  # nosec B308 B703


def _shape(box: Box) -> str:
    texts = "".join(f'<text class="{x.kind}" x="{box.middle}" y="{x.y}">{escape(x.text)}</text>' for x in box.lines)
    rect = f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="8"/>'
    here = " here" if box.words.is_root else ""
    drawn = f'<g class="box{here}"><title>{escape(box.words.title)}</title>{rect}{texts}</g>'
    return f'<a href="{escape(box.words.href)}">{drawn}</a>' if box.words.href else drawn


def draw(journey: Journey, words: Mapping[int, Words]) -> Picture:
    """The nearest lots in both directions. ``words`` for every stop, by its id."""
    back, forward = nearest(journey.back, MOST_BOXES), nearest(journey.forward, MOST_BOXES)
    rows = [
        *reversed(_rows(journey.root, back, upward=True)),
        [journey.root.id],
        *_rows(journey.root, forward, upward=False),
    ]
    boxes: dict[int, Box] = {}
    y = _PAD
    for row in rows:
        placed = _placed(row, y, words)
        boxes |= placed
        y = max(box.y + box.height for box in placed.values()) + _ROW_GAP
    paths = [_path(boxes[way.parent], boxes[way.child]) for way in (*back.ways, *forward.ways)]
    return Picture(
        width=WIDTH,
        height=y - _ROW_GAP + _PAD,
        boxes=tuple(boxes.values()),
        paths=tuple(paths),
        left_out=len(boxes) < 1 + len(journey.back.stops) + len(journey.forward.stops),
    )


def _rows(root: Stop, side: Side, *, upward: bool) -> list[list[int]]:
    """Lots by generation, nearest first, three in a row; beside each other what leads to the same lots."""
    layer = _layers(root.id, side.ways, upward=upward)
    by_layer: dict[int, list[int]] = defaultdict(list)
    for stop in side.stops:
        by_layer[layer[stop.id]].append(stop.id)
    toward: dict[int, list[int]] = defaultdict(list)
    for way in side.ways:
        far, near = (way.parent, way.child) if upward else (way.child, way.parent)
        toward[far].append(near)
    place: dict[int, float] = {root.id: 0.0}
    rows = []
    for number in sorted(by_layer):
        lots = sorted(by_layer[number], key=lambda lot: (_middle(place[near] for near in toward[lot]), lot))
        place |= {lot: position / len(lots) for position, lot in enumerate(lots)}
        rows += _wrapped(lots)
    return rows


def _middle(places: Iterable[float]) -> float:
    found = list(places)
    return sum(found) / len(found) if found else 0.0


def _wrapped(lots: Sequence[int]) -> list[list[int]]:
    """Four lots are two and two, not three and one."""
    most = 2 if len(lots) in (2, 4) else 3
    return [list(lots[start : start + most]) for start in range(0, len(lots), most)]


def _layers(root: int, ways: Sequence[Way], *, upward: bool) -> dict[int, int]:
    """The longest way from the root, so that every line leads to another row."""
    onward: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = defaultdict(int)
    for way in ways:
        near, far = (way.child, way.parent) if upward else (way.parent, way.child)
        onward[near].append(far)
        waiting[far] += 1
    layer, ready = {root: 0}, [root]
    while ready:
        lot = ready.pop()
        for far in onward[lot]:
            layer[far] = max(layer.get(far, 0), layer[lot] + 1)
            waiting[far] -= 1
            if not waiting[far]:
                ready.append(far)
    return layer


def _placed(row: Sequence[int], y: int, words: Mapping[int, Words]) -> dict[int, Box]:
    width = _BOX_WIDTH[len(row)]
    start = (WIDTH - len(row) * width - (len(row) - 1) * _GAP) // 2
    lines = {lot: _lines(words[lot], width, y) for lot in row}
    height = max(len(each) for each in lines.values()) * _LINE + 12
    return {
        lot: Box(
            x=(x := start + place * (width + _GAP)),
            y=y,
            width=width,
            height=height,
            middle=x + width // 2,
            lines=lines[lot],
            words=words[lot],
        )
        for place, lot in enumerate(row)
    }


def _lines(words: Words, width: int, y: int) -> tuple[Line, ...]:
    signs, bold = int((width - 8) / _SIGN), int((width - 8) / _BOLD)
    name = textwrap.wrap(words.name, bold, max_lines=2, placeholder="…")
    texts = [(each, "n") for each in name] + [(_cut(each, signs), "t") for each in words.lines if each]
    return tuple(Line(y + 6 + 12 + place * _LINE, text, kind) for place, (text, kind) in enumerate(texts))


def _cut(text: str, signs: int) -> str:
    return text if len(text) <= signs else text[: signs - 1].rstrip() + "…"


def _path(parent: Box, child: Box) -> str:
    x1, y1, x2, y2 = parent.middle, parent.y + parent.height, child.middle, child.y
    bend = max(12, (y2 - y1) // 2)
    return f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
