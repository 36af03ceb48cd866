"""What pages for everybody show of a person, only while that person's yes holds: the own telephone, a photo."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value

from community import clock
from community.accounts.models import User
from community.consents.agreeing import holds
from community.consents.models import ConsentRecord, Purpose
from community.cooperatives.models import Cooperative
from community.photos.models import Photo

MEMO = "_shown_phone"


def shown_phone(cooperative: Cooperative) -> str:
    """Its telephone; "" when somebody signs in with that number and has not said yes to its being shown.

    One query for an object, none where its finder knew (``remember``).
    """
    if MEMO not in cooperative.__dict__:
        remember(cooperative, withheld=bool(cooperative.phone) and _unasked(Value(cooperative.phone)).exists())
    return str(cooperative.__dict__[MEMO])


def phone_withheld(path: str) -> Exists:
    """For a query that finds a cooperative; ``path``: to its telephone."""
    return Exists(_unasked(OuterRef(path)))


def remember(cooperative: Cooperative, *, withheld: bool) -> None:
    cooperative.__dict__[MEMO] = "" if withheld else cooperative.phone


def show_or_withhold(word: ConsentRecord) -> None:
    """At each yes and each no about a photo, in its transaction: shown only while all who are named in it agree.

    The file moves to an address nobody knows and its small sizes are deleted, so that kept pages show nothing either.
    """
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=int(word.about)).first()
    named = ConsentRecord.objects.filter(purpose=Purpose.PHOTO, about=word.about).newest()
    withheld = not all(holds(one) for one in named)
    if photo is None or photo.is_withheld == withheld:
        return
    photo.is_withheld = withheld
    if withheld:
        photo.renditions.all().delete()
        _move(photo)
    photo.save(update_fields=["is_withheld", "file"])


# --- inside -----------------------------------------------------------------------------------------------------------
def _unasked(number: Value | OuterRef) -> QuerySet[User]:
    """Who signs in with this number and has no yes that holds."""
    said = ConsentRecord.objects.filter(person=OuterRef("pk"), purpose=Purpose.PHONE).order_by("-pk")
    people = User.objects.filter(phone=number).annotate(
        said=Subquery(said.values("is_given")[:1]), said_until=Subquery(said.values("until")[:1])
    )
    return people.filter(Q(said=None) | Q(said=False) | Q(said_until__lt=clock.today()))


def _move(photo: Photo) -> None:
    storage, old = photo.file.storage, str(photo.file.name)
    if not storage.exists(old):
        return
    with storage.open(old, "rb") as file:
        photo.file.save("photo.jpg", ContentFile(file.read()), save=False)
    transaction.on_commit(lambda: storage.delete(old), robust=True)
