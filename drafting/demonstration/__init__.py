"""The demonstration: a contribution to a summit, written by organisations that do not exist.

`texts/` holds what each section says in each state, `story` who wrote what when, `writing` how a text
becomes another piece by piece, `stage` plays all of it through the services and the live authority.
"""
