"""What a digital team and the sellers it helps see, in the demo."""

from __future__ import annotations

from django.urls import reverse

from community.cooperatives.models import Cooperative
from community.teams.models import TeamMember
from community.visits.models import Visit
from tests.harness.screen import Screen

TUAN, HANH = "+84900000910", "+84900000911"


def helping_screens(own: Cooperative) -> list[Screen]:
    place = TeamMember.objects.filter(user__phone=TUAN, team__commune=own.commune).first()
    visit = Visit.objects.filter(cooperative=own, visitor__phone=TUAN).first()
    if place is None or visit is None:  # a demo filled without teams
        return []
    return [
        Screen("helping-board", TUAN, "/giup/bang/"),
        Screen("helping-board-red", TUAN, "/giup/bang/?den=red&xep=tham"),
        Screen("helping-map", TUAN, "/giup/bang/?xem=ban-do"),
        Screen("helping-seller", TUAN, f"/giup/htx/{own.code}/?viec=orders&toi=/ban-hang/don/"),
        Screen("helping-visits", TUAN, "/giup/tham/"),
        Screen("helping-visit", TUAN, f"/giup/tham/{visit.code}/"),
        Screen("helping-visit-new", TUAN, f"/giup/tham/moi/{own.code}/"),
        Screen("helping-consents", TUAN, f"/giup/dong-y/{own.code}/"),
        Screen("helping-needs", TUAN, f"/giup/can/{own.code}/"),
        Screen("helping-household", TUAN, f"/giup/can/{own.code}/1/"),
        Screen("helping-hand-over", TUAN, f"/giup/ban-giao/moi/{place.code}/"),
        Screen("helping-hand-overs", HANH, "/giup/ban-giao/"),
        Screen("helping-alone", TUAN, "/giup/tu-lam/"),
        Screen("admin-team", "hoa", reverse("digital_teams:inspect", args=[place.team_id])),
        Screen("admin-team-dissolve", "hoa", reverse("team_dissolve", args=[place.team.code])),
        Screen("helped-done", "lan", "/giup/da-lam-thay/"),
        Screen("helped-visits", "lan", "/giup/da-tham/"),
    ]
