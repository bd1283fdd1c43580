"""One worker at one session: the steps of its run."""
