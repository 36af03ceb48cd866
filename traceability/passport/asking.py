"""Pages of people without a scanner, and of people who doubt what they hold."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from community.limiting import is_within
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.passport.finding import batch_by_code
from traceability.passport.forms import LookupForm, ReportForm
from traceability.passport.looking_up import look_up
from traceability.passport.reporting import LONGEST_CODE, report_batch

REPORTS_PER_HOUR = 6
LOOKUPS_PER_HOUR = 120
TROUBLES: dict[str, tuple[Promise, Promise]] = {
    "no_batch": (
        _("Nothing found"),
        _("No batch has the code “%(typed)s”. Check each letter and digit; O and 0, I and 1 count as the same."),
    ),
    "one_sign_wrong": (
        _("One letter or digit is wrong"),
        _("“%(typed)s” cannot be a code of ours: its last sign does not fit the others. Read it once more."),
    ),
    "broken_link": (
        _("This link is damaged"),
        _("“%(typed)s” is not a whole link of a batch. Scan the code again, or type the ten signs under it."),
    ),
    "other_site": (
        _("This link leads to another site"),
        _("“%(typed)s” is not an address of this market, so we cannot say anything about it."),
    ),
    "too_many": (_("Too many questions from here"), _("Please wait a while and try again.")),
}


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """Type the code, the lot, the barcode number or paste the link; one match opens its page."""
    form = LookupForm(request.GET or None)
    if not form.is_valid():
        return render(request, "passport/lookup.html", {"form": form})
    if not is_within(request, action="lookup", most=LOOKUPS_PER_HOUR):
        return _trouble(request, form, "too_many", HTTPStatus.TOO_MANY_REQUESTS)
    found = look_up(form.cleaned_data["code"])
    if found.path:
        return HttpResponseRedirect(found.path + _wish())
    if found.trouble:
        return _trouble(request, form, found.trouble, HTTPStatus.NOT_FOUND)
    choices = [(batch, batch_path(batch) + _wish()) for batch in found.batches]
    return render(request, "passport/lookup.html", {"form": form, "choices": choices})


def _wish() -> str:
    """Printed addresses carry no language; somebody reading English here wants to go on in English."""
    language = (get_language() or "vi")[:2]
    return "" if language == "vi" else f"?lang={language}"


def _trouble(request: HttpRequest, form: LookupForm, code: str, status: HTTPStatus) -> HttpResponse:
    title, text = TROUBLES[code]
    told = str(text) % {"typed": form.cleaned_data["code"][:60]}
    return render(request, "passport/lookup.html", {"form": form, "title": title, "text": told}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str = "") -> HttpResponse:
    """Tell us about a pack; works for codes we do not know as well."""
    batch = batch_by_code(code) if code else None
    given = (code or request.GET.get("code", "")).replace("\0", "")[:LONGEST_CODE]
    if request.method != "POST":
        return _report_page(request, ReportForm(), batch, given)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _report_page(request, form, batch, given, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not is_within(request, action="report", most=REPORTS_PER_HOUR):
        return _report_page(request, form, batch, given, status=HTTPStatus.TOO_MANY_REQUESTS)
    report_batch(batch=batch, code=given, **form.cleaned_data)
    return HttpResponseRedirect(reverse("passport:reported"))


def _report_page(
    request: HttpRequest, form: ReportForm, batch: Batch | None, given: str, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    facts = {
        "form": form,
        "batch": batch,
        "given": given,
        "too_many": status == HTTPStatus.TOO_MANY_REQUESTS,
        "back": batch_path(batch) + _wish() if batch else "",
    }
    return render(request, "passport/report.html", facts, status=status)


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    return render(request, "passport/reported.html")
