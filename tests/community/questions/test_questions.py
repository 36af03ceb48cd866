"""The question box: routed by commune, due in working days, answered once, published and forgotten without names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.questions.answering import (
    CannotAnswer,
    answer_question,
    close_question,
    pass_on,
    publish_answer,
    withdraw_answer,
)
from community.questions.asking import CannotAsk, ask
from community.questions.forgetting import CONTACT_KEPT, forget_old_questions
from community.questions.models import Question, QuestionDesk
from community.working_days import after_working_days
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in

pytestmark = pytest.mark.django_db

VISITOR = Actor(user=None, label="visitor")
STAFF = Actor.system("test")
FRIDAY = datetime(2026, 11, 20, 2, tzinfo=UTC)


def put(cast, text="Mật ong rừng có bị đóng đường không?", **told):
    facts = {"commune": cast.tran_de, "about": "buying", "actor": VISITOR, **told}
    return ask(text=text, **facts)


@pytest.fixture
def moderator(cast):
    set_up_review()
    cast.hoa.groups.add(Group.objects.get(name="Moderators"))
    return type(cast.hoa).objects.get(pk=cast.hoa.pk)


@pytest.mark.parametrize(
    ("day", "count", "off", "due"),
    [
        (date(2026, 11, 20), 5, (), date(2026, 11, 27)),  # Friday: the weekend between does not count
        (date(2026, 11, 21), 1, (), date(2026, 11, 23)),  # Saturday
        (date(2026, 12, 31), 1, (), date(2027, 1, 4)),  # New Year, then the weekend
        (date(2026, 8, 31), 2, (), date(2026, 9, 3)),  # National Day
        (date(2027, 2, 4), 1, {date(2027, 2, 5), date(2027, 2, 8)}, date(2027, 2, 9)),  # days the operator names
    ],
)
def test_the_clock_counts_working_days_only(day, count, off, due):
    assert after_working_days(day, count, off) == due


def test_a_question_goes_to_the_desk_of_its_commune_else_of_its_province(cast, places, settings):
    settings.ANSWER_DAYS = 5
    province = QuestionDesk.objects.create(unit=cast.can_tho, name="Liên minh HTX", phone="+84292000000")
    with clock.at(FRIDAY):
        first = put(cast)
        commune = QuestionDesk.objects.create(unit=cast.tran_de, name="Tổ Trần Đề", email="to@tran-de.example")
        second = put(cast)
        elsewhere = put(cast, commune=places["19429"])
    assert (first.desk, second.desk, elsewhere.desk) == (province, commune, None)
    assert first.due_on == date(2026, 11, 27)
    told = OutboxMessage.objects.filter(kind="question_asked")
    assert {(one.channel, one.to) for one in told} == {("sms", "+84292000000"), ("email", "to@tran-de.example")}
    assert all("Mật ong" not in one.text and one.text.count(f"/{one.key}/") == 1 for one in told)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("too_short", {"text": " Alo? "}),
        ("no_consent", {"contact": "+84912345678", "channel": "sms"}),
        ("not_a_commune", {"commune": "can_tho"}),
    ],
)
def test_a_refused_question_leaves_nothing(cast, code, told):
    if told.get("commune"):
        told = {"commune": cast.can_tho}
    with pytest.raises(CannotAsk, match=code):
        put(cast, **told)
    assert not Question.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_an_answer_goes_out_once_as_the_asker_wished(cast):
    question = put(cast, contact="minh@example.vn", channel="email", agreed=True, language="en")
    answer_question(question=question, answer="Không, mật kết tinh khi trời lạnh.", actor=STAFF)
    sent = OutboxMessage.objects.get(kind="question_answered")
    assert (sent.channel, sent.to, sent.language) == ("email", "minh@example.vn", "en")
    assert f"/en/hoi/{question.token}/" in sent.text
    with pytest.raises(CannotAnswer, match="moved"):
        answer_question(question=question, answer="Khác", actor=STAFF)
    question.refresh_from_db()
    assert question.answer.startswith("Không")
    assert AuditEntry.objects.get(action="question.answered").facts == {"days_late": 0}


def test_only_staff_and_the_cooperative_it_was_passed_to_answer(cast):
    question = put(cast)
    for actor in (VISITOR, cast.lan_acts, cast.other_acts):
        with pytest.raises(CannotAnswer, match="not_allowed"):
            answer_question(question=question, answer="Có", actor=actor)
        with pytest.raises(CannotAnswer, match="not_allowed"):
            close_question(question=question, actor=actor)
    pass_on(question=question, cooperative=cast.huong_que, actor=STAFF)
    assert OutboxMessage.objects.get(kind="question_passed").to == cast.huong_que.phone
    with pytest.raises(CannotAnswer, match="not_allowed"):
        answer_question(question=question, answer="Có", actor=cast.other_acts)
    answer_question(question=question, answer="Mật nguyên chất.", actor=cast.lan_acts)
    assert question.answered_by == cast.lan


def test_what_is_published_names_nobody(cast):
    question = put(cast, name="Chị Minh", contact="+84912345678", channel="sms", agreed=True)
    told = {"question": question, "actor": STAFF}
    with pytest.raises(CannotAnswer, match="not_answered"):
        publish_answer(faq_question="Mật có đường?", faq_answer="Không.", **told)
    answer_question(answer="Không.", **told)
    for words in ("Chào Chị Minh, không.", "Gọi 0912 345 678 nhé.", "Gọi 0912-345-678.", "Gọi +84 91 234.5678"):
        with pytest.raises(CannotAnswer, match="personal"):
            publish_answer(faq_question="Mật có đường?", faq_answer=words, **told)
    assert not Question.objects.published().exists()
    publish_answer(faq_question="Mật có đường?", faq_answer="Không.", **told)
    assert list(Question.objects.published()) == [question]
    withdraw_answer(**told)
    assert not Question.objects.published().exists()


def test_who_asked_is_forgotten_and_what_was_published_stays(cast, settings):
    settings.QUESTION_DAYS = 30
    asked = {"name": "Chị Minh", "contact": "+84912345678", "channel": "sms", "agreed": True}
    with clock.at(FRIDAY):
        answered, waiting = put(cast, **asked), put(cast, **asked)
        answer_question(question=answered, answer="Không.", actor=STAFF)
        publish_answer(question=answered, faq_question="Mật có đường?", faq_answer="Không.", actor=STAFF)
    assert forget_old_questions(now=FRIDAY + timedelta(days=29)) == 0
    assert forget_old_questions(now=FRIDAY + timedelta(days=31)) == 1
    assert forget_old_questions(now=FRIDAY + timedelta(days=31)) == 0
    answered.refresh_from_db()
    waiting.refresh_from_db()
    assert (answered.name, answered.contact, answered.text, answered.faq_answer) == ("", "", "…", "Không.")
    assert waiting.name == "Chị Minh"
    told = OutboxMessage.objects.get(kind="question_answered")
    assert (told.to, told.text, told.facts, told.status) == ("", "", {}, "failed")


@pytest.mark.parametrize("status", ["sent", "failed", "waiting", "sending"])
def test_where_an_answer_went_is_known_for_a_month_and_while_it_is_to_leave(cast, status):
    """Red before: the message kept number, answer and secret address for ever, the question its number for a year."""
    asked = {"contact": "+84912345678", "channel": "sms", "agreed": True}
    with clock.at(FRIDAY):
        answered, closed, waiting = (put(cast, **asked) for _each in range(3))
        answer_question(question=answered, answer="Không.", actor=STAFF)
        close_question(question=closed, actor=STAFF)
    messages = OutboxMessage.objects.filter(kind="question_answered")
    messages.update(status=status, sent_at=FRIDAY, last_error="")
    forget_old_questions(now=FRIDAY + CONTACT_KEPT - timedelta(days=1))
    assert set(Question.objects.values_list("contact", flat=True)) == {"+84912345678"}
    forget_old_questions(now=FRIDAY + CONTACT_KEPT + timedelta(days=1))
    left = Question.objects.exclude(contact="").values_list("code", flat=True)
    to_leave = status in ("waiting", "sending")
    assert set(left) == ({waiting.code, answered.code} if to_leave else {waiting.code})
    told = messages.get()
    assert bool(told.to) is (answered.token in told.text) is to_leave and told.status == status
    answered.refresh_from_db()
    assert answered.text != "…" and answered.answer == "Không."


def test_anybody_asks_and_reads_the_answer_at_a_secret_address(client, cast, site_ready):
    told = {"about": "buying", "text": "Mật ong có bị đóng đường không?", "place": "Trần Đề", "contact": "0912345678"}
    refused = client.post("/hoi/moi/", told)
    assert refused.status_code == 400
    assert 'id="id_agreed_error"' in refused.content.decode()
    assert "Mật ong có bị" in refused.content.decode()
    assert not Question.objects.exists()
    address = client.post("/hoi/moi/", {**told, "agreed": "on"}).url
    question = Question.objects.get()
    assert address == f"/hoi/{question.token}/"
    assert question.contact == "+84912345678"
    assert "noindex" in client.get(address).content.decode()
    answer_question(question=question, answer="Không, chị ạ.", actor=STAFF)
    assert "Không, chị ạ." in client.get(address).content.decode()


def test_a_visitor_asks_five_times_an_hour(client, cast, site_ready):
    told = {"about": "buying", "text": "Mật ong có bị đóng đường không?", "place": "Trần Đề"}
    answers = [client.post("/hoi/moi/", told).status_code for _time in range(6)]
    assert answers == [302] * 5 + [429]
    assert Question.objects.count() == 5


def test_the_desk_shows_the_overdue_first_and_answers(client, cast, site_ready, moderator):
    with clock.at(FRIDAY - timedelta(days=60)):
        put(cast, text="Câu cũ đã quá hạn trả lời")
    put(cast, text="Câu mới hỏi hôm nay thôi")
    sign_in(client, moderator)
    page = client.get("/quan-tri/cau-hoi/").content.decode()
    assert page.index("Câu cũ") < page.index("Câu mới")
    assert "error-message" in page
    old = Question.objects.get(text__startswith="Câu cũ")
    client.post(f"/quan-tri/cau-hoi/{old.code}/", {"act": "answer", "answer": "Xin lỗi đã để lâu."})
    client.post(
        f"/quan-tri/cau-hoi/{old.code}/", {"act": "publish", "faq_question": "Hỏi chung", "faq_answer": "Đáp chung"}
    )
    old.refresh_from_db()
    assert old.answered_by == moderator
    page = client.get("/hoi/").content.decode()
    assert "Hỏi chung" in page
    assert "Câu cũ" not in page


def test_a_cooperative_answers_without_learning_who_asked(client, cast, site_ready):
    question = put(cast, name="Chị Minh", contact="+84912345678", channel="sms", agreed=True)
    sign_in(client, cast.lan)
    assert client.post(f"/ban-hang/cau-hoi/{question.code}/", {"answer": "Có"}).status_code == 404
    pass_on(question=question, cooperative=cast.huong_que, actor=STAFF)
    page = client.get("/ban-hang/cau-hoi/").content.decode()
    assert "Mật ong rừng" in page
    assert "Chị Minh" not in page
    assert "912345678" not in page
    client.post(f"/ban-hang/cau-hoi/{question.code}/", {"answer": "Mật nguyên chất."})
    question.refresh_from_db()
    assert question.status == "answered"
