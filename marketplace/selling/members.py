"""The people of the cooperative: who is in it, inviting, roles, help with PINs and lost phones."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.accounts.changing_pin import change_pin
from community.accounts.forms import NewPinForm
from community.accounts.signing_out import devices_of, sign_out_everywhere
from community.accounts.unlocking import may_help, unlock_user
from community.cooperatives.joining import change_role, end_membership, may_decide
from community.cooperatives.models import Membership
from community.cooperatives.roles import Role
from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.members.forms import InviteForm
from community.members.inviting import invite_member, send_again, withdraw_invitation
from community.members.models import Invitation
from marketplace.selling.door import posted
from marketplace.selling.member_sentences import ROLE_TASKS, member_sentence


def member_or_404(request: MemberRequest, code: str) -> Membership:
    held = Membership.objects.active().filter(cooperative=request.cooperative)
    return get_object_or_404(held.select_related("user", "cooperative"), code=code.upper())


def invitation_or_404(request: MemberRequest, code: str) -> Invitation:
    """Also one that was answered meanwhile: the verb says so."""
    found = Invitation.objects.filter(cooperative=request.cooperative).select_related("cooperative")
    return get_object_or_404(found, code=code.upper())


def roles_of(request: MemberRequest) -> list[tuple[str, object]]:
    """What this person may give: a manager makes no owners."""
    return [
        (role.value, f"{role.label}: {ROLE_TASKS[role]}")
        for role in Role
        if may_decide(request.actor, request.cooperative, role)
    ]


def tried(request: MemberRequest, act: Callable[[], object], said: str) -> None:
    """Run a verb; its answer or its refusal becomes the message of the next page."""
    try:
        act()
    except DomainError as fault:
        messages.error(request, member_sentence(fault))
    else:
        messages.success(request, said)


@require_safe
@member_required("team")
def members_page(request: MemberRequest) -> HttpResponse:
    members = Membership.objects.active().filter(cooperative=request.cooperative).select_related("user")
    waiting = Invitation.objects.filter(cooperative=request.cooperative, status=Invitation.Status.WAITING)
    facts = {
        "members": sorted(members, key=lambda one: (Role.values.index(one.role), one.pk)),
        "invitations": waiting,
        "now": clock.now(),
    }
    return render(request, "selling/members.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("team")
def invite_page(request: MemberRequest) -> HttpResponseBase:
    form = InviteForm(posted(request), roles=roles_of(request), initial={"role": Role.PACKER})
    if form.is_bound and form.is_valid():
        try:
            invite_member(cooperative=request.cooperative, actor=request.actor, **form.cleaned_data)
        except DomainError as fault:
            form.add_error(None, member_sentence(fault))
        else:
            said = _("The invitation to %(name)s is on its way as a text message. It holds for three days.")
            messages.success(request, said % {"name": form.cleaned_data["name"]})
            return redirect("selling:members")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/member_invite.html", {"form": form}, status=status)


@require_POST
@member_required("team")
def invitation_again(request: MemberRequest, code: str) -> HttpResponseBase:
    invitation = invitation_or_404(request, code)
    tried(request, lambda: send_again(invitation=invitation, actor=request.actor), _("Sent again, with a new link."))
    return redirect("selling:members")


@require_POST
@member_required("team")
def invitation_withdraw(request: MemberRequest, code: str) -> HttpResponseBase:
    invitation = invitation_or_404(request, code)
    said = _("Called off. Its link opens nothing any more.")
    tried(request, lambda: withdraw_invitation(invitation=invitation, actor=request.actor), said)
    return redirect("selling:members")


@require_safe
@member_required("team")
def member_page(request: MemberRequest, code: str) -> HttpResponse:
    member = member_or_404(request, code)
    is_me = member.user_id == request.user.pk
    helps = is_me or may_help(user=member.user, actor=request.actor)
    facts = {
        "member": member,
        "is_me": is_me,
        "may_help": helps,
        "may_change": may_decide(request.actor, request.cooperative, Role(member.role)),
        "roles": roles_of(request),
        "devices": devices_of(member.user) if helps else [],
        "card": member.cards.filter(revoked_at=None).first(),
    }
    return render(request, "selling/member.html", facts)


@require_POST
@member_required("team")
def member_role(request: MemberRequest, code: str) -> HttpResponseBase:
    member = member_or_404(request, code)
    role = request.POST.get("role", "")
    if role not in Role.values:
        messages.error(request, _("Choose what this person will do."))
        return redirect("selling:member", code=member.code)
    said = _("%(name)s is now: %(role)s.") % {"name": member.user.name, "role": Role(role).label}
    tried(request, lambda: change_role(membership=member, role=role, actor=request.actor), said)
    return redirect("selling:members")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("team")
def member_end(request: MemberRequest, code: str) -> HttpResponseBase:
    """Asked once more on a page of its own: this cannot be taken back, only invited again."""
    member = member_or_404(request, code)
    if request.method != "POST":
        return render(request, "selling/member_end.html", {"member": member})
    said = _("%(name)s can open nothing of this cooperative any more.") % {"name": member.user.name}
    tried(request, lambda: end_membership(membership=member, actor=request.actor), said)
    return redirect("selling:members")


@require_POST
@member_required("team")
def member_unlock(request: MemberRequest, code: str) -> HttpResponseBase:
    member = member_or_404(request, code)
    said = _("%(name)s may sign in again.") % {"name": member.user.name}
    tried(request, lambda: unlock_user(user=member.user, actor=request.actor), said)
    return redirect("selling:member", code=member.code)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("new", "again")
@member_required("team")
def member_pin(request: MemberRequest, code: str) -> HttpResponseBase:
    """In person: the member types the new PIN on the helper's phone. Ends all other sessions of the member."""
    member = member_or_404(request, code)
    if member.user_id == request.user.pk:
        return redirect("account_change_pin")
    form = NewPinForm(posted(request), phone=member.user.phone or "")
    if form.is_bound and form.is_valid():
        pin = form.cleaned_data["new"]
        said = _("The new PIN of %(name)s holds from now on.") % {"name": member.user.name}
        tried(request, lambda: change_pin(user=member.user, pin=pin, actor=request.actor), said)
        return redirect("selling:member", code=member.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/member_pin.html", {"member": member, "form": form}, status=status)


@require_POST
@member_required("team")
def member_sign_out(request: MemberRequest, code: str) -> HttpResponseBase:
    """A phone was lost: all sessions of the member end, but the one that presses."""
    member = member_or_404(request, code)
    mine = request.session.session_key or ""
    said = _("%(name)s is signed out on every phone.") % {"name": member.user.name}
    tried(request, lambda: sign_out_everywhere(user=member.user, actor=request.actor, but_key=mine), said)
    return redirect("selling:member", code=member.code)
