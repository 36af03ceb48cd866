"""Acting for a cooperative with its consent: asked for, given, running out, taken back. Never with a member's PIN."""
