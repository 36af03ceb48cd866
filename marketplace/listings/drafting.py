"""Goods described screen by screen: each screen is saved at once, so a phone that dies loses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from marketplace.listings.models import ListingDraft
from traceability.products.models import in_language

SCREENS = ("photo", "kind", "pack", "price", "words", "papers")
"""In the order they are asked: a photo, then five questions."""

MOST_TYPED = 5000
"""Characters of one field."""

OTHER_WORDS = ("title_en", "summary_en", "story_en", "title_km", "summary_km", "story_km")

NEEDED = {
    "kind": ("line", "name", "subgroup"),
    "pack": ("net_quantity_base", "base_unit", "pack_name", "ship_weight_g"),
    "price": ("price_dong",),
    "words": ("summary",),
    "papers": ("papers_told",),
}


class DraftClosed(DomainError):
    """`draft_closed`: it was sent or thrown away meanwhile."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the screens said. Empty texts and zeros mean: not said yet. ``papers``: certificates by key; none is an
    answer too when ``papers_told``. ``typed``: by screen, what was typed there and not sent yet, as it was typed."""

    line: str = ""
    name: str = ""
    subgroup: str = ""
    abv_percent: str = ""
    amount: str = ""
    unit: str = ""
    container: str = ""
    net_quantity_base: int = 0
    base_unit: str = ""
    pack_name: str = ""
    pack_name_en: str = ""
    ship_weight_g: int = 0
    gtin: str = ""
    shelf_life: str = ""
    shelf_life_unit: str = ""
    shelf_life_days: int = 0
    price_dong: int = 0
    summary: str = ""
    story: str = ""
    title_en: str = ""
    summary_en: str = ""
    story_en: str = ""
    title_km: str = ""
    summary_km: str = ""
    story_km: str = ""
    papers: Sequence[int] = ()
    papers_told: bool = False
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def abv(self) -> Decimal | None:
        return Decimal(self.abv_percent) if self.abv_percent else None

    @property
    def shown_pack_name(self) -> str:
        return in_language(self.pack_name, self.pack_name_en)

    @property
    def is_alcohol(self) -> bool:
        return self.subgroup.startswith("2.1")


def described(draft: ListingDraft) -> Described:
    return Described(**draft.data)


def missing_screen(draft: ListingDraft) -> str | None:
    """The first screen that was not answered, or None when all were."""
    if draft.photo_id is None:
        return "photo"
    said = described(draft)
    for screen, fields in NEEDED.items():
        if not all(getattr(said, field) for field in fields):
            return screen
    return None


@transaction.atomic
def start_draft(*, cooperative: Cooperative, photo: Photo, actor: Actor) -> ListingDraft:
    """A second press on the same photo, while the first one still loads, finds the draft of the first."""
    if actor.user is None:
        raise ValueError("a draft has an author")
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)  # two presses queue here
    fresh = ListingDraft.objects.filter(cooperative=cooperative, author=actor.user, sent_at=None, data={})
    if photo.sha256 and (begun := fresh.filter(photo__sha256=photo.sha256).first()):
        return begun
    draft = ListingDraft.objects.create(cooperative=cooperative, author=actor.user, photo=photo)
    record(actor=actor, action="listing_draft.started", subject=draft, cooperative=cooperative)
    return draft


@transaction.atomic
def change_draft(
    *, draft: ListingDraft, actor: Actor, photo: Photo | None = None, screen: str = "", **said: Any
) -> ListingDraft:
    """Keep one screen's answers (fields of :class:`Described`). Raises :class:`DraftClosed` and changes nothing."""
    held = ListingDraft.objects.select_for_update().filter(pk=draft.pk, sent_at=None).first()
    if held is None:
        raise DraftClosed("draft_closed")
    held.data = {**held.data, **said}
    held.data["typed"] = {name: words for name, words in held.data.get("typed", {}).items() if name != screen}
    described(held)  # a misspelt field fails here, not on the phone a week later
    held.photo = photo or held.photo
    held.save()
    screens = sorted(said) or ["photo"]
    record(actor=actor, action="listing_draft.changed", subject=held, cooperative=held.cooperative, fields=screens)
    return held


@transaction.atomic
def add_paper(*, draft: ListingDraft, certificate_id: int, actor: Actor) -> ListingDraft:
    """One more paper, beside those that stand there by now. Raises :class:`DraftClosed` and changes nothing."""
    held = ListingDraft.objects.select_for_update().filter(pk=draft.pk, sent_at=None).first()
    if held is None:
        raise DraftClosed("draft_closed")
    chosen = dict.fromkeys([*described(held).papers, certificate_id])
    return change_draft(draft=held, actor=actor, papers=list(chosen))


@transaction.atomic
def keep_typing(*, draft: ListingDraft, screen: str, typed: Mapping[str, str]) -> bool:
    """What stands on a screen that is not sent yet, for a phone that dies. No answer yet, so no audit; False when the
    draft was sent or thrown away meanwhile."""
    held = ListingDraft.objects.select_for_update().filter(pk=draft.pk, sent_at=None).first()
    if held is None:
        return False
    short = {name: value[:MOST_TYPED] for name, value in typed.items()}
    held.data = {**held.data, "typed": {**held.data.get("typed", {}), screen: short}}
    held.save()
    return True


@transaction.atomic
def drop_draft(*, draft: ListingDraft, actor: Actor) -> None:
    """Throw it away, if it was not sent."""
    held = ListingDraft.objects.filter(pk=draft.pk, sent_at=None).first()
    if held is not None:
        record(actor=actor, action="listing_draft.dropped", subject=held, cooperative=held.cooperative)
        held.delete()


def close_draft(draft: ListingDraft) -> bool:
    """Claim the draft for sending; False when somebody was faster. Call inside the transaction that sends."""
    return bool(ListingDraft.objects.filter(pk=draft.pk, sent_at=None).update(sent_at=clock.now()))
