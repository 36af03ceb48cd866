"""A new version: by staff, from a day on; nothing of an older one changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.rules.models import BINDING, RulesVersion
from community.rules.words import digest, tidy

RIGHT = "community.add_rulesversion"
LONGEST = 60_000
"""Characters of a text."""


class CannotPublishRules(DomainError):
    """`not_allowed`, `no_words` (fact `language`: title or text is empty), `too_long` (fact `most`), `same` (nothing
    changed since the newest), `past` (in force before today, or before the version that is there: fact `earliest`),
    `moved` (somebody published meanwhile: fact `number`)."""


@transaction.atomic
def publish_rules(
    *,
    kind: str,
    texts: Mapping[str, Mapping[str, str]],
    in_force_from: date,
    actor: Actor,
    changes: str = "",
    after: int | None = None,
) -> RulesVersion:
    """Add the next version. ``texts``: language → title, text; a language without words is left out, Vietnamese must
    be there. ``after``: the number of the version that the writer saw. Raises CannotPublishRules."""
    if not actor.is_staff_with(RIGHT):
        raise CannotPublishRules("not_allowed")
    newest = RulesVersion.objects.of(RulesVersion.Kind(kind)).first()
    number = newest.number if newest else 0
    if after is not None and after != number:
        raise CannotPublishRules("moved", number=number)
    clean = _clean(texts)
    _follows(newest, clean, in_force_from)
    version = RulesVersion(
        kind=kind,
        number=number + 1,
        texts=clean,
        sha256=digest(clean[BINDING]["text"]),
        changes=" ".join(changes.split())[:400],
        in_force_from=in_force_from,
        published_at=clock.now(),
        published_by=actor.user,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as taken:  # two pressed at once: the number is given once
        raise CannotPublishRules("moved", number=number + 1) from taken
    starts = in_force_from.isoformat()
    record(actor=actor, action="rules.published", subject=version, sha256=version.sha256, in_force_from=starts)
    return version


def _follows(newest: RulesVersion | None, clean: dict[str, Any], in_force_from: date) -> None:
    if newest is not None and newest.texts == clean:
        raise CannotPublishRules("same")
    earliest = max(clock.today(), newest.in_force_from) if newest else clock.today()
    if in_force_from < earliest:
        raise CannotPublishRules("past", earliest=earliest)


def _clean(texts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    clean = {}
    for language, told in texts.items():
        title, text = " ".join(told["title"].split())[:160], tidy(told["text"])
        if len(text) > LONGEST:
            raise CannotPublishRules("too_long", most=LONGEST)
        if title and text:
            clean[language] = {"title": title, "text": text}
        elif title or text or language == BINDING:
            raise CannotPublishRules("no_words", language=language)
    if BINDING not in clean:
        raise CannotPublishRules("no_words", language=BINDING)
    return clean
