"""Items in other programs' formats: QTI packages for paperless exam rooms, Moodle, GIFT, Word for experts who never log in.

Each file holds what its format can hold, and the reader in `formats.foreign` brings it back as the very same items. What a
format cannot hold (an operation-skill task in QTI) is left out and named, never bent.
"""
