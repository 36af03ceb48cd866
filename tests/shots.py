"""`make shots`: pictures of every screen in two sizes and each language, from the demo data, into shots/.

Works on a copy of the data folder. Words as arguments choose screens: `.venv/bin/python -m tests.shots order wizard`.
"""

from __future__ import annotations

import sys

from tests.harness.visiting import LOCALES, ROOT, Visitor, visiting

SIZES = ((360, 740), (1280, 800))
# Loads the pictures that come late, walks down the page and back up, and lets the bar of buttons lie where it belongs:
# in a picture of the whole page it would cover a field.
SCROLL = """async () => {
  const images = [...document.images];
  images.forEach(one => { one.loading = "eager"; });
  document.querySelectorAll(".ask-foot").forEach(one => { one.style.position = "static"; });
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo({top: y, behavior: "instant"}); await new Promise(done => setTimeout(done, 60));
  }
  scrollTo({top: 0, behavior: "instant"});
  await Promise.race([
    Promise.allSettled(images.map(one => one.decode())), new Promise(done => setTimeout(done, 8000))]);
}"""


def main(wanted: list[str]) -> None:
    shots = ROOT / "shots"
    shots.mkdir(exist_ok=True)
    with visiting(wanted) as visit:
        for language in LOCALES:
            for size in SIZES:
                print(f"{len(visit.screens)} screens, {language}, {size[0]} px …", flush=True)
                visitor = Visitor(visit, size=size, language=language)
                for screen in filter(visitor.has, visit.screens):
                    page = visitor.open(screen)
                    page.evaluate(SCROLL)
                    page.screenshot(path=shots / f"{screen.name}-{size[0]}-{language}.png", full_page=True)
                visitor.leave()


if __name__ == "__main__":
    main(sys.argv[1:])
