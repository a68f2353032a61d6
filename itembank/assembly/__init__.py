"""Choosing the items of papers: plan + blueprint + item cards + a secret key → papers that keep every rule, and proof of it.

In the order of a draw:

    eligibility.py     which cards may be drawn at all, and why the others may not
    fixed_forms.py     whether a ready-made paper is as the plan asks
    supply.py          what they can give to each line of the plan: counted, always in milliseconds
    model.py           the rules as named integer rows over (form, card) columns
    race.py            what an item costs in one draw: random, secret, the same on every machine
    problem.py         a model as a solver takes it
    narrowing.py       the proven optimum without looking at most columns, the proof in integers
    solver.py          the border to a solver; solver_worker.py, highs_worker.py, cpsat_worker.py behind it
    drawing.py         national first, then at random; re-checked; no tie; put in printing order
    explanation.py     why a plan cannot be met: the smallest change, the lines that contradict each other; lines.py names them
    checker.py         every rule counted again from the cards alone, without one line of the model
    predictability.py  what of a paper can be guessed without its seed
    certificate.py     what was drawn from what, and which rule held with which number (组卷合规证明)
    verification.py    whether a certificate is true, without a solver
    replay.py          its draw again, by either solver

No clock, no file, no randomness of its own. It sees item cards only, never a stem or a key.
"""
