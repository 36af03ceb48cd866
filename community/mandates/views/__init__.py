"""Faces of mandates on the helper's phone."""
