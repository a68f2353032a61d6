"""One exam session, step by step. READ FIRST.

    1 authoring      命题        an import is prepared from workbooks, blueprint first
    2 reviewing      审题        author, reviewer, approver sign it; the items become active
      pooling        题库下发    whole pools go to the desk, sealed
    3 assembling     组卷        papers are drawn from a sealed seed, proven, certified
      proving        审卷        a pair reads them once and signs the proof, or takes a question out
    4 sealing        封装        packages, envelopes, shares, manifest; a second person approves
    5 distributing   下发        publish, deposits and intent; stations fetch and arm
      ordering       暂停/恢复   freeze, lift
    6 releasing      密钥下发    shares are asked for, combined, published; the rule is the holders'
    7 opening        解密制卷    two operators, days after the package came
    8 returning      回收清点    the copies must balance
    9 auditing       归档审计    ledger, signatures, commitments, order of acts, counts

Every file says what must be true before it acts and what is still true when power fails in the middle. No step imports
another, a framework or an adapter. Some files are no steps, and steps stand on them: `recording` (an act and its ledger line in
one transaction), `pledged` and `desk_pledges` (who may look), `editions` and `occupations` (what the bank is about), `taken`
(what is another bank's), `ordered` (is what was sealed what was ordered), `seat` (a station's journal and packages), `download`
(a container by verified block), `asking` (holders and centre asked, whatever they answer), `desk_session` (what lies on the
desk of a session), `drawn_items` and `item_records` (what was used lately, at the desk and at the bank), `overriding` (a paper
that can be guessed), `item_sets` (does a set keep its one stimulus).

Beside the steps: `certifying` (a certificate, checked by whoever may read it), `paper_register` (which papers there are),
`viewing` (content is shown, its reader stands on a list), `comparing` (near duplicates), `exposure` (which
papers an item was on, who has seen it), told by `counting` once a lock has opened.
"""
