"""Sheets of goods and lots that a cooperative brings: read, checked, applied all or nothing, undone for a day."""
