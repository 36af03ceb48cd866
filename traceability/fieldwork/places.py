"""The place that was kept with a harvest: whoever recorded it may have it forgotten."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.door.current import IN_PERSON, MemberRequest, member_required
from traceability.balance.positions import forget_position
from traceability.fieldwork.correcting import record_or_404
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.place_here import kept_place


@require_POST
@member_required("record", scopes=IN_PERSON)
def forget_place(request: MemberRequest, public_code: str, record: UUID) -> HttpResponseBase:
    """Again does no harm; of a record that somebody else wrote down there is nothing to forget here."""
    found = record_or_404(request, public_code, record)
    position = kept_place(found.event, request.user)
    if position is None:
        messages.info(request, _("No place of yours is kept with this record."))
    else:
        forget_position(position=position, actor=request.actor)
        messages.success(request, _("The place is forgotten."))
    return SeeOther(reverse("fieldwork:record", args=[found.batch.public_code, found.event.client_uuid]))
