"""Payments that end unpaid, or ask for less."""
