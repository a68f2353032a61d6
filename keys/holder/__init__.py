"""The program of one key-holding office: its rule, clock, journal, web face and command line.

`itembank` imports nothing of this room: what decides when a share is given runs in another office, on another machine,
and shares with the rest only the formats of `keys`.
"""
