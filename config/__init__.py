"""What the operator decides. This room only reads; `bot` hands plain values to the others."""
