"""The incoming half: what people do on Discord, in Aether's words, and what they are told."""
