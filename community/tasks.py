"""What the worker does for the ground floor. Tasks only call rules; lost or doubled runs do no harm."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from community import clock
from community.consents.agreeing import stop_what_ended
from community.mandates.keeping import forget_kept_forms
from community.mandates.papers import delete_old_papers
from community.members.forgetting import forget_old_invitations
from community.onboarding.clearing import end_unconfirmed
from community.outbox.sending import send_due
from community.photos.lightening import lighten_photos
from community.photos.queueing import render_photo_later
from community.photos.rendering import render_missing
from community.questions.forgetting import forget_old_questions
from community.rules.telling import tell_sellers
from community.visits.forgetting import forget_old_visits
from community.visits.summaries import send_summaries

__all__ = ["render_missing_photos", "render_photo_later", "send_outbox_each_minute"]


@db_periodic_task(crontab(minute="*"))
def send_outbox_each_minute() -> None:
    send_due()


@db_periodic_task(crontab(minute="*/5"))
def render_missing_photos() -> None:
    render_missing()
    lighten_photos(seconds=30)


@db_periodic_task(crontab(minute="*/10"))
def tell_sellers_of_rules() -> None:
    tell_sellers()


@db_periodic_task(crontab(minute="3-59/10"))
def tell_of_help() -> None:
    send_summaries(now=clock.now())


@db_periodic_task(crontab(minute="4", hour="17"))  # 00:04 in Viet Nam
def stop_what_was_agreed_to_until_yesterday() -> None:
    stop_what_ended(today=clock.today())


@db_periodic_task(crontab(minute="20", hour="19"))  # 02:20 in Viet Nam
def forget_strangers() -> None:
    now = clock.now()
    end_unconfirmed(now=now)
    forget_old_invitations(now=now)
    forget_kept_forms(now=now)
    delete_old_papers(now=now)
    forget_old_questions(now=now)
    forget_old_visits(now=now)
