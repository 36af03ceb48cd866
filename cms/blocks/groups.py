"""The six groups of the OCOP programme (Decision 148/QĐ-TTg, as in the catalogue's filter), with a drawing each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.photos.art import group_drawing

GROUPS: list[tuple[str, str | Promise]] = [
    ("1", _("Food")),
    ("2", _("Drinks")),
    ("3", _("Herbs and herbal goods")),
    ("4", _("Crafts")),
    ("5", _("Ornamental plants and animals")),
    ("6", _("Visits and stays")),
]


@dataclass(frozen=True, slots=True)
class GroupLink:
    number: str
    title: str
    url: str
    drawing: str


def group_links() -> list[GroupLink]:
    """Links to the product list filtered by group, in the active language."""
    address = reverse("shopping:list")
    return [
        GroupLink(number, str(title), f"{address}?group={number}", group_drawing(number)) for number, title in GROUPS
    ]
