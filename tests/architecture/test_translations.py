"""Whatever the code says to people has a Vietnamese translation; what the public reads, a Khmer one."""

from __future__ import annotations

import gettext
import re

import pytest

from tests.architecture.sources import ROOT
from tests.harness.wording import all_told, known_in, told_to_the_public

KHMER = re.compile(r"[\u1780-\u17ff]")
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")


@pytest.fixture(scope="module")
def khmer() -> dict[str, str]:
    return known_in("km")


def test_every_message_has_a_vietnamese_translation() -> None:
    known = known_in("vi")
    missing = {f"{where}: {told.key}" for where, told in all_told() if told.key not in known}
    assert not missing, "\n".join(sorted(missing))


def test_everything_the_public_reads_has_khmer_words(khmer: dict[str, str]) -> None:
    """Mend it with `python -m tests.harness.wording km`; docs/khmer.md has the words to use."""
    missing = {f"{where}: {told.key}" for told, where in told_to_the_public().items() if told.key not in khmer}
    assert not missing, "\n".join(sorted(missing))


def test_khmer_words_keep_the_holes_of_the_message_and_are_khmer(khmer: dict[str, str]) -> None:
    told = {one.key: one.many or one.one for one in told_to_the_public()}
    wrong = [
        key for key, said in khmer.items() if key in told and set(HOLES.findall(said)) != set(HOLES.findall(told[key]))
    ]
    assert wrong == []
    foreign = [
        key for key, said in khmer.items() if not KHMER.search(said) and re.search(r"[a-z]{3}", HOLES.sub("", said))
    ]
    assert foreign == [], "left in another language"


@pytest.mark.parametrize("language", ["vi", "km"])
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with (ROOT / f"locale/{language}/LC_MESSAGES/django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    words = {key[0] if isinstance(key, tuple) else key: said for key, said in catalogue.items()}
    assert {key: said for key, said in known_in(language).items() if words.get(key) != said} == {}
