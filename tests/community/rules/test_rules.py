"""Versions of the market's rules: which holds when, what cannot change, who accepted what."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.rules.agreeing import (
    CannotAcceptRules,
    accept_as_seller,
    accepted_by_order,
    current_rules,
    record_acceptance,
    rules_to_accept,
)
from community.rules.models import RulesAcceptance, RulesVersion
from community.rules.publishing import CannotPublishRules, publish_rules
from community.rules.telling import tell_sellers
from community.rules.words import Piece, pieces, tidy

pytestmark = pytest.mark.django_db

OPERATOR = Actor.system("test")
BEGIN = datetime(2026, 11, 1, 3, tzinfo=UTC)


def publish(text="Điều 1. Bán thật.", *, kind="terms", days=0, actor=OPERATOR, **more):
    texts = {"vi": {"title": "Điều khoản mua hàng", "text": text}, "en": {"title": "", "text": ""}}
    day = clock.today() + timedelta(days=days)
    return publish_rules(kind=kind, texts=texts, in_force_from=day, actor=actor, **more)


def test_the_version_that_holds_goes_by_the_date_in_viet_nam():
    with clock.at(BEGIN):
        first = publish()
        second = publish("Điều 1. Bán thật, nói thật.", days=9)
    assert (first.number, second.number) == (1, 2)
    assert current_rules("terms", BEGIN - timedelta(days=1)) is None
    assert current_rules("terms", BEGIN) == first
    last_moment = datetime(2026, 11, 9, 16, 59, tzinfo=UTC)  # 23:59 in Viet Nam
    assert current_rules("terms", last_moment) == first
    assert current_rules("terms", last_moment + timedelta(minutes=1)) == second
    assert current_rules("operating", BEGIN) is None


def test_the_fingerprint_is_that_of_the_vietnamese_text():
    version = publish("Điều 1.\r\n\r\n- một  \n- hai\n\n")
    assert version.texts == {"vi": {"title": "Điều khoản mua hàng", "text": "Điều 1.\n\n- một\n- hai"}}
    assert version.sha256 == hashlib.sha256("Điều 1.\n\n- một\n- hai".encode()).hexdigest()
    assert AuditEntry.objects.get(action="rules.published").facts["sha256"] == version.sha256


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("same", {}),
        ("past", {"text": "Khác", "days": -1}),
        ("moved", {"text": "Khác", "after": 0}),
        ("no_words", {"text": "  \n"}),
        ("too_long", {"text": "a" * 60_001}),
        ("not_allowed", {"text": "Khác", "actor": Actor.buyer()}),
    ],
)
def test_a_refused_version_leaves_what_was_there(code, told):
    publish()
    with pytest.raises(CannotPublishRules, match=code):
        publish(**told)
    assert RulesVersion.objects.count() == 1
    assert AuditEntry.objects.filter(action="rules.published").count() == 1


def test_a_translation_needs_title_and_text():
    texts = {"vi": {"title": "Quy chế", "text": "Một"}, "en": {"title": "Rules", "text": ""}}
    with pytest.raises(CannotPublishRules, match="no_words"):
        publish_rules(kind="operating", texts=texts, in_force_from=clock.today(), actor=OPERATOR)
    assert not RulesVersion.objects.exists()


def test_an_order_accepts_what_holds_at_that_moment_and_once():
    version = publish()
    for _again in range(2):
        record_acceptance(version=version, by="order", reference="K7QF-2M", actor=Actor.buyer())
    accepted = RulesAcceptance.objects.get()
    assert accepted_by_order("K7QF-2M") == accepted
    assert accepted.accepted_by is None
    assert AuditEntry.objects.filter(action="rules.accepted").count() == 1
    assert accepted_by_order("ABCD-EF") is None


def test_an_order_cannot_accept_yesterdays_or_tomorrows_words():
    with clock.at(BEGIN):
        old = publish()
        held = publish("Mới", days=1)
    coming = publish("Mới hơn", days=30)
    for version, code in ((old, "superseded"), (coming, "not_yet")):
        with pytest.raises(CannotAcceptRules, match=code):
            record_acceptance(version=version, by="order", reference="K7QF-2M", actor=Actor.buyer())
    assert not RulesAcceptance.objects.exists()
    record_acceptance(version=held, by="order", reference="K7QF-2M", actor=Actor.buyer())


def test_a_seller_is_asked_again_at_a_new_version(cast):
    assert rules_to_accept(cast.huong_que) is None
    first = publish(kind="operating")
    assert rules_to_accept(cast.huong_que) == first
    accept_as_seller(cooperative=cast.huong_que, version=first, actor=cast.lan_acts)
    assert rules_to_accept(cast.huong_que) is None
    assert RulesAcceptance.objects.get().accepted_by == cast.lan
    second = publish("Thêm điều 2.", kind="operating", days=30)
    assert rules_to_accept(cast.huong_que) == second
    accept_as_seller(cooperative=cast.huong_que, version=second, actor=cast.lan_acts)
    assert rules_to_accept(cast.huong_que) is None
    assert rules_to_accept(cast.other_cooperative) == second


def test_only_owner_and_manager_accept_for_a_seller(cast):
    version = publish(kind="operating")
    for actor in (cast.other_acts, cast.son_acts):
        with pytest.raises(CannotAcceptRules, match="not_allowed"):
            accept_as_seller(cooperative=cast.huong_que, version=version, actor=actor)
    assert not RulesAcceptance.objects.exists()


def test_sellers_hear_of_new_rules_once_and_not_after_they_accepted(cast):
    assert tell_sellers() == 0
    version = publish(kind="operating")
    accept_as_seller(cooperative=cast.other_cooperative, version=version, actor=cast.other_acts)
    assert tell_sellers() == 1
    assert tell_sellers() == 0
    message = OutboxMessage.objects.get(kind="rules_new")
    assert message.to == cast.huong_que.phone
    assert "/ban-hang/quy-che/" in message.text
    publish("Thêm điều 2.", kind="operating")
    assert tell_sellers() == 2


def test_text_is_read_as_headings_paragraphs_and_lists_and_nothing_else():
    text = tidy("## Điều 1\nBán thật,\nnói thật.\n- một\n- <b>hai</b>\n\nHết.")
    assert pieces(text) == [
        Piece("heading", ("Điều 1",)),
        Piece("paragraph", ("Bán thật, nói thật.",)),
        Piece("list", ("một", "<b>hai</b>")),
        Piece("paragraph", ("Hết.",)),
    ]
