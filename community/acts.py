"""What people do on the ground floor, in words. Handed over when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.audit.sentences import name_by, said
from community.consents.models import Purpose
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Role
from community.onboarding.models import SellerApplication
from community.privacy.models import BreachNote, PersonRequest

TOLD = {
    "user.pin_changed": said(_("changed the PIN")),
    "user.locked": said(_("locked the account after %(wrong_pins)s wrong PINs")),
    "user.opened": said(_("opened an account")),
    "user.device_signed_out": said(_("signed a device out")),
    "user.signed_out_everywhere": said(_("signed out everywhere (%(devices)s devices)")),
    "user.unlocked": said(_("unlocked the account")),
    "api_key.created": said(_("made a key for another computer")),
    "api_key.revoked": said(_("ended the key of another computer")),
    "cooperative.created": said(_("entered the cooperative")),
    "cooperative.status_changed": said(
        _("changed the cooperative's standing from “%(before)s” to “%(status)s”"),
        _("set the cooperative's standing to “%(status)s”"),
        before=Cooperative.Status,
        status=Cooperative.Status,
    ),
    "cooperative.edited": said(_("put the cooperative's data right (%(what)s)")),
    "user.edited": said(_("put a person's data right (%(what)s)")),
    "membership.started": said(_("gave a person the role “%(role)s”"), role=Role),
    "membership.ended": said(_("ended a person's role “%(role)s”"), role=Role),
    "membership.role_changed": said(
        _("changed a person's role from “%(before)s” to “%(role)s”"), before=Role, role=Role
    ),
    "cooperative.holiday_set": said(_("announced a holiday from %(first)s to %(last)s")),
    "cooperative.holiday_ended": said(_("ended the holiday")),
    "invitation.accepted": said(_("accepted an invitation as “%(role)s”"), role=Role),
    "card.issued": said(_("made a member's card")),
    "card.revoked": said(_("cancelled a member's card")),
    "invitation.sent": said(_("invited a person as “%(role)s”"), role=Role),
    "invitation.sent_again": said(_("sent an invitation again")),
    "invitation.withdrawn": said(_("withdrew an invitation")),
    "application.written": said(_("filled in the application to sell")),
    "application.sent": said(_("sent the application to sell (round %(round)s)")),
    "application.paper_added": said(_("added a paper to the application")),
    "application.paper_taken_back": said(_("took a paper back from the application")),
    "application.decided": said(_("decided the application: “%(status)s”"), status=SellerApplication.Status),
    "application.paper_looked_at": said(_("looked at a paper of the application")),
    "message.unaddressed": said(_("found no telephone or e-mail to send a message to")),
    "message.resent": said(_("sent a message again")),
    "photo.taken_in": said(_("added a photo")),
    "question.answered": said(_("answered a question")),
    "question.passed_on": said(_("passed a question on to another desk")),
    "question.closed": said(_("closed a question")),
    "question.published": said(_("published a question and its answer")),
    "question.withdrawn": said(_("took a published question back")),
    "question.asked": said(_("asked a question")),
    "rules.accepted": said(_("accepted the rules of the market")),
    "rules.published": said(_("published rules that hold from %(in_force_from)s")),
    "mandate.asked": said(_("asked for a mandate")),
    "mandate.code_sent": said(_("had a code sent to confirm a mandate")),
    "mandate.given": said(_("gave a mandate")),
    "mandate.paper_given": said(_("handed in a mandate on paper")),
    "mandate.paper_confirmed": said(_("confirmed a mandate on paper as the second helper")),
    "mandate.renewed": said(_("renewed a mandate for %(days)s days")),
    "mandate.paper_looked_at": said(_("looked at the signed paper of a mandate")),
    "mandate.paper_deleted": said(_("deleted the picture of the signed paper of a mandate")),
    "mandate.wrong_pin": said(_("typed a wrong PIN for a mandate")),
    "mandate.ended": said(_("ended a mandate")),
    "form.kept_for_member": said(_("kept a half-filled form for the member")),
    "form.thrown_away": said(_("threw a kept form away")),
    "team.formed": said(_("formed a digital team")),
    "team.dissolved": said(_("dissolved a digital team of %(people)s people"), _("dissolved a digital team")),
    "team_place.started": said(_("took a person into the digital team")),
    "team_place.ended": said(_("ended a person's place in the digital team")),
    "team_place.signed_out": said(_("signed a helper out everywhere (%(devices)s devices)")),
    "visit.written": said(_("wrote down a visit")),
    "visit.forgotten": said(_("deleted the notes and photos of an old visit")),
    "visit.changed": said(_("changed the words of a visit")),
    "visit.step_done": said(_("ticked off a step agreed at a visit")),
    "visit.photo_dropped": said(_("removed a photo of a visit")),
    "needs.written": said(_("wrote down what a household needs")),
    "needs.changed": said(_("changed what a household needs")),
    "needs.dropped": said(_("dropped what a household needs")),
    "hand_over.asked": said(_("asked a colleague to take open work over")),
    "hand_over.accepted": said(_("took open work over from a colleague")),
    "hand_over.refused": said(_("did not take the open work over")),
    "hand_over.withdrawn": said(_("withdrew the hand-over of open work")),
    "training.planned": said(_("planned a training session")),
    "training.attended": said(_("wrote down that somebody came to a training session")),
    "training.attendance_struck": said(_("struck somebody off the list of a training session")),
    "training.held": said(_("wrote down who came to a training session")),
    "training.called_off": said(_("called a training session off")),
    "training.passed_on": said(_("gave a training session to another to lead")),
    "consent.wrong_pin": said(_("a wrong PIN was typed for a yes in person")),
    "consent.given": said(_("agreed: %(purpose)s"), purpose=Purpose),
    "consent.withdrawn": said(_("took a consent back: %(purpose)s"), purpose=Purpose),
    "consent.paper_looked_at": said(_("looked at a signed consent")),
    "person_request.asked": said(_("asked about the own data: %(kind)s"), kind=PersonRequest.Kind),
    "person_request.extended": said(_("took more time for a request about data")),
    "person_request.done": said(_("answered a request about data: %(kind)s"), kind=PersonRequest.Kind),
    "person_request.refused": said(_("refused a request about data: %(kind)s"), kind=PersonRequest.Kind),
    "person_request.withdrawn": said(_("took a request about the own data back: %(kind)s"), kind=PersonRequest.Kind),
    "person.data_exported": said(_("took along what is stored about the person")),
    "person.erased": said(_("erased the person's name and telephone")),
    "breach.registered": said(_("registered a breach that touches about %(affected)s people")),
    "breach.noted": said(_("added to a breach: %(kind)s"), kind=BreachNote.Kind),
}

name_by("community.user", "name")
name_by("community.cooperative", "name")
name_by("community.membership", "user__name")
name_by("community.sellerapplication", "cooperative__name")
name_by("community.sellerpaper", "application__cooperative__name")
