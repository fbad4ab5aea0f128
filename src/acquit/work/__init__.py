"""Work items: what waits for a person, in which queue, since when."""
