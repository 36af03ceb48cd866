"""What the scale says against the books: a count resets a lot with its gap told; a month is closed and signed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from community.text.dates import midnight
from traceability.balance.closing import Month, check_month
from traceability.balance.facts import tolerance
from traceability.balance.gathering import CAME, in_force
from traceability.balance.models import MonthClosing, Severity
from traceability.balance.near import hold_near
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.posting import Movement, post_recorded
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.events.tallying import Count, record_count
from traceability.products.models import ProductLine

WENT = frozenset({PostingKind.OUT, PostingKind.SELL})
LOST = frozenset({PostingKind.WASTE, PostingKind.SAMPLE, PostingKind.OWN_USE})
LONGEST_NOTE = 200
MONTHS_SHOWN = 3  # a month may wait at most that long (ISCC: three months)


class BadCount(DomainError):
    """Codes: negative_count, count_note_needed, photo_needed (the gap is beyond the tolerance), nothing_to_correct,
    packs_do_not_appear (packed goods beyond the tolerance above the books)."""


class CannotSign(DomainError):
    """Codes: month_not_over, counts_differ (facts: book_base, counted_base, tolerance_base, unit), already_signed,
    unknown_book."""


@transaction.atomic
def correct_count(*, batch: Batch, counted_base: int, note: str, actor: Actor, photo: Photo | None = None) -> Posting:
    """The lot was weighed or counted: its books are set to ``counted_base`` by one adjustment that tells the gap.

    A photo of the scale is needed beyond the tolerance. Recorded like anything that happened: never refused for stock,
    and told to everybody as an event. Only packed goods do not become more by counting: what was not packed is packed
    by a record of packing, out of its lots.
    """
    hold_near([batch.pk])
    batch.refresh_from_db()
    count = Count(batch, batch.on_hand_base - batch.shortfall_base, counted_base, note.strip()[:LONGEST_NOTE], photo)
    _check_count(count)
    return _set_books(count, actor)


@transaction.atomic
def write_off(*, batch: Batch, missing_base: int, note: str, actor: Actor) -> Posting | None:
    """So much of the books was looked for and is not there: they are set to the rest, told like any count.

    For the shop, which must not offer it meanwhile: no photo is asked for. None when the books had nothing to lose.
    """
    hold_near([batch.pk])
    batch.refresh_from_db()
    book = batch.on_hand_base - batch.shortfall_base
    count = Count(batch, book, max(book - missing_base, 0), note[:LONGEST_NOTE])
    return _set_books(count, actor) if count.counted_base < book else None


def _set_books(count: Count, actor: Actor) -> Posting:
    batch, photo = count.batch, count.photo
    posting = _adjusted(count, actor)
    record(
        actor=actor,
        action="lot.counted",
        subject=batch,
        cooperative=batch.cooperative,
        book_base=count.book_base,
        counted_base=count.counted_base,
        note=count.note,
        photo_sha256=photo.sha256 if photo else "",
    )
    touch_pages(Batch.objects.filter(pk=batch.pk))
    moved([batch.pk])
    return posting


def _check_count(count: Count) -> None:
    gap = count.counted_base - count.book_base
    most = tolerance(count.book_base, count.batch.base_unit)
    if count.counted_base < 0:
        raise BadCount("negative_count")
    if gap == 0:
        raise BadCount("nothing_to_correct")
    if not count.note:
        raise BadCount("count_note_needed")
    if count.batch.kind == Batch.Kind.FINISHED and gap > most:
        raise BadCount("packs_do_not_appear")
    if count.photo is None and abs(gap) > most:
        raise BadCount("photo_needed")


def _adjusted(count: Count, actor: Actor) -> Posting:
    """Told as an event, and the books set to it."""
    event = record_count(count, actor=actor)
    gap = count.counted_base - count.book_base
    way = 1 if gap > 0 else -1
    movement = Movement(
        PostingKind.ADJUST, abs(gap), at=event.event_time, event_id=event.pk, by=actor.user, direction=way
    )
    return post_recorded(batch_id=count.batch.pk, movement=movement)


@dataclass(frozen=True, slots=True)
class Book:
    """One line and kind of goods of a cooperative in one month, and its signature when there is one."""

    line: ProductLine
    kind: str
    base_unit: str
    month: date
    sums: Month
    signed: MonthClosing | None = None

    @property
    def key(self) -> str:
        return f"{self.line.pk}-{self.kind}-{self.base_unit}"


def books_of(cooperative: Cooperative, month: date) -> list[Book]:
    """What the postings say of every line and kind of goods that moved or lay there in ``month``. Three queries."""
    begins, ends = _bounds(month)
    rows = (
        in_force()
        .filter(batch__cooperative=cooperative, at__lt=ends, batch__product__line__isnull=False)
        .exclude(on_hand_delta=0)
        .order_by()
        .values_list("batch__product__line_id", "batch__kind", "batch__base_unit", "kind")
        .annotate(
            before=Sum("on_hand_delta", filter=Q(at__lt=begins), default=0),
            up=Sum("on_hand_delta", filter=Q(at__gte=begins, on_hand_delta__gt=0), default=0),
            down=Sum("on_hand_delta", filter=Q(at__gte=begins, on_hand_delta__lt=0), default=0),
        )
    )
    sums: dict[tuple[int, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line_id, sort, unit, kind, before, up, down in rows:
        book = sums[line_id, sort, unit]
        book["opening"] += before
        book["came"] += up if kind in CAME else 0
        book["went"] -= down if kind in WENT else 0
        book["lost"] -= down if kind in LOST else 0
        book["adjusted_up"] += up if kind == PostingKind.ADJUST else 0
        book["adjusted_down"] -= down if kind == PostingKind.ADJUST else 0
    lines = ProductLine.objects.in_bulk({line_id for line_id, _sort, _unit in sums})
    closings = MonthClosing.objects.filter(cooperative=cooperative, month=month.replace(day=1)).select_related(
        "signed_by"
    )
    signed = {(one.line_id, one.kind, one.base_unit): one for one in closings}
    books = [
        Book(lines[place[0]], *place[1:], month.replace(day=1), Month(unit=place[2], **told), signed.get(place))
        for place, told in sums.items()
        if any(told.values())
    ]
    return sorted(books, key=lambda book: (book.line.name, book.kind))


def _bounds(month: date) -> tuple[datetime, datetime]:
    first = month.replace(day=1)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return midnight(first), midnight(after)


@transaction.atomic
def sign_month(*, book: Book, cooperative: Cooperative, counted_base: int, note: str, actor: Actor) -> MonthClosing:
    """Close a month that is over (MB-7). Raises :class:`CannotSign` while books and count differ beyond tolerance:
    first each wrong lot is counted and corrected, with a photo. A large correction upwards goes to the inspector."""
    _begins, ends = _bounds(book.month)
    if clock.now() < ends:
        raise CannotSign("month_not_over")
    if actor.user is None:
        raise ValueError("a month is signed by a person")
    findings = check_month(book.sums, counted=counted_base)
    if any(finding.severity == Severity.BLOCK for finding in findings):
        raise CannotSign(
            "counts_differ",
            book_base=book.sums.closing,
            counted_base=counted_base,
            tolerance_base=tolerance(book.sums.closing, book.base_unit),
            unit=book.base_unit,
        )
    try:
        with transaction.atomic():
            closing = _signed(book, cooperative, counted_base, note, actor, needs_inspection=bool(findings))
    except IntegrityError as clash:
        raise CannotSign("already_signed") from clash
    record(
        actor=actor,
        action="month.signed",
        subject=closing,
        cooperative=cooperative,
        month=f"{book.month:%Y-%m}",
        counted_base=counted_base,
        needs_inspection=closing.needs_inspection,
    )
    return closing


def _signed(
    book: Book, cooperative: Cooperative, counted_base: int, note: str, actor: Actor, *, needs_inspection: bool
) -> MonthClosing:
    sums = book.sums
    return MonthClosing.objects.create(
        cooperative=cooperative,
        line=book.line,
        kind=book.kind,
        base_unit=book.base_unit,
        month=book.month,
        opening_base=sums.opening,
        in_base=sums.came,
        out_base=sums.went,
        loss_base=sums.lost,
        closing_base=sums.closing,
        counted_base=counted_base,
        adjusted_up_base=sums.adjusted_up,
        needs_inspection=needs_inspection,
        note=note.strip()[:300],
        signed_at=clock.now(),
        signed_by_id=actor.user.pk if actor.user else 0,
    )


def last_months(today: date) -> list[date]:
    """First days of the months that are over and may still be signed, newest first."""
    months, first = [], today.replace(day=1)
    for _back in range(MONTHS_SHOWN):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    return months
