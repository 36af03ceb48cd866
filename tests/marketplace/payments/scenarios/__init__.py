"""Scenarios of money told in words (``scenarios.json``), played on the real rules by an interpreter.

``world`` makes what is ``given``, ``telling`` plays the ``events`` one after the other, ``proving`` looks at what is
``expected``. A word that none of them knows fails the scenario loudly: nothing is skipped in silence.
"""
