"""Envelopes: what carries a message in and its returns out (§4, §5, table 7-1). Nothing in the core knows of them."""
