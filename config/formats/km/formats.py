"""Khmer as read in the Mekong delta: dates and numbers as on the label and the banknote, digits 0–9 (0151)."""

from config.formats.vi.formats import *  # noqa: F403
