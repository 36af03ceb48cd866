"""The library of documents: decisions, guides and forms with number, date and issuer."""
