"""What the OpenAPI document says of the EPCIS interface beyond its addresses."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from traceability.events.asking import ACTIONS, EVENT_TYPES, MOST_PER_PAGE, PARAMETERS, PER_PAGE

_TIMES = tuple(name for name in PARAMETERS if name.endswith("Time"))
_ENUMS = {"eventType": EVENT_TYPES, "EQ_action": ACTIONS, "EQ_errorReason": ("did_not_occur", "incorrect_data")}

PROBLEMS = {
    (status, "application/problem+json"): OpenApiResponse(OpenApiTypes.OBJECT, words)
    for status, words in (
        (400, "What was sent is not right; errors name each place by JSON pointer"),
        (401, "A key is needed, or this one opens nothing"),
        (404, "There is no such thing, or not for you"),
        (406, "Served are application/json and application/ld+json"),
        (429, "Too many requests"),
    )
}
EVENTS = {
    (200, "application/json"): OpenApiTypes.OBJECT,
    (200, "application/ld+json"): OpenApiTypes.OBJECT,
    **PROBLEMS,
}
PAGING = [
    OpenApiParameter("perPage", int, description=f"{PER_PAGE} unless told; at most {MOST_PER_PAGE}, more gives that."),
    OpenApiParameter("nextPageToken", str, description="From the Link header of the page before."),
]


def _parameter(name: str) -> OpenApiParameter:
    if name in _TIMES:
        return OpenApiParameter(name, OpenApiTypes.DATETIME)
    if name == "EXISTS_errorDeclaration":
        return OpenApiParameter(name, OpenApiTypes.BOOL)
    return OpenApiParameter(
        name,
        {"type": "array", "items": {"type": "string", **({"enum": list(_ENUMS[name])} if name in _ENUMS else {})}},
        style="pipeDelimited",
        explode=False,
    )


QUERY = [
    *(_parameter(name) for name in PARAMETERS),
    OpenApiParameter("orderBy", str, enum=["eventTime", "recordTime"]),
    OpenApiParameter("orderDirection", str, enum=["ASC", "DESC"]),
    OpenApiParameter("eventCountLimit", int, description="Only with orderBy."),
    OpenApiParameter("maxEventCount", int, description="413 when there are more."),
    *PAGING,
]


class ByApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """drf-spectacular finds this by itself; the scheme is described once, by the hook in ``config``."""

    target_class = "traceability.exchange.door.ByApiKey"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
