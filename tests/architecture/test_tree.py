"""What may stand in the tree: no trace of the place it was made in, no forgotten migration, complete translations."""

from __future__ import annotations

import gettext
import io
import re

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management import call_command

from tests.architecture.sources import ROOT, project_files, shown

WORKPLACE = re.compile(
    "|".join([r"(?<![\w.:/-])/" + r"work/(?:main|shared|\.)", r"\.\./" + "shared", "/opt/" + "pypi"])
)
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


def test_no_file_names_the_place_it_was_made_in() -> None:
    found = []
    for file in project_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{shown(file)}: {hit.group()}" for hit in WORKPLACE.finditer(text)]
    assert not found, found


@pytest.mark.django_db
def test_every_model_change_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_compiled_translations_match_their_source(po) -> None:
    """`make messages` compiles them; gettext isn't needed on the machine that runs the site."""
    compiled = po.with_suffix(".mo")
    assert compiled.exists(), f"run `make messages`: {shown(compiled)} is missing"
    with po.open("rb") as file:
        catalogue = read_po(file)
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)
    fresh.seek(0)
    with compiled.open("rb") as file:
        kept = gettext.GNUTranslations(file)._catalog
    wanted = gettext.GNUTranslations(fresh)._catalog
    kept.pop("", None), wanted.pop("", None)
    assert kept == wanted, f"run `make messages`: {shown(compiled)} is older than its .po"


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_translations_keep_their_placeholders(po) -> None:
    """`%(name)s` of the source must come back in the translation, or the page fails at run time."""
    with po.open("rb") as file:
        catalogue = read_po(file)
    wrong = []
    for message in catalogue:
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        targets = [message.string] if isinstance(message.string, str) else list(message.string)
        allowed = {name for source in sources for name in re.findall(r"%\((\w+)\)", source)}
        for target in filter(None, targets):
            if message.id and set(re.findall(r"%\((\w+)\)", target)) - allowed:
                wrong.append(f"{sources[0]!r} → {target!r}")
    assert not wrong, wrong
