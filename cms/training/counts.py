"""Counts of who came, as staff and teams are shown them: no cell from which somebody could be told."""

from __future__ import annotations

from community.text.counts import LEAST, hide_small, show_count


def shown_counts(members: int, guests: int, women: int | None, men: int | None, minorities: int | None) -> list[str]:
    """Members, guests, women, men, minorities; "" for what was not counted.

    Women and men are the same people as members and guests: a cell hidden in one pair could be reckoned out of the
    other, so nothing is left of the pairs from which the whole could be reckoned.
    """
    sexes = {name: count for name, count in (("women", women), ("men", men)) if count is not None}
    pairs = {**hide_small({"members": members, "guests": guests}), **hide_small(sexes)}
    if None in pairs.values():
        pairs = {name: 0 if count == 0 else None for name, count in pairs.items()}
    row = [show_count(pairs[name]) if name in pairs else "" for name in ("members", "guests", "women", "men")]
    row = ["–" if cell.startswith("<") else cell for cell in row]
    if minorities is None:
        return [*row, ""]
    everybody = members + guests
    sides = hide_small({"of them": minorities, "others": everybody - minorities if minorities else 0}, has_total=False)
    if minorities >= LEAST and None in sides.values():
        return [*row, "–"]
    return [*row, "–" if 0 < everybody < LEAST else show_count(sides["of them"])]
