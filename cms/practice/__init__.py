"""Practising: the real pages and the real verbs on goods of nobody, undone before the answer leaves."""
