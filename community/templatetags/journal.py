"""What was done with a thing, beside it: `{% history object %}` on the pages of the staff."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.audit.sentences import sentence_of
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Capability
from community.journal.desk import RIGHT
from community.journal.searching import history_of

register = template.Library()
LAST = 3


@register.inclusion_tag("community/history.html", takes_context=True)
def history(context: template.Context, thing: object) -> dict[str, Any]:
    """Nothing for those who may not read the journal."""
    user = context["request"].user
    if not (isinstance(thing, Model) and thing.pk and user.has_perm(RIGHT)):
        return {"lines": None}
    return {"lines": history_of(thing), "more": _search_for(thing)}


@register.inclusion_tag("desk/last_changes.html", takes_context=True)
def last_changes(context: template.Context, thing: Model) -> dict[str, Any]:
    """The last three acts about one thing of a seller, for its members: one query. Who does not run the team reads the

    own acts and those of helpers, as in the journal; staff are not named; who helps under a mandate reads none.
    """
    request = context["request"]
    membership = getattr(request, "membership", None)
    if membership is None or getattr(request, "mandate", None) or not thing.pk:
        return {"lines": []}
    rows = AuditEntry.objects.about(thing).filter(cooperative=membership.cooperative_id)
    if not membership.may(Capability.TEAM):
        rows = rows.filter(Q(actor=request.user) | ~Q(mandate_code=""))
    found = rows.select_related("actor", "cooperative")[:LAST]
    return {"lines": [(one.at, sentence_of(one, who=_unnamed(one))) for one in found]}


def _unnamed(entry: AuditEntry) -> str:
    by_staff = entry.actor is not None and entry.actor.is_staff and not entry.mandate_code
    return _("The market's staff") if by_staff else ""


def _search_for(thing: Model) -> str:
    if isinstance(thing, User):
        return "?" + urlencode({"person_id": thing.pk})
    if isinstance(thing, Cooperative):
        return "?" + urlencode({"seller": thing.code})
    code = getattr(thing, "code", "")
    return "?" + urlencode({"code": code}) if code else ""
