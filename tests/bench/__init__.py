"""`make bench`: how fast the house is, as ratios of one run on one machine (see docs/benchmarks.md)."""
