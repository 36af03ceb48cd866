"""The market's own rules as numbered versions that never change, and who accepted which one when."""
