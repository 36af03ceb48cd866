"""The demo's training: an hour at the house of culture that was held, one that is to come, and Lan half-way."""

from __future__ import annotations

from datetime import timedelta

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Membership
from community.teams.models import TeamMember
from community.training.models import How, Level
from community.training.progress import reach
from community.training.sessions import Came, close_session, plan_session, write_attendance

HELD = (("nhan-don", "dong-goi"), 9, "Nhà văn hóa ấp 2, 14 giờ", Came(guests=11, women=8, men=5, minorities=6))
AHEAD = (("tranh-lua-dao", "du-lieu"), 4, "Trụ sở xã, 8 giờ")


def tell_of_training() -> None:
    """After the helpers: the head of the first team leads, the members of his commune come."""
    head = (
        TeamMember.objects.helping().filter(role="head").select_related("user", "team__commune").order_by("pk").first()
    )
    if head is None:
        return
    acts, commune = Actor.of(head.user), head.team.commune
    came = User.objects.filter(memberships__in=Membership.objects.active().filter(cooperative__commune=commune))
    people = list(came.distinct().order_by("pk"))
    lessons, ago, place, counts = HELD
    with clock.at(clock.now() - timedelta(days=ago)):
        held = plan_session(commune=commune, held_on=clock.today(), place=place, lessons=lessons, led_by=head.user,
                            actor=acts, is_demo=True)  # fmt: skip
        for number, person in enumerate(people):
            write_attendance(session=held, person=person, level=Level.TRIED if number else Level.ALONE, actor=acts)
        close_session(session=held, came=counts, actor=acts)
        reach(people=people[:1], lessons=["chup-anh", "dang-hang"], level=Level.SEEN, how=How.SELF)
    soon = clock.today() + timedelta(days=AHEAD[1])
    plan_session(commune=commune, held_on=soon, place=AHEAD[2], lessons=AHEAD[0], led_by=head.user, actor=acts,
                 is_demo=True)  # fmt: skip
