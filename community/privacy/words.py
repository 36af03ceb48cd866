"""What is said of a request about data."""

from __future__ import annotations

from django.utils.translation import gettext, override

from community.privacy.models import PersonRequest
from community.text.dates import show_date


def answered_words(asked: PersonRequest) -> str:
    with override(asked.person.language):
        text = gettext("Your request %(code)s about your data: %(answer)s")
        return text % {"code": asked.code, "answer": asked.answer}


def extended_words(asked: PersonRequest) -> str:
    with override(asked.person.language):
        text = gettext("Your request %(code)s about your data needs until %(day)s. Why: %(reason)s")
        day = show_date(asked.due_at, asked.person.language[:2])
        return text % {"code": asked.code, "day": day, "reason": asked.extended_because}
