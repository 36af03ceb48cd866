"""Requests with clocks, the register of breaches, taking along and forgetting a person."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.append_only import AppendOnlyError
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.consents.agreeing import give_consent, last_word, may_tell_story
from community.cooperatives.models import Cooperative, Membership
from community.members.inviting import invite_member
from community.members.models import Invitation, MemberCard
from community.onboarding.models import SellerApplication
from community.outbox.models import OutboxMessage
from community.photos.paper_files import CleanPaper
from community.privacy.asking import CannotAskData, answer_person, ask_data, extend_person, take_back
from community.privacy.breaches import (
    BreachFacts,
    CannotRegister,
    add_note,
    affected_now,
    authority_due,
    register_breach,
)
from community.privacy.erasing import CannotErasePerson, erase_person, what_stays
from community.privacy.models import Breach, PersonRequest
from community.privacy.own_data import data_of_person
from community.training.models import Attendance, LessonLevel, TrainingSession
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
RIGHTS = ["access_admin", "view_personrequest", "change_personrequest", "add_breach"]


@pytest.fixture
def keeper(cast: Cast) -> User:
    user = User.objects.create_user("rieng-tu@example.org", "x", name="Đỗ Thị Thu", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=RIGHTS))
    return user


@pytest.fixture
def facts() -> BreachFacts:
    return BreachFacts("Mất sổ giấy", clock.now() - timedelta(hours=5), "Số điện thoại của chủ hàng", 12, "medium")


def test_the_clocks_run_from_asking(cast: Cast) -> None:
    asked = ask_data(person=cast.lan, kind="correct", words="Sai tên đệm", actor=cast.lan_acts)
    assert asked.due_at - asked.asked_at == timedelta(hours=settings.DATA_ANSWER_HOURS)
    gone = ask_data(person=cast.lan, kind="erase", actor=cast.lan_acts)
    assert gone.due_at - gone.asked_at == timedelta(days=settings.DATA_ERASE_DAYS)
    assert ask_data(person=cast.lan, kind="erase", actor=cast.lan_acts) == gone


@pytest.mark.parametrize("who", ["son", "helper"])
def test_nobody_asks_for_somebody_else(cast: Cast, who: str) -> None:
    actor = cast.son_acts if who == "son" else replace(cast.lan_acts, mandate_code="UQ7K2M4P")
    with pytest.raises(CannotAskData):
        ask_data(person=cast.lan, kind="erase", actor=actor)
    assert not PersonRequest.objects.exists()


def test_an_answer_is_given_once_and_told(cast: Cast, keeper: User) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    asked = ask_data(person=cast.lan, kind="question", words="Ai thấy số của tôi?", actor=cast.lan_acts)
    answer_person(asked=asked, words="Chỉ người gói hàng.", actor=actor)
    with pytest.raises(CannotAskData) as refused:
        answer_person(asked=asked, words="Lần nữa", actor=actor)
    assert refused.value.code == "moved" and OutboxMessage.objects.filter(kind="data_answered").count() == 1
    with pytest.raises(CannotAskData):
        take_back(asked=asked, actor=cast.lan_acts)


def test_all_that_is_due_stands_in_one_list(client: Client, cast: Cast, keeper: User, facts: BreachFacts) -> None:
    ask_data(person=cast.lan, kind="restrict", words="Đừng gọi buổi trưa", actor=cast.lan_acts)
    register_breach(facts=facts, actor=replace(cast.hoa_acts, user=keeper))
    answer = sign_in(client, keeper).get(reverse("privacy_desk"))
    assert [one.due_at for one in answer.context["due"]] == sorted(one.due_at for one in answer.context["due"])
    assert len(answer.context["due"]) == 2 and answer.context["late"] == 0


def test_staff_answer_and_register_on_the_desk(client: Client, cast: Cast, keeper: User) -> None:
    asked = ask_data(person=cast.lan, kind="question", words="Gì vậy?", actor=cast.lan_acts)
    sign_in(client, keeper)
    url = reverse("privacy_request", args=[asked.code])
    assert client.get(url).status_code == 200
    client.post(url, {"words": "Đã sửa.", "act": "answer"})
    asked.refresh_from_db()
    assert asked.status == PersonRequest.Status.DONE
    told = {"what": "Mất điện thoại", "found_at": "2026-01-02T08:00", "who": "Tên", "affected": 3, "risk": "high"}
    made = client.post(reverse("privacy_breach_new"), told)
    breach = Breach.objects.get()
    assert made.status_code == 302 and client.get(reverse("privacy_breach", args=[breach.code])).status_code == 200
    assert client.post(reverse("privacy_breach_new"), told | {"affected": 10**20}).status_code == 400
    note = {"kind": "authority", "words": "Đã gửi mẫu"}
    assert client.post(reverse("privacy_breach", args=[breach.code]), note | {"affected": 10**20}).status_code == 400
    assert client.post(reverse("privacy_breach", args=[breach.code]), note).status_code == 302
    assert client.post(reverse("privacy_breach_new"), told | {"found_at": "2999-01-02T08:00"}).status_code == 400


def test_the_authority_is_told_within_72_hours(cast: Cast, keeper: User, facts: BreachFacts) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    breach = register_breach(facts=facts, actor=actor)
    assert authority_due(breach, set()) == facts.found_at + timedelta(hours=72)
    note = add_note(breach=breach, kind="authority", words="Đã báo", actor=actor, affected=30)
    assert authority_due(breach, {note.kind}) is None and affected_now(breach, [note]) == 30


def test_the_register_is_only_added_to(cast: Cast, keeper: User, facts: BreachFacts) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    breach = register_breach(facts=facts, actor=actor)
    with pytest.raises(AppendOnlyError):
        breach.save()
    add_note(breach=breach, kind="closed", words="Xong", actor=actor)
    with pytest.raises(CannotRegister) as refused:
        add_note(breach=breach, kind="learnt", words="Còn nữa", actor=actor)
    assert refused.value.code == "closed" and breach.notes.count() == 1


def test_members_register_nothing(cast: Cast, facts: BreachFacts) -> None:
    with pytest.raises(CannotRegister):
        register_breach(facts=facts, actor=cast.lan_acts)
    assert not Breach.objects.exists()


def test_she_takes_her_own_data_along(client: Client, cast: Cast) -> None:
    record(actor=cast.lan_acts, action="card.issued", subject=cast.huong_que)
    answer = sign_in(client, cast.lan).post(reverse("privacy:copy"))
    told = json.loads(answer.content)
    assert told["account"]["phone"] == cast.lan.phone and told["memberships"][0]["cooperative"] == cast.huong_que.name
    assert told["what_you_did"] and cast.son.name not in answer.content.decode()
    assert cast.lan.password not in answer.content.decode()
    assert AuditEntry.objects.filter(action="person.data_exported").count() == 1
    for _again in range(5):
        answer = client.post(reverse("privacy:copy"))
    assert answer.status_code == 302


def test_her_phones_lessons_and_visits_are_in_her_file(client: Client, cast: Cast) -> None:
    LessonLevel.objects.create(person=cast.lan, lesson="photos", level="seen", how="self")
    held = TrainingSession.objects.create(
        commune=cast.tran_de, held_on=clock.today(), place="Nhà văn hóa", led_by=cast.lan
    )
    Attendance.objects.create(session=held, person=cast.lan, level="tried")
    MemberCard.objects.create(membership=cast.huong_que.memberships.get(user=cast.lan))
    sign_in(client, cast.lan)
    told = data_of_person(cast.lan)
    assert told["lessons"][0]["lesson"] == "photos" and told["sessions_attended"][0]["place"] == "Nhà văn hóa"
    assert told["sessions_led"][0]["session"] == held.code and len(told["cards"]) == len(told["phones"]) == 1
    assert told["visits"] == told["hand_overs"] == [] and held.code in json.dumps(told, ensure_ascii=False)
    assert not data_of_person(cast.son)["lessons"]


@pytest.mark.parametrize(("status", "kept"), [("active", ("Sơn", "1234")), ("ceased", ("", ""))])
def test_forgotten_nobody_stands_for_a_seller_that_ceased(cast: Cast, status: str, kept: tuple[str, str]) -> None:
    User.objects.filter(pk=cast.son.pk).update(name="Sơn")
    cast.son.refresh_from_db()
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status=status)
    named = {"representative": "Sơn", "id_last4": "1234"}
    SellerApplication.objects.update_or_create(cooperative=cast.huong_que, defaults=named)
    stays = what_stays(cast.son)
    assert stays["sellers the person stands for by law (the seller must be named)"] == (status == "active")
    erase_person(person=cast.son, reason="asked in person", actor=Actor.system("erase_person"))
    row = SellerApplication.objects.get(cooperative=cast.huong_que)
    assert (row.representative, row.id_last4) == kept


def test_the_command_writes_it_and_records_that(cast: Cast) -> None:
    out = io.StringIO()
    call_command("export_person", cast.son.phone, stdout=out)
    assert json.loads(out.getvalue())["account"]["name"] == cast.son.name
    assert AuditEntry.objects.get(action="person.data_exported").actor_label == "system:export_person"


def test_forgotten_the_name_is_nowhere_and_what_was_done_stays(cast: Cast) -> None:
    name, phone = cast.son.name, cast.son.phone
    done = record(actor=cast.son_acts, action="card.issued", subject=cast.huong_que)
    ask_data(person=cast.son, kind="erase", words="Tôi nghỉ", actor=cast.son_acts)
    erase_person(person=cast.son, reason="asked in person", actor=cast.hoa_acts)
    cast.son.refresh_from_db()
    done.refresh_from_db()
    assert (cast.son.name, cast.son.phone, cast.son.is_active) == ("", None, False)
    assert done.actor == cast.son and done.actor_label == ""
    assert not Membership.objects.active().filter(user=cast.son).exists()
    assert PersonRequest.objects.get().status == "done" and PersonRequest.objects.get().words == ""
    told = json.dumps(data_of_person(cast.son), ensure_ascii=False, default=str)
    assert name not in told and str(phone) not in told
    with pytest.raises(CannotErasePerson) as refused:
        erase_person(person=cast.son, reason="again", actor=cast.hoa_acts)
    assert refused.value.code == "already"


def test_forgotten_her_yes_is_taken_back_too(cast: Cast) -> None:
    paper = CleanPaper(b"x", "application/pdf")
    cast.hoa.is_superuser = True
    give_consent(person=cast.son, purpose="story", about="mua-tom", actor=Actor.of(cast.hoa), paper=paper)
    erase_person(person=cast.son, reason="asked in person", actor=Actor.system("erase_person"))
    word = last_word(cast.son, "story", "mua-tom")
    assert word is not None and not word.is_given and not may_tell_story("mua-tom")


def test_two_who_were_invited_are_forgotten_one_after_the_other(cast: Cast) -> None:
    told = {"cooperative": cast.other_cooperative, "role": "packer", "actor": cast.other_acts}
    for phone in ("+84977111222", "+84977111223"):
        each = User.objects.create_user(phone=phone, name="Chu Thị Sáu")
        invite_member(phone=phone, name=each.name, **told)
        erase_person(person=each, reason="asked in person", actor=Actor.system("erase_person"))
    assert set(Invitation.objects.values_list("phone", "status")) == {("", "withdrawn")}


def test_who_answers_alone_for_a_cooperative_is_not_forgotten_yet(cast: Cast) -> None:
    Membership.objects.filter(cooperative=cast.huong_que).exclude(user=cast.lan).update(role="packer")
    with pytest.raises(CommandError, match="last_owner"):
        call_command("erase_person", cast.lan.phone, reason="asked")
    cast.lan.refresh_from_db()
    assert cast.lan.name and not AuditEntry.objects.filter(action="person.erased").exists()


def test_a_dry_run_says_what_stays_and_changes_nothing(cast: Cast) -> None:
    out = io.StringIO()
    call_command("erase_person", cast.son.phone, "--dry-run", reason="asked", stdout=out)
    cast.son.refresh_from_db()
    assert "memberships" in out.getvalue() and cast.son.name and cast.son.is_active
    call_command("erase_person", cast.son.phone, reason="asked", stdout=out)
    cast.son.refresh_from_db()
    assert "Forgotten" in out.getvalue() and not cast.son.name


def test_nobodys_ethnicity_health_or_faith_is_stored() -> None:
    """Sensitive data of people has no column anywhere: counts in a report need none either."""
    banned = ("ethnic", "dan_toc", "religion", "faith", "health", "illness", "race", "birth")
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("community", "traceability", "marketplace", "cms")
        for field in model._meta.get_fields()
        if any(word in field.name.lower().split("_") or word in field.name.lower() for word in banned)
        and "trace" not in field.name.lower()
    }
    assert not found


def test_a_person_is_told_once_why_it_takes_longer(cast: Cast, keeper: User) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    asked = ask_data(person=cast.lan, kind="erase", actor=cast.lan_acts)
    before = asked.due_at
    asked = extend_person(asked=asked, words="Còn một đơn đang trả tiền", actor=actor)
    assert asked.due_at - before == timedelta(days=settings.DATA_EXTEND_DAYS)
    told = OutboxMessage.objects.get(kind="data_extended")
    assert "Còn một đơn đang trả tiền" in told.text and told.to == cast.lan.phone
    with pytest.raises(CannotAskData) as refused:
        extend_person(asked=asked, words="Lại nữa", actor=actor)
    asked.refresh_from_db()
    assert refused.value.code == "extended" and asked.due_at - before == timedelta(days=settings.DATA_EXTEND_DAYS)
    assert AuditEntry.objects.filter(action="person_request.extended").count() == 1


@pytest.mark.parametrize("what", ["no_words", "not_allowed", "moved"])
def test_more_time_needs_a_reason_the_right_and_an_open_request(cast: Cast, keeper: User, what: str) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    asked = ask_data(person=cast.lan, kind="erase", actor=cast.lan_acts)
    before = asked.due_at
    if what == "moved":
        take_back(asked=asked, actor=cast.lan_acts)
    with pytest.raises(CannotAskData) as refused:
        extend_person(
            asked=asked,
            words=" " if what == "no_words" else "Lâu",
            actor=cast.lan_acts if what == "not_allowed" else actor,
        )
    asked.refresh_from_db()
    assert refused.value.code == what and asked.extended_at is None and asked.due_at == before


def test_staff_take_more_time_on_the_desk(client: Client, cast: Cast, keeper: User) -> None:
    asked = ask_data(person=cast.lan, kind="correct", words="Sai tên", actor=cast.lan_acts)
    url = reverse("privacy_request", args=[asked.code])
    sign_in(client, keeper).post(url, {"words": "Chờ giấy của xã", "act": "extend"})
    asked.refresh_from_db()
    assert asked.status == PersonRequest.Status.OPEN and asked.extended_because == "Chờ giấy của xã"
    page = client.get(url).content.decode()
    assert "Chờ giấy của xã" in page and 'value="extend"' not in page
    assert "Chờ giấy của xã" in sign_in(Client(), cast.lan).get(reverse("privacy:mine")).content.decode()
