"""The newsletter: what readers choose, what editors arrange, what became of each copy. No address stands here."""
