"""The question box: asked by anybody, routed by commune, answered within working days, kept no longer than needed."""
