"""Choosing the items of a paper: plan + blueprint + item cards + a secret seed → two papers that keep every rule.

    model.py        the rules as named integer rows over (form, card) columns
    race.py         what an item costs in one draw: random, secret, the same on every machine
    solver.py       the only place that knows HiGHS
    drawing.py      national first, then at random; re-checked; put in printing order
    explanation.py  why a plan cannot be met, in items and points
    checker.py      every rule counted again from the cards alone, without one line of the model
    certificate.py  which rule held with which number (组卷合规证明)

Pure: no clock, no file, no randomness of its own. It sees item cards only, never a stem or a key.
"""
