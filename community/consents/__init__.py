"""What a person agreed to, for what, in which words; taken back at any time, and then it holds no more."""
