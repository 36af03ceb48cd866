"""One search over goods, sellers, pages, documents and codes of batches."""
