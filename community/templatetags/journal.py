"""What was done with a thing, beside it: `{% history object %}` on the pages of the staff."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model

from community.accounts.models import User
from community.cooperatives.models import Cooperative
from community.journal.desk import RIGHT
from community.journal.searching import history_of

register = template.Library()


@register.inclusion_tag("community/history.html", takes_context=True)
def history(context: template.Context, thing: object) -> dict[str, Any]:
    """Nothing for those who may not read the journal."""
    user = context["request"].user
    if not (isinstance(thing, Model) and thing.pk and user.has_perm(RIGHT)):
        return {"lines": None}
    return {"lines": history_of(thing), "more": _search_for(thing)}


def _search_for(thing: Model) -> str:
    if isinstance(thing, User):
        return "?" + urlencode({"person_id": thing.pk})
    if isinstance(thing, Cooperative):
        return "?" + urlencode({"seller": thing.code})
    code = getattr(thing, "code", "")
    return "?" + urlencode({"code": code}) if code else ""
