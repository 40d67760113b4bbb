"""What bodies and answers of the HTTP surface are made of, field by field; `schema` makes JSON Schema of it.

A module a part of the surface. Where a table says what may be said (faults, switches, roles), it makes the shape.
"""
