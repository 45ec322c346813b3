"""Phrases of a text that are worded otherwise than any name, by the names' words and meaning."""
