"""A session in the terminal: what happens as lines, what is typed as words to the session.

`report` and `live` are pure; `client` waits for what happens and for what is typed.
"""
