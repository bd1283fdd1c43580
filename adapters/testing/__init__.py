"""A chat in memory, virtual time, and the contract that every surface keeps."""
