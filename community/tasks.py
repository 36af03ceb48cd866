"""What the worker does for the ground floor. Tasks only call rules; lost or doubled runs do no harm."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from community import clock
from community.members.forgetting import forget_old_invitations
from community.onboarding.clearing import end_unconfirmed
from community.outbox.sending import send_due
from community.photos.queueing import render_photo_later
from community.photos.rendering import render_missing

__all__ = ["render_missing_photos", "render_photo_later", "send_outbox_each_minute"]


@db_periodic_task(crontab(minute="*"))
def send_outbox_each_minute() -> None:
    send_due()


@db_periodic_task(crontab(minute="*/5"))
def render_missing_photos() -> None:
    render_missing()


@db_periodic_task(crontab(minute="20", hour="19"))  # 02:20 in Viet Nam
def forget_strangers() -> None:
    now = clock.now()
    end_unconfirmed(now=now)
    forget_old_invitations(now=now)
