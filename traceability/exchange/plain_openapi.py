"""What the OpenAPI document says of addresses that are plain views: the resolver, the log, files and passports.

Only those that the site's addresses really have are told (the hook in ``config`` asks), so this list may run ahead.
"""

from __future__ import annotations

import re
from typing import Any

# url name | path | summary | media types of 200 | other answers
_LINES = """
gs1resolver     | /.well-known/gs1resolver | What this GS1 resolver supports | json |
batch_by_link   | /01/{gtin} | A product by its GS1 Digital Link | page linkset | 300 307 400 404
batch_by_link   | /01/{gtin}/10/{lot} | A lot by its GS1 Digital Link | page linkset | 300 307 400 404
batch_by_code   | /t/{code} | A lot by its public code | page linkset | 300 307 400 404
recall_status   | /api/recall/01/{gtin}/10/{lot} | Whether a lot is held or recalled | json | 400 404
master_data     | /api/master/01/{gtin} | Master data of a product | ld | 400 404
genealogy       | /api/lots/{code}/genealogy | What a lot was made of and what was made of it | json | 400 404 429
batch_dossier   | /t/{code}/ho-so.zip | A lot's records with their proofs and the program that checks them | zip | 404
lot_epcis       | /api/lots/{code}/epcis | All public events of a lot as one EPCIS document | ld | 404 429
lot_kde_csv     | /api/lots/{code}/kde.csv | Key data of every step as a sheet | csv | 404 429
lot_kde_xlsx    | /api/lots/{code}/kde.xlsx | Key data of every step as a workbook | xlsx | 404 429
dpp_schema      | /api/dpp/schema.json | The JSON schema of passports | schema |
dpp_by_link     | /api/dpp/01/{gtin}/10/{lot} | The passport of a lot (Decree 37/2026, Circular 02/2024) | ld | 400 404
dpp_by_code     | /api/dpp/t/{code} | The passport of a lot by its public code | ld | 404
tlog_checkpoint | /tlog/checkpoint | The newest signed checkpoint of the log (C2SP note) | text | 404
tlog_checkpoint_of | /tlog/checkpoint/{size} | The checkpoint of that size | text | 400 404
tlog_vkey       | /tlog/vkey | The keys that sign and signed checkpoints | text |
tlog_entry      | /tlog/entry/{seq}.json | One entry of the log, as it was hashed | json | 400 403 404 429
tlog_proof      | /tlog/proof/{seq}.tlog-proof | Proof that an entry is in a checkpoint | text | 400 404 429
tlog_consistency | /tlog/consistency?from={from}&to={to} | Proof that one continues another | text json | 400 404
"""
_MEDIA = {
    "page": "text/html",
    "linkset": "application/linkset+json",
    "json": "application/json",
    "ld": "application/ld+json",
    "schema": "application/schema+json",
    "text": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEANING = {
    "300": "Several links fit",
    "403": "It is there, but not told to the world",
    "307": "Go on to the link",
    "400": "The address or a parameter is not right",
    "404": "Nothing under this address",
    "429": "Too many costly answers in this minute; try again later",
}
_HOLE = re.compile(r"\{(\w+)\}")


def plain_paths(url_names: set[str]) -> dict[str, Any]:
    """OpenAPI path items of the plain views whose URL names are in ``url_names``."""
    found = {}
    for line in _LINES.strip().splitlines():
        name, address, summary, media_types, statuses = (cell.strip() for cell in line.split("|"))
        if name in url_names:
            path, _, query = address.partition("?")
            found[path] = {"get": _operation(path, query, summary, media_types, statuses)}
    return found


def _operation(path: str, query: str, summary: str, media_types: str, statuses: str) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    ok = {"description": "As asked", "content": {_MEDIA[each]: text for each in media_types.split()}}
    operation = re.sub(r"[^0-9a-z]+", "_", path.lower()).strip("_")
    return {
        "operationId": f"get_{operation}",
        "summary": summary,
        "tags": [path.strip("/").split("/")[0] or "root"],
        "parameters": [
            *({"name": each, "in": "path", "required": True, **text} for each in _HOLE.findall(path)),
            *({"name": each, "in": "query", **text} for each in _HOLE.findall(query)),
        ],
        "responses": {"200": ok} | {status: {"description": _MEANING[status]} for status in statuses.split()},
    }
