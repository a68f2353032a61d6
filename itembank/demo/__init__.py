"""The demonstration: one exam session of a municipal centre with real processes, keys and formats on loopback.

It imports no step: it drives the other programs as subprocesses, as people would at their desks.
"""
