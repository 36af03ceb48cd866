"""Who may act for the cooperative: said yes to here, given more time, ended at once; and what helpers left half-way."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.cooperatives.models import Membership
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.errors import DomainError
from community.mandates.ending import renew_mandate, revoke_mandate
from community.mandates.giving import give_in_person
from community.mandates.keeping import kept_for, throw_away
from community.mandates.models import Mandate
from community.mandates.sentences import sentence_of
from community.photos.views import paper_answer
from marketplace.selling.kept_words import screen_of, words_of

PAST = 20


@require_safe
@member_required("team")
def mandates_page(request: MemberRequest) -> HttpResponse:
    """Each in words: who, for what, until when, how it was given, what its code in the history is."""
    now = clock.now()
    own = Mandate.objects.filter(cooperative=request.cooperative)
    own = own.select_related("helper", "team__commune", "given_by", "confirmed_by", "ended_by", "cooperative")
    open_ones = list(own.open(now))
    facts = {
        "waiting": [one for one in open_ones if one.is_waiting],
        "standing": [one for one in open_ones if not one.is_waiting],
        "past": own.exclude(pk__in=[one.pk for one in open_ones]).filter(~Q(way=""))[:PAST],
        "kept": kept_for(request.cooperative),
    }
    return render(request, "selling/mandates.html", facts)


@require_POST
@member_required("team")
def mandate_act(request: MemberRequest, code: str) -> HttpResponseBase:
    """One press: yes, no, end it, or more time."""
    mandate = get_object_or_404(Mandate, cooperative=request.cooperative, code=code.upper())
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "yes": (
            lambda: _say_yes(request, mandate),
            _("It holds from now on. You can end it here at any time."),
        ),
        "end": (
            lambda: revoke_mandate(mandate=mandate, actor=request.actor),
            _("Ended: nothing more is done for you."),
        ),
        "renew": (
            lambda: renew_mandate(mandate=mandate, days=_days(request), actor=request.actor),
            _("Given more time."),
        ),
    }
    act, said = acts.get(request.POST.get("act", ""), (None, ""))
    try:
        if act is not None:
            act()
            messages.success(request, said)
    except DomainError as fault:
        messages.error(request, sentence_of(fault))
    return redirect("selling:mandates")


def _say_yes(request: MemberRequest, mandate: Mandate) -> None:
    assert isinstance(request.membership, Membership)
    give_in_person(mandate=mandate, membership=request.membership, way=Mandate.Way.DESK)


def _days(request: MemberRequest) -> int:
    told = request.POST.get("days", "")
    return int(told) if told.isascii() and told.isdigit() else 0


@require_safe
@member_required("team")
def mandate_paper(request: MemberRequest, code: str) -> HttpResponseBase:
    """The photographed paper, for the cooperative's own officers."""
    papers = Mandate.objects.filter(cooperative=request.cooperative).exclude(evidence="")
    mandate = get_object_or_404(papers, code=code.upper())
    return paper_answer(mandate.evidence, content_type=mandate.evidence_type, name=mandate.code)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("view", scopes=IN_PERSON)
def kept_form(request: MemberRequest, code: str) -> HttpResponseBase:
    """What a helper had typed when the mandate ended: read, taken over into the page it belongs to, or thrown away."""
    kept = get_object_or_404(kept_for(request.cooperative), code=code.upper())
    if request.method != "POST":
        screen, fills_in = screen_of(kept)
        facts = {"kept": kept, "fields": words_of(kept), "screen": screen, "fills_in": fills_in}
        return render(request, "selling/kept_form.html", facts)
    throw_away(kept=kept, actor=request.actor)
    messages.success(request, _("Thrown away."))
    return redirect("selling:home")
