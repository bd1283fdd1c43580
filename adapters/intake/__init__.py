"""The way in, as both platforms share it: whom a message is for."""
