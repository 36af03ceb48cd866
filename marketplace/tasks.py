"""The worker's clock for this floor. Each task only sweeps what the tables say is due: it may be lost or run twice."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from community import clock
from marketplace.claims.ending import close_ended, pass_on_due
from marketplace.claims.lots import held_parcels
from marketplace.exporting.building import build_export_later, sweep_exports
from marketplace.hand_sales.forgetting import forget_old_buyers
from marketplace.importing.later import work_on_import
from marketplace.importing.sweeping import drop_old, forget_rows, release_stuck, sweep_files
from marketplace.listings.papers import remind_of_ends
from marketplace.listings.sweeping import rebuild_catalogue, sweep_catalogue
from marketplace.orders.changes.asking import lapse_due
from marketplace.orders.completing import complete_delivered
from marketplace.orders.finding import send_link_later
from marketplace.orders.reminding import remind_late
from marketplace.payments.bank_files.later import read_statement_later, read_waiting
from marketplace.payments.ending.expiring import close_sessions, expire_goods
from marketplace.payments.ending.lowering import lower_due
from marketplace.payments.ending.reminding import remind_due
from marketplace.payments.forgetting import erase_old_buyers
from marketplace.payments.hearing.asking_cards import ask_card_provider
from marketplace.payments.hearing.inbox import process_due_events
from marketplace.payments.hearing.reconciling import reconcile_all
from marketplace.payments.purging import purge_old_memos, purge_old_payloads, purge_old_statements
from marketplace.payments.refunds.of_changes import request_due_changes
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.payments.treasury.asking_balance import ask_provider_balance
from marketplace.payouts.drafting import make_due_payouts
from marketplace.privacy.erasing import erase_asked
from marketplace.receiving.changing import bring_into_force_due
from marketplace.reports.telling import forget_reporters
from marketplace.slips.files import draw_slips_later, sweep_slips
from marketplace.wishes.wishing import purge_wishes, tell_of_returned

# The worker learns here of tasks that others queue.
__all__ = ["build_export_later", "draw_slips_later", "read_statement_later", "send_link_later", "work_on_import"]


@db_periodic_task(crontab(minute="*"))
def process_payment_inbox() -> None:
    process_due_events(now=clock.now())


@db_periodic_task(crontab(minute="*"))
def expire_unpaid() -> None:
    expire_goods(now=clock.now())


@db_periodic_task(crontab(minute="*"))
def close_card_sessions() -> None:
    close_sessions(now=clock.now())


@db_periodic_task(crontab(minute="*"))
def request_refunds() -> None:
    request_due_refunds()
    request_due_changes()


@db_periodic_task(crontab(minute="*"))
def lower_unpaid() -> None:
    lower_due()


@db_periodic_task(crontab(minute="41", hour="1-13"))  # 8 in the morning to 8 in the evening in Viet Nam
def remind_on_delivery() -> None:
    remind_due(now=clock.now())


@db_periodic_task(crontab(minute="*"))
def end_unanswered() -> None:
    lapse_due(now=clock.now())


@db_periodic_task(crontab(minute="6-59/10"))
def remind_of_orders() -> None:
    remind_late(now=clock.now())


@db_periodic_task(crontab(minute="17"))
def complete_orders() -> None:
    complete_delivered(now=clock.now(), held=held_parcels())


@db_periodic_task(crontab(minute="6-59/10"))
def pass_on_claims() -> None:
    close_ended(now=clock.now())
    pass_on_due(now=clock.now())


@db_periodic_task(crontab(minute="*/5"))
def change_receiving_accounts() -> None:
    bring_into_force_due(now=clock.now())


@db_periodic_task(crontab(minute="35", hour="19"))  # 02:35 in Viet Nam; a period that has its payouts is left alone
def draft_payouts() -> None:
    make_due_payouts()


@db_periodic_task(crontab(minute="*/10"))
def ask_banks() -> None:
    reconcile_all()


@db_periodic_task(crontab(hour="3", minute="40"))
def purge_payment_messages() -> None:
    purge_old_payloads(now=clock.now())
    purge_old_memos(now=clock.now())
    purge_old_statements(now=clock.now())
    erase_old_buyers(now=clock.now())
    forget_old_buyers(now=clock.now())


@db_periodic_task(crontab(minute="9-59/10", hour="0-13"))  # 7 in the morning to 9 in the evening in Viet Nam
def tell_of_goods_back() -> None:
    tell_of_returned(now=clock.now())


@db_periodic_task(crontab(hour="3", minute="45"))
def purge_contacts() -> None:
    purge_wishes(now=clock.now())
    forget_reporters(now=clock.now())


@db_periodic_task(crontab(minute="23"))
def erase_what_was_asked() -> None:
    erase_asked(now=clock.now())


@db_periodic_task(crontab(minute="*/10"))
def ask_about_cards() -> None:
    ask_card_provider(now=clock.now())


@db_periodic_task(crontab(minute="8-59/10"))
def ask_about_own_money() -> None:
    ask_provider_balance(now=clock.now())


@db_periodic_task(crontab(minute="4-59/5"))
def read_waiting_statements() -> None:
    read_waiting()


@db_periodic_task(crontab(minute="26"))
def sweep_export_files() -> None:
    sweep_exports()
    sweep_slips()


@db_periodic_task(crontab(minute="3-59/5"))
def release_stuck_imports() -> None:
    for pk in release_stuck(now=clock.now()):
        work_on_import(pk)


@db_periodic_task(crontab(minute="10", hour="1"))  # 08:10 in Viet Nam: a message that is read by day
def remind_of_papers() -> None:
    remind_of_ends(today=clock.today())


@db_periodic_task(crontab(minute="50", hour="3"))
def sweep_imports() -> None:
    drop_old(now=clock.now())
    forget_rows(now=clock.now())
    sweep_files(now=clock.now())


@db_periodic_task(crontab(minute="*"))
def look_over_catalogue() -> None:
    sweep_catalogue(today=clock.today())


@db_periodic_task(crontab(minute="25", hour="19"))  # 02:25 in Viet Nam
def look_over_words() -> None:
    rebuild_catalogue()
