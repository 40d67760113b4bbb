"""Conformance: does an enterprise's integration hold up? Cases as conversations, judged from the journal."""
