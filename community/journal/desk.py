"""The staff's search over everything that was done, in Wagtail's admin; as a file too."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.menu import MenuItem

from community import clock
from community.accounts.models import User
from community.audit.models import AuditQuerySet
from community.journal.searching import Wanted, before_of, found, in_words, leaf
from community.sheets.writing import SheetOut, Value, write_csv_zip, write_workbook
from community.staff_rights import actor_with

RIGHT = "community.view_auditentry"
MOST_ROWS = 5_000
DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(9000, 1, 1))]
KINDS = {
    "xlsx": (write_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": (write_csv_zip, "application/zip", "csv.zip"),
}


class JournalItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


class SearchForm(forms.Form):
    person = forms.CharField(label=gettext_lazy("Who (name or telephone)"), required=False, max_length=60)
    seller = forms.CharField(label=gettext_lazy("Cooperative (name or code)"), required=False, max_length=60)
    paper = forms.CharField(label=gettext_lazy("Number of the mandate"), required=False, max_length=20)
    act = forms.CharField(label=gettext_lazy("What was done (words)"), required=False, max_length=60)
    code = forms.CharField(label=gettext_lazy("Code of the thing"), required=False, max_length=60)
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    by_helpers = forms.BooleanField(label=gettext_lazy("Only what helpers did for others"), required=False)
    person_id = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput())


@require_http_methods(["GET", "HEAD", "POST"])
def journal_desk(request: HttpRequest) -> HttpResponse:
    """The search words, ``before`` (a page), ``file`` ("xlsx" | "csv"). They are posted, so that no name and no
    telephone stands in an address; links lead here with a code or a person's number.
    """
    actor_with(request.user, RIGHT)
    told = request.POST if request.method == "POST" else request.GET.copy()
    if request.method != "POST":
        told.pop("person", None)
    form = SearchForm(told)
    if not form.is_valid():
        return render(request, "community/journal_desk.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    rows = found(Wanted(**form.cleaned_data))
    if kind := told.get("file"):
        return _as_file(rows, kind)
    shown = leaf(rows, before=before_of(told.get("before", "")))
    only = User.objects.filter(pk=form.cleaned_data["person_id"]).first()
    facts = {"form": form, "leaf": shown, "most": MOST_ROWS, "only": only}
    return render(request, "community/journal_desk.html", facts)


def _as_file(rows: AuditQuerySet, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    write, content_type, ending = KINDS[kind]
    headings = [(_("When"), 18), (_("What"), 90), (_("About"), 50), (_("Cooperative"), 30), (_("Mandate"), 12)]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "out"
        write(made, [SheetOut(_("Journal"), headings, _rows(rows))])
        content = made.read_bytes()
    told = {
        "Content-Disposition": f'attachment; filename="nhat-ky-{clock.today():%Y%m%d}.{ending}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=told)


def _rows(rows: AuditQuerySet) -> Iterator[tuple[Value, ...]]:
    entries: list[Any] = list(rows.select_related("actor", "cooperative")[:MOST_ROWS])
    for line in in_words(entries):
        seller = line.entry.cooperative.name if line.entry.cooperative else ""
        yield line.entry.at, line.words, line.about, seller, line.entry.mandate_code


urlpatterns: list[URLPattern] = [path("nhat-ky/", journal_desk, name="journal_desk")]
