"""`compile`: a traced function as a straight-line program that runs without the engine."""
