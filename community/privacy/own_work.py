"""What is stored of a person's phones, cards, lessons and visits: parts of the person's own file (`own_data`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from community.accounts.models import User
from community.accounts.sessions import Session
from community.members.models import MemberCard
from community.training.models import Attendance, LessonLevel, TrainingSession
from community.visits.models import HandOver, Visit

Row = dict[str, Any]


def phones(person: User) -> list[Row]:
    """Where the person is signed in; the key of a session never."""
    rows = Session.objects.filter(user=person).order_by("signed_in_at", "pk")
    return [{"phone": one.device, "since": one.signed_in_at, "seen_on": one.seen_on} for one in rows]


def cards(person: User) -> list[Row]:
    rows = MemberCard.objects.filter(membership__user=person).select_related("membership__cooperative").order_by("pk")
    return [
        {"cooperative": one.membership.cooperative.name, "made_at": one.made_at, "revoked_at": one.revoked_at}
        for one in rows
    ]


def lessons(person: User) -> list[Row]:
    rows = LessonLevel.objects.filter(person=person).order_by("pk")
    return [{"lesson": one.lesson, "level": one.level, "how": one.how, "at": one.reached_at} for one in rows]


def sessions_attended(person: User) -> list[Row]:
    rows = Attendance.objects.filter(person=person).select_related("session").order_by("pk")
    return [
        {"session": one.session.code, "day": one.session.held_on, "place": one.session.place, "level": one.level}
        for one in rows
    ]


def sessions_led(person: User) -> list[Row]:
    rows = TrainingSession.objects.filter(led_by=person).order_by("pk")
    return [{"session": one.code, "day": one.held_on, "place": one.place, "status": one.status} for one in rows]


def visits(person: User) -> list[Row]:
    """Made by the person, or whose next step the person sees to."""
    rows = Visit.objects.filter(Q(visitor=person) | Q(carrier=person)).select_related("cooperative").order_by("pk")
    return [
        {
            "visit": one.code,
            "cooperative": one.cooperative.name,
            "day": one.held_on,
            "place": one.place,
            "made": one.visitor_id == person.pk,
            "result": one.result,
            "next_step": one.next_step,
            "notes": one.notes if one.visitor_id == person.pk else None,
        }
        for one in rows
    ]


def hand_overs(person: User) -> list[Row]:
    return [
        {
            "hand_over": one.code,
            "given": one.giver_id == person.pk,
            "taken": one.taker_id == person.pk,
            "note": one.note if one.asked_by_id == person.pk else None,
            "status": one.status,
            "at": one.asked_at,
        }
        for one in HandOver.objects.of_person(person).order_by("pk")
    ]


WORK = {
    "phones": phones,
    "cards": cards,
    "lessons": lessons,
    "sessions_attended": sessions_attended,
    "sessions_led": sessions_led,
    "visits": visits,
    "hand_overs": hand_overs,
}
