"""The helper's face: which seller wants what, visits, needs, hand-overs, counts; and what the seller reads of it."""
