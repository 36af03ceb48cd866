"""Consents, a request about data and a breach that was put right, so that the desks show what they are for."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.consents.agreeing import give_consent
from community.consents.models import Purpose
from community.cooperatives.models import Membership
from community.cooperatives.roles import Role
from community.privacy.asking import ask_data
from community.privacy.breaches import BreachFacts, add_note, register_breach

SHOWN = 3


def tell_of_privacy(*, hoa: User) -> None:
    """Owners of the first sellers said yes to Zalo, one asks for a correction; a lost notebook was put right."""
    owners = Membership.objects.active().filter(role=Role.OWNER).select_related("user").order_by("pk")
    people = [one.user for one in owners[:SHOWN]]
    for person in people:
        give_consent(person=person, purpose=Purpose.ZALO, actor=Actor.of(person))
    for one in owners.filter(cooperative__phone=F("user__phone")):
        give_consent(person=one.user, purpose=Purpose.PHONE, actor=Actor.of(one.user))
    if people:
        words = "Tên tôi trong sổ thiếu chữ đệm, nhờ sửa lại giúp."
        ask_data(person=people[-1], kind="correct", words=words, actor=Actor.of(people[-1]))
    staff = Actor.of(hoa)
    breach = register_breach(
        facts=BreachFacts(
            what="Một quyển sổ giấy ghi số điện thoại bị bỏ quên ở chợ phiên, sáng hôm sau tìm lại được.",
            found_at=clock.now() - timedelta(hours=30),
            who="Chủ hàng dự buổi tập huấn: tên và số điện thoại",
            affected=14,
            risk="low",
        ),
        actor=staff,
    )
    add_note(breach=breach, kind="measure", words="Đã lấy lại sổ, từ nay chỉ ghi trên máy có khóa.", actor=staff)
    add_note(breach=breach, kind="people", words="Đã gọi cho cả 14 người.", actor=staff)
