"""Things that go wrong on purpose: rows read and written (`read`), and what they make of returns (`returning`).

The table of actions and what customs decides by it are in `core.faults`.
"""
