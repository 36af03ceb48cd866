"""Proofs of the books, and entries that were missed."""
