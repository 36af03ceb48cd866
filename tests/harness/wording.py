"""What the house says to people: message ids of modules and templates, and which of them the public reads.

    .venv/bin/python -m tests.harness.wording km              # what the public reads and Khmer still misses, as JSON
    .venv/bin/python -m tests.harness.wording km words.json   # writes {"English msgid": "words"} into the catalogue

In the JSON a context stands before its id with ``\\u0004`` between, a plural is ``one|||many``. Needs no GNU gettext.
"""

from __future__ import annotations

import ast
import fcntl
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, project_files, python_files, shown, tree_of

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
CALLED = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

# What a buyer, or who scans a code, can come to. Templates and modules in which every word is meant for them …
PUBLIC = re.compile(
    r"templates/((base|400|403|403_csrf|404|500)\.html|(components|shopping|cms)/|exchange/(log|api)\.html)"
    r"|templates/community/(rules|rules_index|question|question_ask|questions)\.html"
    r"|community/(rules|questions)/(pages|words|forms)\.py|community/accounts/fields\.py"
    r"|templates/passport/(?!settle_report)"
    r"|marketplace/shopping/|marketplace/(claims|orders|reviews)/(links|placing|settling|telling)\.py"
    r"|marketplace/privacy/(copying|telling)\.py"
    r"|marketplace/orders/changes/(telling|wording)\.py|marketplace/payments/(showing/|notices\.py)"
    r"|marketplace/listings/(choices|proofs|ratings|seasons|shelves)\.py|marketplace/shipping/words\.py"
    r"|traceability/passport/(?!in_admin|models)|traceability/(resolver|templatetags)/"
    r"|traceability/genealogy/journey\.py|traceability/events/wording\.py"
)
# … and modules of which the public is shown some choices only: the names of tables and columns are the desks'.
PUBLIC_CHOICES = {
    "cms/pages/guides.py": {"ForWhom"},
    "cms/pages/programmes.py": {"Kind"},
    "community/cooperatives/models.py": {"LegalForm"},
    "community/questions/models.py": {"About"},
    "marketplace/invoices/models.py": {"BuyerKind"},
    "marketplace/privacy/models.py": {"Kind", "Status"},
    "marketplace/reports/models.py": {"Kind", "Outcome"},
    "marketplace/claims/states.py": {"ClaimStatus", "Outcome", "Problem"},
    "marketplace/orders/states.py": {"OrderStatus", "ParcelStatus"},
    "marketplace/payments/states.py": {"ProviderCode"},
    "traceability/batches/models.py": {"Status"},
    "traceability/passport/models.py": {"Reason"},
    "traceability/certificates/models.py": {"Scheme"},
    "traceability/products/models.py": {"BaseUnit", "StepKind"},
}


class Told(NamedTuple):
    """One message as the code names it."""

    one: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """As a compiled catalogue names it."""
        return f"{self.context}\x04{self.one}" if self.context else self.one

    @property
    def written(self) -> str:
        """As the JSON of this tool names it."""
        return f"{self.key}|||{self.many}" if self.many else self.key


def told_in(tree: ast.AST) -> Iterator[Told]:
    """The messages a module names in words."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        told = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if len(told) > 1 and (name in IN_CONTEXT or name == "_"):  # `pgettext_lazy as _` where all share a context
            yield Told(told[1], context=told[0])
        elif name in MANY and len(told) > 1:
            yield Told(told[0], told[1])
        elif name in ONE and told and told[0]:
            yield Told(told[0])


def calls(source: str) -> Iterator[str]:
    """The gettext calls that Django makes of a template's tags for xgettext."""
    for found in CALLED.finditer(source):
        depth, at = 0, found.end() - 1
        quote = ""
        while at < len(source):
            sign = source[at]
            if quote:
                at += sign == "\\"
                quote = "" if sign == quote else quote
            elif sign in "'\"":
                quote = sign
            else:
                depth += (sign == "(") - (sign == ")")
                if depth == 0:
                    break
            at += 1
        yield source[found.start() : at + 1]


def told_in_template(words: str) -> Iterator[Told]:
    for call in calls(templatize(words)):
        try:
            yield from told_in(ast.parse(call.replace("\n", "\\n"), mode="eval"))
        except SyntaxError:
            continue


def all_told() -> Iterator[tuple[str, Told]]:
    """Where (a path from the project's root) and what, of every module and template."""
    for file in python_files():
        yield from ((shown(file), told) for told in told_in(tree_of(file)))
    for file in project_files():
        if file.suffix in {".html", ".txt"} and "templates" in file.parts:
            yield from ((shown(file), told) for told in told_in_template(file.read_text(encoding="utf-8")))


def told_to_the_public() -> dict[Told, str]:
    """What the public reads, and the first place where. Messages to sellers (``with override("vi")``) are not its."""
    found: dict[Told, str] = {}
    for file in python_files():
        name = shown(file)
        if PUBLIC.match(name):
            own = set(told_in(tree_of(file))) - _to_sellers(tree_of(file))
            found |= {told: name for told in own if told not in found}
        elif name in PUBLIC_CHOICES:
            classes = [one for one in ast.walk(tree_of(file)) if isinstance(one, ast.ClassDef)]
            for one in classes:
                if one.name in PUBLIC_CHOICES[name]:
                    found |= {told: name for told in told_in(one) if told not in found}
    for file in project_files():
        if PUBLIC.match(shown(file)) and file.suffix in {".html", ".txt"}:
            told_here = told_in_template(file.read_text(encoding="utf-8"))
            found |= {told: shown(file) for told in told_here if told not in found}
    return found


def _to_sellers(tree: ast.AST) -> set[Told]:
    inside: set[Told] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and 'override("vi")' in ast.unparse(node.items[0]).replace("'", '"'):
            inside |= set(told_in(node))
    return inside


def catalogue(language: str) -> Path:
    return ROOT / f"locale/{language}/LC_MESSAGES/django.po"


def known_in(language: str) -> dict[str, str]:
    """Key of a compiled catalogue → words, of what is translated and not marked as doubtful."""
    with catalogue(language).open("rb") as file:
        messages = pofile.read_po(file, locale=language)
    known = {}
    for one in messages:
        first, words = (one.id[0], one.string[0]) if isinstance(one.id, tuple) else (one.id, one.string)
        if first and words and not one.fuzzy:
            known[f"{one.context}\x04{first}" if one.context else first] = words
    return known


def write_words(language: str, words: Mapping[str, str]) -> list[str]:
    """Adds or replaces words, compiles; returns the ids refused because their holes differ."""
    path, refused = catalogue(language), []
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        messages = pofile.read_po(file, locale=language, domain="django")
        for written, said in words.items():
            if not _add(messages, written, said):
                refused.append(written)
        file.seek(0)
        file.truncate()
        pofile.write_po(file, messages, width=120)
        with path.with_suffix(".mo").open("wb") as compiled:
            mofile.write_mo(compiled, messages)
    return refused


def _add(messages: Catalog, written: str, said: str) -> bool:
    context, _, rest = written.rpartition("\x04")
    one, _, many = rest.partition("|||")
    if set(HOLES.findall(many or one)) != set(HOLES.findall(said)):
        return False
    name = (one, many) if many else one
    messages.delete(name, context=context or None)
    flags = {"python-format"} if "%(" in rest else set()
    messages.add(name, (said,) if many else said, context=context or None, flags=flags)
    return True


def main(language: str, words: str = "") -> int:
    if words:
        refused = write_words(language, json.loads(Path(words).read_text(encoding="utf-8")))
        print("\n".join(f"holes differ: {one}" for one in refused))
        return 1 if refused else 0
    known = known_in(language)
    missing = {told.written: where for told, where in told_to_the_public().items() if told.key not in known}
    print(json.dumps(missing, ensure_ascii=False, indent=0))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
