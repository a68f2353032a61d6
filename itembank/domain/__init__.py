"""What is true, whoever asks: people, occupations, items, blueprint, plan, pools, paper, session, custody.

Plain Python. No clock, no file, no network, no framework, nothing but the standard library: every rule here can be
read and tried without starting anything. Times and random bytes are handed in.
"""
