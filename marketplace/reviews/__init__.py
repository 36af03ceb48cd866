"""What buyers say of goods they received: stars, words, a photo; the seller's one answer; what staff hid, and why."""
