"""Statements of banks in the staff's admin: upload, say which column is what, look at the preview, take in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from community.audit.actors import Actor
from community.errors import DomainError
from community.sheets.reading import MOST_BYTES, MOST_ROWS
from community.staff_rights import actor_with
from community.text.money import show_dong
from marketplace.moderation.looking import LookViewSet
from marketplace.moderation.money_sentences import moment
from marketplace.payments.bank_files.columns import FIELDS, NEEDED
from marketplace.payments.bank_files.later import read_statement_later
from marketplace.payments.bank_files.taking_in import (
    choose_columns,
    confirm_statement,
    drop_statement,
    preview_key,
    upload_statement,
)
from marketplace.payments.models import Statement
from marketplace.payments.states import StatementStatus
from marketplace.receiving.models import ReceivingAccount

RIGHT = "marketplace.add_statement"
AGAIN_SECONDS = 4  # the page asks again while the worker reads; without JavaScript
LABELS: dict[str, Promise] = {
    "day": _("Day"),
    "amount": _("Money in"),
    "debit": _("Money out"),
    "reference": _("Reference of the bank"),
    "memo": _("Words of the transfer"),
    "balance": _("Balance after it"),
}
ROW_TROUBLES: dict[str, Promise] = {
    "no_day": _("the day cannot be read"),
    "no_amount": _("the amount is no whole number of đồng"),
    "future": _("the day is still to come"),
}
TROUBLES: dict[str, Promise] = {
    "known": _("This file was uploaded by %(name)s at %(time)s already."),
    "columns": _("Choose a column of its own for the day, the money that came in and the words."),
    "troubles": _(
        "Nothing was taken in: %(count)s rows cannot be read. Choose other columns, or a file as the bank made it."
    ),
    "moved": _("%(name)s was faster, at %(time)s: the file is now “%(status)s”."),
    "other_preview": _("The file was read again meanwhile. Look at the preview once more, then confirm."),
    "nothing_new": _("Every row is known already. There is nothing to take in."),
    "too_large": _("The file is too large. Download a shorter time from the bank."),
    "too_many_rows": _("The file has more than %(most)s rows. Download a shorter time from the bank."),
    "no_sheet": _("This is no csv or xlsx file that can be read. Download it from the bank once more."),
    "empty": _("The file is empty."),
    "lost": _("The file is not kept here any more. Drop it and upload it again."),
}


class UploadForm(forms.Form):
    account = forms.ModelChoiceField(
        label=_("Account the statement is of"), queryset=ReceivingAccount.objects.select_related("cooperative")
    )
    file = forms.FileField(label=_("File of the bank (csv or xlsx)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].label_from_instance = _account_name  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(str(TROUBLES["too_large"]))
        return file


def _page_of(statement: Statement) -> str:
    return reverse("statement_page", args=[statement.pk])


class StatementIndex(IndexView):
    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(RIGHT):
            return []
        return [HeaderButton(str(_("Upload a statement")), url=reverse("statement_upload"), icon_name="upload")]


class StatementViewSet(LookViewSet):
    model = Statement
    icon = "table"
    menu_label = _("Bank statements")
    index_view_class = StatementIndex
    inspect_view_enabled = False
    list_display = (
        TitleColumn("name", label=_("File"), get_url=_page_of),
        Column("account", label=_("Account")),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("uploaded_by", label=_("Uploaded by")),
        DateColumn("uploaded_at", label=_("Uploaded")),
    )
    list_filter = ("status",)
    list_select_related = ("account", "uploaded_by")
    ordering = ("-pk",)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The file and whose account it is of; nothing is counted yet."""
    actor = actor_with(request.user, RIGHT)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            statement = upload_statement(
                account=form.cleaned_data["account"], name=file.name or "", body=file.read(), actor=actor
            )
            read_statement_later(statement.pk)
            return redirect("statement_page", statement.pk)
        except DomainError as refused:
            form.add_error("file", _sentence(refused))
    return render(request, "moderation/statement_upload.html", {"form": form, "most": MOST_ROWS})


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: columns first, then the preview, then what was taken in."""
    actor = actor_with(request.user, RIGHT)
    statement = get_object_or_404(Statement.objects.select_related("account", "uploaded_by", "confirmed_by"), pk=pk)
    if request.method == "POST":
        try:
            messages.success(request, str(_act(request, statement, actor)))
        except DomainError as refused:
            messages.error(request, _sentence(refused))
        return redirect("statement_page", pk)
    return render(request, "moderation/statement.html", _facts(statement))


def _act(request: HttpRequest, statement: Statement, actor: Actor) -> Promise:
    match request.POST.get("act"):
        case "columns":
            chosen = {name: request.POST.get(name, "") for name in FIELDS}
            fields = {name: int(value) for name, value in chosen.items() if value.isdecimal() and len(value) < 4}
            choose_columns(statement=statement, fields=fields, actor=actor)
            read_statement_later(statement.pk)
            return _("The file is being read with these columns; nothing is counted yet.")
        case "confirm":
            confirm_statement(statement=statement, looked_at=request.POST.get("looked_at", ""), actor=actor)
            read_statement_later(statement.pk)
            return _("The rows are being taken in.")
        case _:
            drop_statement(statement=statement, actor=actor)
            return _("Dropped. Nothing was counted.")


def _facts(statement: Statement) -> dict[str, Any]:
    seen, open_states = statement.seen, (StatementStatus.UPLOADED, StatementStatus.READ)
    facts: dict[str, Any] = {
        "statement": statement,
        "seen": statement.seen,
        "is_open": statement.status in open_states,
        "again": AGAIN_SECONDS if statement.status == StatementStatus.READING else 0,
        "refused": _sentence(DomainError(seen["refused"], **seen["facts"])) if seen.get("refused") else "",
        "closing": (date.fromisoformat(seen["closing"][0]), seen["closing"][1]) if seen.get("closing") else None,
        "looked_at": preview_key(statement),
        "is_read": statement.status == StatementStatus.READ,
        "troubles": [(number, ROW_TROUBLES[code]) for number, code in statement.seen.get("troubles", [])],
        "lines": [(day, show_dong(dong), words, code) for day, dong, words, code in statement.seen.get("lines", [])],
        "new_sum": show_dong(statement.seen.get("new_dong", 0)),
    }
    if statement.status in open_states:
        names = [cell or f"({number})" for number, cell in enumerate(statement.columns.get("names", []), 1)]
        fields = statement.columns["fields"]
        facts |= {
            "names": list(enumerate(names)),
            "choices": [(name, LABELS[name], fields.get(name), name in NEEDED) for name in FIELDS],
            "sample": statement.columns.get("sample", []),
        }
    return facts


def _account_name(account: ReceivingAccount) -> str:
    owner = account.cooperative.name if account.cooperative else str(_("The market"))
    return f"{owner} · {account}"


def _sentence(refused: DomainError) -> str:
    facts = refused.facts
    words = {
        "name": str(facts.get("by", "")),
        "time": moment(facts.get("at")),
        "count": facts.get("count", 0),
        "most": facts.get("most", MOST_ROWS),
        "status": StatementStatus(facts["status"]).label if "status" in facts else "",
    }
    return str(TROUBLES.get(refused.code, TROUBLES["no_sheet"])) % words


urlpatterns = [
    path("sao-ke/tai-len/", upload, name="statement_upload"),
    path("sao-ke/<int:pk>/xem/", page, name="statement_page"),
]
