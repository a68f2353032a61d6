"""The other side of `itembank.ports`: SQL, folders, HTTP. Only `itembank.bootstrap` builds what is here."""
