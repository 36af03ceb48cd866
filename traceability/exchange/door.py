"""The door of the machine interfaces: who asks (an API key or nobody), how often, in which media type, how large."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from community.api_keys.keeping import find_key, note_use
from community.api_keys.models import ApiKey
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.limiting import MINUTE, count, is_within
from traceability.epcis.json_text import LARGEST
from traceability.exchange.answers import VERSIONS, problem

PER_MINUTE_WITH_KEY = 6000
PER_MINUTE_WITHOUT = 300
MEDIA_TYPES = ("application/json", "application/ld+json")
_KINDS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "ValidationException",
    HTTPStatus.UNAUTHORIZED: "SecurityException",
    HTTPStatus.FORBIDDEN: "SecurityException",
    HTTPStatus.NOT_FOUND: "NoSuchResourceException",
    HTTPStatus.METHOD_NOT_ALLOWED: "MethodNotAllowedException",
    HTTPStatus.NOT_ACCEPTABLE: "NotAcceptableException",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "CaptureLimitExceededException",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "UnsupportedMediaTypeException",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequestsException",
    HTTPStatus.NOT_IMPLEMENTED: "NotImplementedException",
}


class ByApiKey(BaseAuthentication):
    """``Authorization: Bearer cn_…``. No header: nobody in particular, who may read what is public."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words:
            return None
        try:
            shown = words[1].decode("ascii") if len(words) == 2 and words[0].lower() == b"bearer" else ""
        except UnicodeDecodeError:
            shown = ""
        key = find_key(shown)
        if key is None:
            raise exceptions.AuthenticationFailed(
                "This key opens nothing: it is wrong, revoked, or its seller stopped."
            )
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="epcis"'


class JsonOrLd(BaseContentNegotiation):
    """The client's choice of our two media types, which hold the same text."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        accept = request.META.get("HTTP_ACCEPT", "*/*") or "*/*"
        wanted = [part.split(";", 1)[0].strip().lower() for part in accept.split(",")]
        for media_type in wanted:
            if media_type in MEDIA_TYPES:
                return renderers[0], media_type
            if media_type in ("*/*", "application/*", "application/problem+json"):
                return renderers[0], MEDIA_TYPES[0]
        raise exceptions.NotAcceptable(f"Served are {' and '.join(MEDIA_TYPES)}.")


class MachineView(APIView):
    # Base of the EPCIS interface: key, limits, media type; problems instead of pages. No docstring, for the published
    # description would repeat it at every address.
    authentication_classes = [ByApiKey]
    permission_classes = [AllowAny]
    parser_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonOrLd
    key_needed = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            if request.method not in self.allowed_methods:
                allowed = ", ".join(self.allowed_methods)
                raise exceptions.MethodNotAllowed(str(request.method), f"Allowed are {allowed}.")
            super().initial(request, *args, **kwargs)
        except exceptions.APIException:
            _count(request, None)  # a wrong key, method or media type: nobody's, so it counts for the address
            raise
        key = self.key
        _count(request, key)
        if key is not None:
            note_use(key)
            if request.method == "POST" and not key.may_capture:
                raise exceptions.PermissionDenied("This key may only read.")
        elif self.key_needed or request.method == "POST":
            raise exceptions.NotAuthenticated("An API key is needed: Authorization: Bearer cn_…")

    def options(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return HttpResponse(
            status=HTTPStatus.NO_CONTENT,
            headers={
                "Allow": ", ".join(self.allowed_methods),
                "GS1-EPCIS-Capture-File-Size-Limit": str(LARGEST),
                "GS1-Capture-Error-Behaviour": "rollback, proceed",
            },
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in VERSIONS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store" if getattr(request, "auth", None) else "no-cache")
        response.headers["Vary"] = "Accept, Authorization"
        return response

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
            exc.status_code = HTTPStatus.UNAUTHORIZED
        if not isinstance(exc, exceptions.APIException):
            return super().handle_exception(exc)
        headers = {}
        if exc.status_code == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Bearer realm="epcis"'
        if isinstance(exc, exceptions.Throttled):
            headers["Retry-After"] = str(MINUTE)
        if isinstance(exc, exceptions.MethodNotAllowed):
            headers["Allow"] = ", ".join(self.allowed_methods)
        return problem(_KINDS[exc.status_code], exc.status_code, detail=str(exc.detail), headers=headers)

    @property
    def key(self) -> ApiKey | None:
        return cast("ApiKey | None", self.request.auth)

    @property
    def held_key(self) -> ApiKey:
        """Behind ``key_needed`` and in a POST there is one."""
        return cast(ApiKey, self.request.auth)

    @property
    def cooperative(self) -> Cooperative | None:
        return self.key.cooperative if self.key else None

    @property
    def media_type(self) -> str:
        return str(self.request.accepted_media_type)


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = f"At most {LARGEST} bytes are taken at once."


def actor_of(key: ApiKey) -> Actor:
    """A machine, on behalf of a cooperative, named by its key."""
    return Actor(user=None, cooperative=key.cooperative, label=f"key:{key.prefix} {key.name}"[:120])


def read_body(request: HttpRequest) -> bytes:
    """The body as it came, up to our limit; what says that it is larger is not read at all. Raises an APIException."""
    try:
        said = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        said = 0
    if said > LARGEST:
        raise TooLarge
    media_type = (request.META.get("CONTENT_TYPE") or "").split(";", 1)[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise exceptions.UnsupportedMediaType(media_type[:80], detail=f"Read are {' and '.join(MEDIA_TYPES)}.")
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TooLarge
    return body


def _count(request: Request, key: ApiKey | None) -> None:
    """So many requests a minute for a key, fewer for an address without one."""
    if key is not None:
        within = count(f"epcis:{key.pk}", most=PER_MINUTE_WITH_KEY, seconds=MINUTE)
    else:
        within = is_within(request._request, action="epcis", most=PER_MINUTE_WITHOUT, seconds=MINUTE)
    if not within:
        raise exceptions.Throttled(wait=MINUTE)
