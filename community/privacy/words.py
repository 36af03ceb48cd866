"""What is said of a request about data."""

from __future__ import annotations

from django.utils.translation import gettext, override

from community.privacy.models import PersonRequest


def answered_words(asked: PersonRequest) -> str:
    with override(asked.person.language):
        text = gettext("Your request %(code)s about your data: %(answer)s")
        return text % {"code": asked.code, "answer": asked.answer}
