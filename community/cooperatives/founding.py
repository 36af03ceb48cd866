from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from community.text.codes import new_code
from community.text.phones import parse_phone
from community.text.slugs import make_slug, next_free_slug


class CannotFound(DomainError):
    """`name_missing`, or `not_a_commune` (a province or a unit that no longer exists)."""


@transaction.atomic
def create_cooperative(
    *,
    name: str,
    commune: AdminUnit,
    actor: Actor,
    legal_form: str = "cooperative",
    status: str = "applied",
    address_line: str = "",
    phone: str = "",
    tax_code: str = "",
    intro: str = "",
    intro_en: str = "",
    is_demo: bool = False,
) -> Cooperative:
    """A new seller with its own code and booth address. Has no members yet: see `joining.add_member`."""
    tidy_name = " ".join(name.split())
    if not tidy_name:
        raise CannotFound("name_missing")
    if commune.level != AdminUnit.Level.COMMUNE or not commune.is_current:
        raise CannotFound("not_a_commune", commune=commune.code)
    code = new_code(8)
    near = Cooperative.objects.filter(slug__startswith=make_slug(tidy_name, max_length=95))
    cooperative = Cooperative.objects.create(
        code=code,
        name=tidy_name,
        slug=next_free_slug(tidy_name, set(near.values_list("slug", flat=True)), fallback=code),
        legal_form=Cooperative.LegalForm(legal_form),
        status=Cooperative.Status(status),
        commune=commune,
        address_line=address_line,
        phone=parse_phone(phone) if phone else "",
        tax_code=tax_code,
        intro=intro,
        intro_en=intro_en,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    record(actor=actor, action="cooperative.created", subject=cooperative, cooperative=cooperative, status=status)
    return cooperative


@transaction.atomic
def change_status(*, cooperative: Cooperative, status: str, actor: Actor) -> Cooperative:
    """Admit, suspend, re-admit or end a seller. What it means for offers is asked at each sale (`QuerySet.active`)."""
    new = Cooperative.Status(status)
    before = Cooperative.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=cooperative.pk)
    if before != new:
        Cooperative.objects.filter(pk=cooperative.pk).update(status=new)
        about = {"subject": cooperative, "cooperative": cooperative}
        record(actor=actor, action="cooperative.status_changed", before=before, status=new, **about)
    cooperative.refresh_from_db(fields=["status"])
    return cooperative
