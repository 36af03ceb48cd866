"""Vietnamese text, numbers, dates and codes as pure functions: no tables, no Django models."""
