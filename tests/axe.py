"""`make axe`: asks axe-core about every screen of the demo: on a phone in Vietnamese, the public's also on a narrow one
in Khmer, and on a desk in English.

Works on a copy of the data folder. Words as arguments choose screens: `.venv/bin/python -m tests.axe order wizard`.
Prints what it finds and leaves with 1 when that is anything; also when a screen does not answer or is wider than the
phone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.harness.screen import Screen
from tests.harness.visiting import Visitor, visiting

LOOKS = {"phone": ((360, 740), "vi"), "khmer": ((320, 640), "km"), "desk": ((1280, 800), "en")}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPTIONS = RULES | {"resultTypes": ["violations"]}
# Wagtail draws its own frame around our desks: what stands there is not ours to mend.
OURS = {"exclude": [["[data-sidebar]"], ["#wagtail-sidebar"], [".w-slim-header"], ["wagtail-userbar"]]}
# Nor its tables with links on lines of their own height, and its pages whose heading is in the frame.
WAGTAILS = {"rules": {"target-size": {"enabled": False}, "page-has-heading-one": {"enabled": False}}}
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth + 1"


def faults_of(page: Page, screen: Screen) -> Iterator[str]:
    """One line for each rule that is broken, with the first place where."""
    is_wagtails = screen.path.startswith("/quan-tri/")
    found = Axe().run(page, context=OURS, options=OPTIONS | (WAGTAILS if is_wagtails else {}))
    for one in found.response["violations"]:
        node = one["nodes"][0]
        yield f"{one['id']} ({len(one['nodes'])}×, {one['impact']}): {node['target']} {node['html'][:160]}"
    if page.evaluate(TOO_WIDE):
        yield "wider than the window"


def main(looks: list[str], wanted: list[str]) -> int:
    faults = 0
    with visiting(wanted) as visit:
        for look in looks:
            size, language = LOOKS[look]
            visitor = Visitor(visit, size=size, language=language)
            for screen in filter(visitor.has, visit.screens):
                page = visitor.open(screen)
                for fault in faults_of(page, screen):
                    faults += 1
                    print(f"{screen.name} [{look}] {fault}", flush=True)
            visitor.leave()
    print(f"{len(visit.screens)} screens, {' and '.join(looks)}: {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if word in LOOKS]
    raise SystemExit(main(chosen or list(LOOKS), [word for word in sys.argv[1:] if word not in LOOKS]))
