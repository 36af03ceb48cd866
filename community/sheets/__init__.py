"""Sheets people send and take away: csv and xlsx as rows of cells, and rows as csv and xlsx."""
