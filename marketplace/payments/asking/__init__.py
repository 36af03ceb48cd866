"""A payment is asked for: of whom, on which account, under which memo code."""
