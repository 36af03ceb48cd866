"""Excel on the desk: bring a sheet, look at every row, mend it in place, take it in, undo it; take everything away."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.errors import DomainError
from community.sheets.reading import MOST_BYTES, MOST_ROWS
from marketplace.exporting.building import ask_export, build_export_later, take_export
from marketplace.exporting.models import ExportKind, SheetExport
from marketplace.importing.applying import ask_to_apply
from marketplace.importing.columns import FIELDS, LONG, LONGEST
from marketplace.importing.later import work_on_import
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.taking_in import drop_import, leave_row_out, mend_row, upload_sheet
from marketplace.importing.template import write_template
from marketplace.importing.undoing import ask_to_undo
from marketplace.selling.door import posted
from marketplace.selling.sheet_words import (
    COLUMNS,
    PILLS,
    cell_of,
    counts_words,
    effect_words,
    fault_words,
    refused_words,
    row_words,
    used_words,
)

ROWS_PER_PAGE = 30
SHOWN = 10
LOOK_AGAIN_SECONDS = 4
PLAIN = {"autocomplete": "off"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File (xlsx or csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
    )


class RowForm(forms.Form):
    """The cells of one row as they were typed: those the sheet has, and those that are wrong."""

    def __init__(self, *args: Any, row: ImportRow, columns: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has = set(columns.get("sheets", {}).get(row.sheet, {})) | {name for name, _code, _facts in row.faults}
        for name in FIELDS:
            if name in has:
                where = cell_of(row, name, columns)
                self.fields[name] = forms.CharField(
                    label=f"{COLUMNS[name]} ({where})" if where else str(COLUMNS[name]),
                    required=False,
                    max_length=LONG.get(name, LONGEST),
                    initial=row.values.get(name, ""),
                    widget=forms.Textarea(attrs={"rows": 3}) if name in LONG else forms.TextInput(attrs=PLAIN),
                )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes={"import"}, drafts=True)
def sheets_page(request: MemberRequest) -> HttpResponseBase:
    """Bring a file; the files that were brought and asked for before."""
    form = UploadForm(posted(request), request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid() and (sheet := _uploaded(request, form)):
            work_on_import(sheet.pk)
            return redirect("selling:sheet", code=sheet.code)
    exports = SheetExport.objects.filter(cooperative=request.cooperative, asked_by=request.user)[:3]
    facts = {
        "form": form,
        "imports": [(one, PILLS.get(ImportStatus(one.status), "")) for one in _imports(request)[:SHOWN]],
        "exports": [one for one in exports if one.is_ready or one.is_waiting],
        "waits": any(one.is_waiting for one in exports),
        "most": f"{MOST_ROWS:,}".replace(",", "."),
        "sees_buyers": request.membership.may("pack"),
    }
    return _looks_again(render(request, "selling/sheets.html", facts, status=status), bool(facts["waits"]))


def _imports(request: MemberRequest) -> QuerySet[SheetImport]:
    mine = SheetImport.objects.filter(cooperative=request.cooperative)
    return mine.select_related("author", "applied_by", "cooperative")


def _uploaded(request: MemberRequest, form: UploadForm) -> SheetImport | None:
    file = form.cleaned_data["file"]
    try:
        body = file.read() if file.size <= MOST_BYTES else b" " * (MOST_BYTES + 1)
        return upload_sheet(cooperative=request.cooperative, name=file.name or "", body=body, actor=request.actor)
    except DomainError as fault:
        form.add_error("file", refused_words(fault.code, fault.facts))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes={"import"})
def sheet_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """One import: being read, its rows, taken in, undone."""
    sheet = get_object_or_404(_imports(request), code=code.upper())
    if request.method == "POST":
        try:
            _act(request, sheet)
        except DomainError as fault:
            messages.error(request, refused_words(fault.code, fault.facts))
        return redirect("selling:sheet", code=sheet.code)
    rows = ImportRow.objects.filter(sheet_import=sheet)
    only_bad = "loi" in request.GET or ("tat-ca" not in request.GET and bool(sheet.seen.get("bad")))
    page = Paginator(rows.filter(is_bad=True) if only_bad else rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    refused = sheet.refused.get("code", "")
    facts = {
        "sheet": sheet,
        "pill": PILLS.get(ImportStatus(sheet.status), ""),
        "counts": counts_words(sheet.seen),
        "bad": sheet.seen.get("bad", 0),
        "has_news": sheet.seen.get("rows", 0) > sheet.seen.get("same", 0),
        "refused": refused_words(refused, sheet.refused) if refused else "",
        "used": used_words(sheet),
        "unused": sorted({name for names in sheet.columns.get("unused", {}).values() for name in names})[:12],
        "only_bad": only_bad,
        "page": page,
        "rows": [(row, *row_words(row), effect_words(row), _faults(row, sheet)) for row in page.object_list],
        "shows_rows": sheet.status in (ImportStatus.CHECKED, ImportStatus.APPLIED, ImportStatus.UNDONE),
    }
    return _looks_again(render(request, "selling/sheet.html", facts), sheet.is_at_work and not sheet.is_stuck)


def _looks_again(response: HttpResponse, waits: bool) -> HttpResponse:
    """While the worker is busy the page asks again by itself, also without JavaScript."""
    if waits:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


def _faults(row: ImportRow, sheet: SheetImport) -> list[str]:
    return [fault_words(row, fault, sheet.columns) for fault in row.faults]


def _act(request: MemberRequest, sheet: SheetImport) -> None:
    match request.POST.get("act"):
        case "apply":
            ask_to_apply(sheet=sheet, actor=request.actor)
            work_on_import(sheet.pk)
        case "undo":
            ask_to_undo(sheet=sheet, actor=request.actor)
            work_on_import(sheet.pk)
        case "again" if sheet.is_stuck:
            work_on_import(sheet.pk)
        case "drop":
            drop_import(sheet=sheet, actor=request.actor)
            messages.success(request, _("Dropped. Nothing was taken in."))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes={"import"}, drafts=True)
def row_page(request: MemberRequest, code: str, place: int) -> HttpResponseBase:
    """One row, mended in place; the whole sheet is then checked again."""
    sheet = get_object_or_404(_imports(request), code=code.upper())
    row = get_object_or_404(ImportRow, sheet_import=sheet, place=place)
    form = RowForm(posted(request), row=row, columns=sheet.columns)
    if request.method == "POST" and form.is_valid():
        try:
            if "out" in request.POST:
                leave_row_out(row=row, actor=request.actor)
            else:
                mend_row(row=row, values=form.cleaned_data, actor=request.actor)
        except DomainError as fault:
            messages.error(request, refused_words(fault.code, fault.facts))
        else:
            work_on_import(sheet.pk)
            done = _("Left out.") if "out" in request.POST else _("Saved. The file is checked again.")
            messages.success(request, done)
        return redirect("selling:sheet", code=sheet.code)
    facts = {"sheet": sheet, "row": row, "form": form, "faults": _faults(row, sheet)}
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/sheet_row.html", facts, status=status)


@require_safe
@member_required("list", scopes={"import"})
def template_file(request: MemberRequest) -> HttpResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mau.xlsx"
        write_template(path, today=clock.today())
        body = path.read_bytes()
    name = {"Content-Disposition": 'attachment; filename="mau-nhap-hang.xlsx"'}
    return HttpResponse(body, content_type=WORKBOOK, headers=name)


@require_POST
@member_required("list", scopes=IN_PERSON)
def export(request: MemberRequest) -> HttpResponseBase:
    """Everything the cooperative owns and this member may see, built by the worker."""
    kind = request.POST.get("kind", "")
    if kind in ExportKind.values:
        wish = ask_export(
            cooperative=request.cooperative,
            kind=kind,
            with_buyers=request.membership.may("pack"),
            with_money=request.membership.may("money"),
            actor=request.actor,
        )
        build_export_later(wish.pk)
        messages.success(request, _("Being made. It stands under “Take everything away” in a moment."))
    return redirect("selling:sheets")


@require_safe
@member_required("list", scopes=IN_PERSON)
def export_file(request: MemberRequest, code: str) -> HttpResponseBase:
    """Only for whoever asked for it, while their role still lets them see what is in it."""
    mine = SheetExport.objects.filter(cooperative=request.cooperative, asked_by=request.user)
    wish = get_object_or_404(mine.select_related("cooperative"), code=code.upper())
    may = request.membership.may
    allowed = (not wish.with_buyers or may("pack")) and (not wish.with_money or may("money"))
    path = take_export(export=wish, actor=request.actor) if allowed else None
    if path is None:
        messages.error(request, _("This file is not kept any more. Ask for a new one."))
        return redirect("selling:sheets")
    day = clock.today()
    name = f"cho-nguon-{request.cooperative.code}-{day:%Y%m%d}.{wish.kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
