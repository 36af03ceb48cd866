"""What staff see of the training: counts, and none that would point at somebody."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem

from cms.training.counts import shown_counts
from cms.training.finding import acts_of, lessons
from community.sheets.writing import csv_bytes
from community.text.counts import hide_small, show_count
from community.training.counting import count_lessons, count_sessions
from community.training.models import Level, TrainingSession

RIGHT = "community.view_trainingsession"
Table = tuple[list[str], list[list[str]]]


class TrainingItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


@require_safe
def training_desk(request: HttpRequest) -> HttpResponse:
    """Two tables: lessons by level, and sessions held by commune; ``?tep=`` gives one of them as a sheet."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    tables = {"bai": _lessons(), "buoi": _sessions()}
    asked = request.GET.get("tep", "")
    if asked in tables:
        return _sheet(asked, tables[asked])
    return render(request, "training/desk.html", {"tables": tables})


def _lessons() -> Table:
    pages = lessons()
    titles = {page.lesson: page.title for page in pages}
    rows = []
    for count in count_lessons(list(titles), acts=acts_of(pages)):
        shown = hide_small({level: count.at[level] for level in Level}, has_total=False)
        rows.append([titles[count.lesson], *(show_count(shown[level]) for level in Level)])
    return [_("Lesson"), *(str(level.label) for level in Level)], rows


def _sessions() -> Table:
    held = TrainingSession.objects.filter(status=TrainingSession.Status.HELD).select_related("commune__parent")
    rows = []
    for one in count_sessions(held):
        people = shown_counts(one.members, one.guests, one.women, one.men, one.minorities)
        rows.append([one.commune.full_name, str(one.sessions), *people])
    heads = [_("Commune"), _("Sessions held"), _("Members"), _("Guests"), _("Women"), _("Men")]
    return [*heads, _("Of ethnic minorities")], rows


def _sheet(name: str, table: Table) -> HttpResponse:
    answer = HttpResponse(csv_bytes(*table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dao-tao-{name}.csv"'
    return answer


urlpatterns: list[URLPattern] = [path("dao-tao/", training_desk, name="training_desk")]
