"""The audit log as people read it: searched by staff, beside every thing, and a cooperative's own."""
