"""The process dies, or the database stops answering, between any two commits: after the restart nothing is lost and
nothing was done twice. Where the commits are is found by the harness (tests/harness/crashing.py)."""
