"""Messages in the staff's admin: what did not arrive and why, and "send it once more". No secret link is shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from community import clock
from community.outbox.models import OutboxMessage
from community.outbox.refusing import LINK
from community.outbox.resending import SHORT_LIVED, CannotResend, resend, resend_recent
from community.outbox.states import Way, Why
from community.staff_rights import actor_with
from community.text.phones import show_phone
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens

RIGHT = "community.change_outboxmessage"
TROUBLES: dict[str, Promise] = {
    "not_failed": _("This message has left meanwhile, or is about to."),
    "forgotten": _("The person was forgotten: there is nobody to write to any more."),
    "over": _("What this message held is not valid any more. Let the person ask anew."),
}


def hidden_address(message: OutboxMessage) -> str:
    """ "0912 ••• 678", "m•••@example.org": enough to compare with what somebody says on the telephone."""
    name, at, house = message.to.partition("@")
    if at:
        return f"{name[:1]}•••@{house}"
    shown = show_phone(message.to).split(" ")
    return " ".join([shown[0], *("•••" for _part in shown[1:-1]), shown[-1]]) if len(shown) > 2 else "•••"


def shown_text(message: OutboxMessage) -> str:
    """Without links, which are keys, and without codes to sign in."""
    return "•••" if message.kind in SHORT_LIVED else LINK.sub("…", message.text)


def why_words(message: OutboxMessage) -> str:
    """In words where we know it; else as the machine said it."""
    known = dict(Why.choices)
    return str(known.get(message.last_error, message.last_error))


def ways_tried(message: OutboxMessage) -> list[tuple[str, str]]:
    ways, known = dict(Way.choices), dict(Why.choices)
    tried = [(str(ways.get(one["way"], "–")), str(known.get(one["why"], one["why"]))) for one in message.given_up]
    if message.status == OutboxMessage.Status.SENT and message.way:
        tried.append(
            (message.get_way_display(), gettext("it arrived") if message.delivered_at else gettext("handed over"))
        )
    return tried


class MessageInspect(LookInspect):
    template_name = "moderation/message.html"

    def get_page_subtitle(self) -> str:
        return self.object.subject or hidden_address(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message: OutboxMessage = self.object
        failed = message.status == OutboxMessage.Status.FAILED
        return super().get_context_data(**kwargs) | {
            "to": hidden_address(message) if message.to else gettext("nobody any more"),
            "text": shown_text(message),
            "why": why_words(message) if message.status != OutboxMessage.Status.SENT else "",
            "tried": ways_tried(message),
            "may_resend": failed and bool(message.to) and self.request.user.has_perm(RIGHT),
            "resend_url": reverse("message_resend", args=[message.pk]),
        }


class MessageIndex(IndexView):
    template_name = "moderation/messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        failed = OutboxMessage.objects.filter(status=OutboxMessage.Status.FAILED).exclude(to="")
        return super().get_context_data(**kwargs) | {
            "failed": failed.count(),
            "may_resend": self.request.user.has_perm(RIGHT),
            "resend_url": reverse("messages_resend"),
        }


class MessageViewSet(LookViewSet):
    model = OutboxMessage
    icon = "mail"
    menu_label = _("Messages")
    index_view_class = MessageIndex
    inspect_view_class = MessageInspect
    inspect_view_fields = ("subject", "status", "attempts", "created_at", "sent_at", "delivered_at")
    list_display = (
        opens("messages", "words", label=_("What it says"), accessor=lambda message: shown_text(message)[:90] or "–"),
        Column("to", label=_("To"), accessor=hidden_address),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("way", label=_("Left by"), accessor="get_way_display"),
        Column("why", label=_("Why it failed"), accessor=why_words),
        MomentColumn("created_at", label=_("Written")),
        MomentColumn("delivered_at", label=_("Arrived")),
    )
    list_filter = ("status", "way", "channel")
    search_fields = ("key", "subject")
    ordering = ("-pk",)


@require_POST
def resend_one(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    message = get_object_or_404(OutboxMessage, pk=pk)
    try:
        resend(message=message, actor=actor)
    except CannotResend as refused:
        messages.error(request, str(TROUBLES[refused.code]))
    else:
        messages.success(request, _("It leaves again within a minute."))
    return redirect("messages:inspect", message.pk)


@require_POST
def resend_all(request: HttpRequest) -> HttpResponse:
    """After an account was filled up, or a key renewed."""
    count = resend_recent(actor=actor_with(request.user, RIGHT), now=clock.now())
    said = ngettext("%(count)s message leaves again.", "%(count)s messages leave again.", count)
    messages.success(request, said % {"count": count})
    return redirect("messages:index")


urlpatterns = [
    path("tin-nhan/gui-lai/", resend_all, name="messages_resend"),
    path("tin-nhan/<int:pk>/gui-lai/", resend_one, name="message_resend"),
]
