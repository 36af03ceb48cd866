"""The demo's programmes in both languages, its library of documents and some answered questions."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from wagtail.models import Locale

from cms.library.models import OfficialPaper, words_of
from cms.pages.programmes import ProgrammeIndexPage, ProgrammePage
from cms.searching.indexing import index_pages
from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from community.questions.answering import answer_question, pass_on, publish_answer
from community.questions.asking import ask
from community.questions.models import Question, QuestionDesk

PROGRAMMES_FILE = Path(__file__).parent / "data" / "programmes.toml"
SHARED = ("kind", "contact_name", "contact_phone", "contact_email")
TEAM = "Tổ công nghệ số cộng đồng xã Trần Đề (mẫu)"
WAITING = "Xã tôi xe tải không vào được, hàng gửi đến đâu thì lấy? Có điểm nhận nào gần chợ Trần Đề không?"
PASSED = "Gạo ST25 vụ này gặt tháng mấy? Nhà có em bé, muốn mua loại mới xay."
DEMO = Actor.system("demo")
VISITOR = Actor(user=None, label="visitor")


def write_programmes() -> None:
    """Add what is missing; pages are told apart by their address, documents by number, questions by their words."""
    content = tomllib.loads(PROGRAMMES_FILE.read_text("utf-8"))
    for row in content["paper"]:
        _write_paper(row)
    for row in content["programme"]:
        _write_programme(row)
    for row in content["question"]:
        _answer(row)
    _leave_one_waiting()
    _pass_one_on()
    index_pages()


def _write_paper(row: dict[str, Any]) -> None:
    if OfficialPaper.objects.filter(number=row["number"], issuer=row["issuer"]).exists():
        return
    paper = OfficialPaper(**row)
    paper.words = words_of(paper)
    paper.save()


def _write_programme(row: dict[str, Any]) -> None:
    parent = ProgrammeIndexPage.objects.get(locale__language_code="vi")
    if ProgrammePage.objects.child_of(parent).filter(slug=row["vi"]["slug"]).exists():
        return
    shared = {name: row[name] for name in SHARED if name in row}
    days = {f"{name}_on": clock.today() + timedelta(days=row[f"{name}_in"]) for name in ("opens", "closes")}
    page = ProgrammePage(**shared, **days, **_words(row["vi"]), locale=parent.locale)
    parent.add_child(instance=page)
    page.save_revision().publish()
    translated = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in _words(row["en"]).items():
        setattr(translated, name, value)
    translated.save_revision().publish()


def _words(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "body": [tuple(block) for block in told["body"]]}


def _answer(row: dict[str, Any]) -> None:
    """Asked three weeks ago, answered two days later, published."""
    if Question.objects.filter(faq_question=row["asked"]).exists():
        return
    asked_at = clock.now() - timedelta(days=21)
    with clock.at(asked_at):
        commune = AdminUnit.objects.get(code=row["commune"])
        question = ask(commune=commune, text=row["asked"], about=row["about"], actor=VISITOR)
    with clock.at(asked_at + timedelta(days=2)):
        answer_question(question=question, answer=row["answer"], actor=DEMO)
        publish_answer(question=question, faq_question=row["asked"], faq_answer=row["answer"], actor=DEMO)


def _pass_one_on() -> None:
    """To the first cooperative of the commune: its desk shows what that looks like."""
    seller = Cooperative.objects.active().filter(commune__code="31673").order_by("pk").first()
    if seller is None or Question.objects.filter(cooperative=seller).exists():
        return
    question = ask(commune=seller.commune, text=PASSED, about=Question.About.BUYING, actor=VISITOR)
    pass_on(question=question, cooperative=seller, actor=DEMO)


def _leave_one_waiting() -> None:
    """One overdue at the desk of a commune, so that the staff's desk has something to show."""
    if Question.objects.waiting().exists():
        return
    commune = AdminUnit.objects.get(code="31673")
    QuestionDesk.objects.get_or_create(unit=commune, defaults={"name": TEAM, "phone": "+84900000900"})
    with clock.at(clock.now() - timedelta(days=12)):
        ask(commune=commune, text=WAITING, about=Question.About.DELIVERY, actor=VISITOR)
