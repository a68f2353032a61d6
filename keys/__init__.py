"""Keys, locks and signed objects: every format of one sealed exam session, and the rule by which its locks open.

Nothing here ever sees a paper. The room imports nothing of `itembank`, so a holder, an auditor or an emergency tool can
stand on it alone. Reading order: `encoding` (how bytes are bound), `statement` (how things are signed), `keyfile`,
`directory`, `header`, `manifest`, `row`, `envelope`, `share`, `content_key`, `release`, `phone_code`, `pool_release`; what
travels: `request`, `order`, `ask`, `answers`; the ledger: `tree`, `note`, `checkpoint`, `entry`, `ledger_proof`; then
`holder/`, the program of one key-holding office, with its `journal`.
"""
