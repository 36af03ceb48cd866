"""The demo's rules in their versions, each published in its own time, and accepted by the demo's sellers."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.rules.agreeing import By, Kind, newest_rules, record_acceptance
from community.rules.models import RulesVersion
from community.rules.publishing import publish_rules

RULES_FILE = Path(__file__).parent / "data" / "rules.toml"
DEMO = Actor.system("demo")


def publish_demo_rules() -> int:
    """Publish what the file tells, unless there are rules already; how many versions."""
    if RulesVersion.objects.exists():
        return 0
    rows = tomllib.loads(RULES_FILE.read_text("utf-8"))["version"]
    for row in rows:
        with clock.at(clock.now() - timedelta(days=row["days_ago"])):
            publish_rules(
                kind=row["kind"],
                texts={language: _words(row, language) for language in ("vi", "en")},
                in_force_from=clock.today(),
                changes=row["changes"],
                actor=DEMO,
            )
    _accept()
    return len(rows)


def _words(row: dict[str, Any], language: str) -> dict[str, str]:
    """A later version tells only what it adds to the one before."""
    told = row[language]
    if "text" in told:
        return {"title": told["title"], "text": told["text"]}
    before = newest_rules(row["kind"])
    assert before is not None
    return {"title": told["title"], "text": f"{before.texts[language]['text']}\n\n{told['add']}"}


def _accept() -> None:
    """All sellers accepted; the demo's first one is asked anew, so that one sees what that looks like."""
    held = newest_rules(Kind.OPERATING)
    assert held is not None
    for seller in Cooperative.objects.active().order_by("pk")[1:]:
        record_acceptance(version=held, by=By.SELLER, reference=seller.code, actor=DEMO, cooperative=seller)
