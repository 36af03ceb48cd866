"""One's own season, and how long a step takes with oneself: what counts, what is asked of staff, and asking for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from traceability.balance.models import OwnTimes
from traceability.balance.own_times import LONGEST_REASON, BadTimes, Times, answered_or_waiting, ask_times
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.plot_forms import KEYPAD
from traceability.fieldwork.questions import read_number
from traceability.fieldwork.sentences import sentence_of
from traceability.fieldwork.time_words import span_words, times_words
from traceability.products.bands import YieldBand
from traceability.products.models import LineStep, Product, ProductLine

SEASON = "mua-vu"
NUMBER = forms.TextInput(KEYPAD | {"inputmode": "decimal"})
UNITS = {"hours": 60, "days": 24 * 60}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a rule looks at: its name, what usually counts, and what was asked for."""

    slug: str
    name: str
    usual: str
    asked: OwnTimes | None = None

    @property
    def own(self) -> str:
        return times_words(self.asked) if self.asked else ""


class SeasonForm(forms.Form):
    months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("In which months do you harvest?"),
        coerce=int,
        required=False,
        choices=lambda: [(month, _("Month %(number)s") % {"number": month}) for month in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: as it is written with each product again."),
    )

    @property
    def times(self) -> Times:
        return Times(months=tuple(self.cleaned_data["months"]))


class DurationForm(forms.Form):
    least = forms.CharField(label=gettext_lazy("At least"), required=False, max_length=8, widget=NUMBER)
    most = forms.CharField(label=gettext_lazy("At most"), required=False, max_length=8, widget=NUMBER)
    unit = forms.ChoiceField(
        label=gettext_lazy("Hours or days?"),
        choices=[("hours", gettext_lazy("hours")), ("days", gettext_lazy("days"))],
        widget=forms.RadioSelect,
        initial="hours",
    )

    def clean_least(self) -> Decimal | None:
        return self._number("least")

    def clean_most(self) -> Decimal | None:
        return self._number("most")

    def _number(self, name: str) -> Decimal | None:
        typed: str = self.cleaned_data[name]
        number = read_number(typed) if typed else None
        if typed and (number is None or number < 0):
            raise forms.ValidationError(_("Type a number, like 8 or 1,5."), code="bad_number")
        return number

    @property
    def times(self) -> Times:
        size = UNITS[self.cleaned_data["unit"]]
        least, most = self.cleaned_data["least"], self.cleaned_data["most"]
        return Times((), None if least is None else int(least * size), None if most is None else int(most * size))


def _reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why is it so with you?"),
        max_length=LONGEST_REASON,
        help_text=_("The province's staff reads it and decides."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words why.")},
    )


@require_safe
@member_required("list")
def times_page(request: MemberRequest) -> HttpResponseBase:
    lines = [(line, _rows(request.cooperative, line)) for line in _lines(request.cooperative)]
    return render(request, "fieldwork/times.html", {"lines": lines})


def _lines(cooperative: Cooperative) -> list[ProductLine]:
    return list(ProductLine.objects.filter(products__cooperative=cooperative).distinct().order_by("name"))


def _rows(cooperative: Cooperative, line: ProductLine) -> list[Row]:
    asked = answered_or_waiting(cooperative)
    months: set[int] = set()
    for told in Product.objects.filter(cooperative=cooperative, line=line).values_list("season_months", flat=True):
        months.update(told)
    rows = [Row(SEASON, _("Season"), times_words(OwnTimes(months=sorted(months))), asked.get((line.pk, "")))]
    names = {step.code: step.shown_name for step in LineStep.objects.filter(line=line)}
    timed = ~Q(step="") & (Q(least_minutes__isnull=False) | Q(most_minutes__isnull=False))
    for band in YieldBand.objects.filter(timed, line=line):
        if band.step in names:
            usual = span_words(band.least_minutes, band.most_minutes)
            rows.append(Row(band.step, names[band.step], usual, asked.get((line.pk, band.step))))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def ask_page(request: MemberRequest, line_code: str, what: str) -> HttpResponseBase:
    line = get_object_or_404(ProductLine, code=line_code, pk__in=[line.pk for line in _lines(request.cooperative)])
    row = next((row for row in _rows(request.cooperative, line) if row.slug == what), None)
    if row is None:
        raise Http404
    kind: Any = SeasonForm if what == SEASON else DurationForm
    form = kind(request.POST if request.method == "POST" else None)
    form.fields["reason"] = _reason_field()
    if request.method == "POST" and form.is_valid():
        try:
            ask_times(
                cooperative=request.cooperative,
                line=line,
                step="" if what == SEASON else what,
                said=form.times,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
            )
        except BadTimes as fault:
            form.add_error(None, sentence_of(fault))
        else:
            messages.success(request, _("Thank you. The province's staff looks at it."))
            return SeeOther(reverse("fieldwork:times"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "fieldwork/ask_times.html", {"line": line, "row": row, "form": form}, status=status)
