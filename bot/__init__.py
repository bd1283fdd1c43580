"""Joins the rooms: the command line, the one composition root, the doctor, logs."""

__version__ = "0.1.0"
