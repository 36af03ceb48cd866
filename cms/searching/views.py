from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.blocks.groups import group_links
from cms.searching.finding import Results, clean, find
from community.limiting import may_read_more


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything the site knows about ``?q=``, grouped; without words the field and where to begin."""
    typed = clean(request.GET.get("q", ""))
    facts = {"typed": typed, "search_words": typed, "found": Results(), "groups": group_links(), "too_many": False}
    if typed and not may_read_more(request):
        facts["too_many"] = True
        return render(request, "cms/search.html", facts, status=HTTPStatus.TOO_MANY_REQUESTS)
    if typed:
        facts["found"] = find(typed, language=(get_language() or "vi")[:2])
    return render(request, "cms/search.html", facts)
