"""The three folds of the journal: state, context, and view."""
