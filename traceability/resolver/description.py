"""The resolver's description of itself: ``/.well-known/gs1resolver``."""

from __future__ import annotations

from typing import Any

from traceability.resolver.linkset import CONTEXT
from traceability.resolver.relations import NAMESPACE, PREFIX

PRIMARY_KEYS = ("01", "414", "417")
VERSION = "1.2.0"


def description(*, root: str, name: str) -> dict[str, Any]:
    """``root``: the address under which all keys resolve."""
    return {
        "name": name,
        "resolverRoot": root,
        "supportedPrimaryKeys": list(PRIMARY_KEYS),
        "supportedLinkType": [{"namespace": NAMESPACE, "prefix": f"{PREFIX}:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }
