"""Screens that tell: rules, questions, programmes, the library, the search; for readers, sellers and staff."""

from __future__ import annotations

from cms.pages.programmes import ProgrammePage
from community.questions.models import Question
from tests.harness.screen import Screen


def told_screens() -> list[Screen]:
    programme = ProgrammePage.objects.live().filter(locale__language_code="vi").order_by("path").first()
    waiting = Question.objects.waiting().first()
    answered = Question.objects.filter(status="answered").first()
    return [
        Screen("programmes", "guest", "/chuong-trinh/"),
        Screen("programme", "guest", programme.get_url()),
        Screen("library", "guest", "/van-ban/"),
        Screen("library-nothing", "guest", "/van-ban/?q=xe+máy"),
        Screen("search", "guest", "/tim/?q=trần+đề"),
        Screen("search-nothing", "guest", "/tim/?q=xyzt"),
        Screen("rules", "guest", "/quy-che/"),
        Screen("rules-terms", "guest", "/quy-che/mua-hang/"),
        Screen("rules-older", "guest", "/quy-che/hoat-dong/1/"),
        Screen("questions", "guest", "/hoi/"),
        Screen("question-ask", "guest", "/hoi/moi/"),
        Screen("question-waits", "guest", f"/hoi/{waiting.token}/"),
        Screen("question-answered", "guest", f"/hoi/{answered.token}/"),
        Screen("rules-to-accept", "lan", "/ban-hang/quy-che/"),
        Screen("questions-for-us", "lan", "/ban-hang/cau-hoi/"),
        Screen("admin-questions", "hoa", "/quan-tri/cau-hoi/"),
        Screen("admin-question", "hoa", f"/quan-tri/cau-hoi/{waiting.code}/"),
        Screen("admin-question-answered", "hoa", f"/quan-tri/cau-hoi/{answered.code}/"),
        Screen("admin-rules", "hoa", "/quan-tri/quy-che/"),
        Screen("admin-rules-new", "hoa", "/quan-tri/quy-che/terms/moi/"),
        Screen("admin-rules-accepted", "hoa", "/quan-tri/quy-che/operating/2/"),
        Screen("admin-library", "hoa", "/quan-tri/snippets/cms/officialpaper/"),
    ]
