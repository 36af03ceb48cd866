"""How a seller comes here: application, papers, decision; and how its standing changes later."""
