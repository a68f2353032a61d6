"""itembank: the exam-paper distribution and item-bank service.

Start reading in `itembank.steps`, one file for each step of one exam session.
"""
