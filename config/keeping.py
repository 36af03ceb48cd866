"""Settings of what is known of people: how long it is kept, and the clocks of their questions and requests.

All of it is part of settings.py. What is due is deleted every night (docs/configuration.md says what stays).
"""

from __future__ import annotations

from config import env

ORDERS_KEPT_YEARS = env.number("ORDERS_KEPT_YEARS", 10, least=1, most=50)  # with the buyer's name, as accounts want
POSITION_DAYS = env.number("POSITION_DAYS", 180, least=1, most=3650)  # how long a harvest's place is kept
MANDATE_PAPER_DAYS = env.number("MANDATE_PAPER_DAYS", 90, least=7, most=3650)  # after the end of what it allowed
QUESTION_DAYS = env.number("QUESTION_DAYS", 365, least=30, most=3650)  # how long it is known who asked
VISIT_DAYS = env.number("VISIT_DAYS", 730, least=90, most=3650)  # how long notes and photos of visits are kept
ANSWER_DAYS = env.number("ANSWER_DAYS", 5, least=1, most=60)  # working days until a question is overdue
DAYS_OFF = env.days("DAYS_OFF")  # days without work beside the fixed ones: Tết, the Kings' day, moved days
# Requests of people about their data: hours for an answer, days to erase, days more once (Decree 356/2025).
DATA_ANSWER_HOURS = env.number("DATA_ANSWER_HOURS", 48, least=1, most=30 * 24)
DATA_ERASE_DAYS = env.number("DATA_ERASE_DAYS", 20, least=1, most=90)
DATA_EXTEND_DAYS = env.number("DATA_EXTEND_DAYS", 15, least=1, most=90)
