"""A session in the terminal: what happens as lines, what is typed as words to the session.

`screen` and `report` are pure folds of events; `client` is the only part that waits.
"""
