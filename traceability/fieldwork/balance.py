"""Does a lot add up? What came in, what went out, what is left; what the checks found and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from community.text.quantities import show_number
from traceability.balance.claiming import Claim, claims_of
from traceability.balance.facts import Making
from traceability.balance.gathering import Gathered, band_for, gather
from traceability.balance.growing import harvests_of, limit_of
from traceability.balance.models import Check, Severity
from traceability.balance.positions import position_of
from traceability.balance.settling import LONGEST_NOTE, BadAnswer, explain
from traceability.balance.space import place_class
from traceability.balance.withholding import papers_of, withheld_from
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.certificates.models import Certificate
from traceability.fieldwork.balance_words import Told, tell
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.sentences import reader_language, sentence_of
from traceability.products.bands import PlotCap

MOST_LISTED = 100
WIDTH = 320  # of a band's drawing, in its own units


class WhyForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is right"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """One line of the account: "Packed · 220 kg"."""

    name: str
    base: int


@dataclass(frozen=True, slots=True)
class Bar:
    """How much came out of a step beside what is usual; places on a line of ``WIDTH``."""

    step: str
    taken: int
    given: int
    percent: str
    low: str
    high: str
    low_at: int
    span: int
    mark_at: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Season:
    """What a plot has given this season of what it can bear, in grams."""

    plot: str
    used: int
    cap: int

    @property
    def left(self) -> int:
        return max(0, self.cap - self.used)


@require_safe
@member_required("record")
def balance_list(request: MemberRequest) -> HttpResponse:
    """Every lot that waits for somebody, worst first."""
    lots = lots_needing_attention(request.cooperative.pk)
    return render(request, "fieldwork/balance_list.html", {"lots": lots[:MOST_LISTED]})


def lots_needing_attention(cooperative_id: int) -> list[tuple[Batch, list[Told]]]:
    """Lots with a block or a question, each with its checks in words. One query."""
    checks = (
        Check.objects.open()
        .filter(batch__cooperative_id=cooperative_id)
        .exclude(severity=Severity.INFO)
        .select_related("batch__product__line", "batch__pack")
        .worst_first()
    )
    found: dict[int, tuple[Batch, list[Told]]] = {}
    for check in checks[: MOST_LISTED * 3]:
        batch, told = found.setdefault(check.batch_id, (check.batch, []))
        told.append(tell(check, unit=batch.base_unit))
    return list(found.values())


@require_safe
@member_required("record")
def balance_page(request: MemberRequest, public_code: str) -> HttpResponse:
    return _page(request, batch_or_404(request.cooperative, public_code), WhyForm())


@require_POST
@member_required("record")
def explain_check(request: MemberRequest, public_code: str, check: int) -> HttpResponseBase:
    """Why a questioned record is right; a block is answered by putting the records right."""
    batch = batch_or_404(request.cooperative, public_code)
    form = WhyForm(request.POST)
    asked = get_object_or_404(Check.objects.filter(batch=batch), pk=check)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why it is right."))
        return _page(request, batch, form, status=422)
    try:
        explain(check=asked, note=form.cleaned_data["note"], actor=request.actor)
    except BadAnswer as fault:
        messages.error(request, sentence_of(fault))
        return _page(request, batch, form, status=409)
    messages.success(request, _("Thank you. Your explanation is kept with the lot."))
    return SeeOther(reverse("fieldwork:balance", args=[batch.public_code]))


def _page(request: MemberRequest, batch: Batch, form: WhyForm, *, status: int = 200) -> HttpResponse:
    gathered = gather([batch.pk])
    checks = [tell(check, unit=batch.base_unit) for check in batch.checks.open().worst_first().select_related("batch")]
    came, gone = _flows(batch)
    claims = claims_of(batch)
    facts = {
        "batch": batch,
        "drawing": product_drawing(batch.product),
        "checks": checks,
        "answered": batch.checks.filter(how__in=["explained", "dismissed", "confirmed"]).order_by("-cleared_at")[:5],
        "came": came,
        "gone": gone,
        "left": batch.on_hand_base - batch.shortfall_base,
        "missing": max(0, batch.shortfall_base - batch.on_hand_base),
        "reserved": batch.on_hand_base - batch.available_base,
        "bars": _bars(batch, gathered),
        "seasons": _seasons(batch),
        "claims": [(_scheme(claim), claim) for claim in claims],
        "withheld": withheld_papers(batch, besides={claim.scheme for claim in claims}),
        "place_is_said": batch.plot is not None and place_class(position_of(batch)) == "self_declared",
        "may_claim": request.membership.may("list"),
        "form": form,
        "width": WIDTH,
    }
    return render(request, "fieldwork/balance.html", facts, status=status)


def withheld_papers(batch: Batch, *, besides: Collection[str] = ()) -> list[tuple[str, str]]:
    """The papers of growing that its page does not show, each with the reason. ``besides``: schemes told of already."""
    papers = list(papers_of(batch).valid_on(clock.today()).exclude(scheme__in=besides).order_by("scheme", "-issued_on"))
    reasons = withheld_from(batch, papers)
    return [(f"{paper.get_scheme_display()} {paper.number}", why) for paper in papers if (why := reasons.get(paper.pk))]


def _scheme(claim: Claim) -> str:
    return str(Certificate.Scheme(claim.scheme).label)


def _flows(batch: Batch) -> tuple[list[Flow], list[Flow]]:
    """What came in and what left, by kind; corrections are told as such, what was taken back is not told."""
    sums: dict[str, int] = {}
    rows = Posting.objects.filter(batch=batch, cancels__isnull=True, cancelled_by__isnull=True).exclude(on_hand_delta=0)
    for kind, delta in rows.values_list("kind", "on_hand_delta"):
        name = f"{kind}{'+' if delta > 0 else '-'}" if kind == PostingKind.ADJUST else kind
        sums[name] = sums.get(name, 0) + delta
    flows = [(Flow(_kind_name(name), abs(base)), base > 0) for name, base in sums.items()]
    return [flow for flow, is_in in flows if is_in], [flow for flow, is_in in flows if not is_in]


def _kind_name(kind: str) -> str:
    if kind.startswith(PostingKind.ADJUST):
        return _("Counted: more") if kind.endswith("+") else _("Counted: less")
    return str(PostingKind(kind).label)


def _bars(batch: Batch, gathered: Gathered) -> list[Bar]:
    """One bar for each step that gave to this lot and has a band."""
    names = dict(batch.product.line.steps.values_list("code", "name")) if batch.product.line else {}
    bars = [_bar(making, gathered, names) for making in gathered.made_by.get(batch.pk, ())]
    return [bar for bar in bars if bar is not None]


def _bar(making: Making, gathered: Gathered, names: dict[str, str]) -> Bar | None:
    band = band_for(making, gathered.bands)
    if band is None or not making.is_comparable:
        return None
    language = reader_language()
    share = making.given * 1000 // making.taken
    whole = max(band.most, share) * 11 // 10 or 1
    low_at, high_at = band.low * WIDTH // whole, band.high * WIDTH // whole
    return Bar(
        step=names.get(making.step, making.step),
        taken=making.taken,
        given=making.given,
        percent=_percent(share, language),
        low=_percent(band.low, language),
        high=_percent(band.high, language),
        low_at=low_at,
        span=max(2, high_at - low_at),
        mark_at=min(WIDTH - 2, share * WIDTH // whole),
        fits=band.low <= share <= band.high,
    )


def _percent(per_mille: int, language: str) -> str:
    whole, tenth = divmod(per_mille, 10)
    shown = show_number(whole, language)
    return f"{shown}{',' if language != 'en' else '.'}{tenth} %" if tenth else f"{shown} %"


def _seasons(batch: Batch) -> list[Season]:
    """ "Còn 1.120 kg trên 3.000 kg" of the plot and season of this lot's harvest; nothing without an area or a cap."""
    plot, line = batch.plot, batch.product.line_id
    if plot is None or not plot.counted_m2 or line is None:
        return []
    cap = PlotCap.objects.filter(line_id=line).first()
    if cap is None:
        return []
    limit = limit_of(plot, cap)
    harvests = harvests_of([plot.pk]).get((plot.pk, line), [])
    days = {limit.season_of(one.on) for one in harvests if one.batch_id == batch.pk}
    days = days or {limit.season_of(timezone.localdate())}
    return [
        Season(plot.name, sum(one.base for one in harvests if limit.season_of(one.on) == season), limit.cap_base)
        for season in sorted(days)
    ]
