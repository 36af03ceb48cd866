"""What a visit said in notes and showed in photos is forgotten in time; that there was a visit stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from community.audit.actors import Actor
from community.audit.recording import record
from community.teams.models import TeamMember
from community.visits.models import Visit, VisitPhoto

AT_ONCE = 500


def old_visits(*, now: datetime) -> QuerySet[Visit]:
    """Held more than ``VISIT_DAYS`` ago, with something left to forget. Never an inspector's: it is proof."""
    inspectors = TeamMember.objects.filter(
        team=OuterRef("team"), user=OuterRef("visitor"), role=TeamMember.Role.INSPECTOR
    )
    old = Visit.objects.filter(held_on__lt=(now - timedelta(days=settings.VISIT_DAYS)).date())
    return old.exclude(Q(looks_only=True) & Exists(inspectors)).filter(
        ~Q(notes="") | Exists(VisitPhoto.objects.filter(visit=OuterRef("pk")))
    )


@transaction.atomic
def forget_old_visits(*, now: datetime) -> int:
    """Empty the notes, delete the photos; a file goes once its row is gone for certain. Returns how many visits."""
    old = old_visits(now=now).select_related("cooperative").select_for_update(of=("self",))
    visits = list(old.order_by("pk")[:AT_ONCE])
    photos = list(VisitPhoto.objects.filter(visit__in=visits))
    for photo in photos:
        transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)), robust=True)
    VisitPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(notes="")
    for visit in visits:
        record(actor=Actor.system("worker"), action="visit.forgotten", subject=visit, cooperative=visit.cooperative)
    return len(visits)
