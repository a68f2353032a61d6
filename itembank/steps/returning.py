"""Step 8, 回收清点: the copies that were printed must come back, one way or another; then the PDF is removed.

printed = used + absent + spare + spoiled + destroyed. A count that does not balance is refused, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from itembank.domain.custody import Counts
from itembank.ports import CentreLine
from itembank.steps.seat import Fetched, Seat, find_receipt, try_to_send, write_receipt_once
from keys.errors import RefusedError
from keys.statement import Signer


def return_copies(
    seat: Seat, package: Fetched, counts: Counts, operators: Sequence[Signer], centre: CentreLine, *, keep_pdf: bool
) -> bool:
    """Sign for the counts; whether the centre has them already. Raises CustodyError when they do not balance."""
    printed = find_receipt(seat, "print", package.pid)
    if printed is None:
        raise RefusedError("return.not_printed", package=package.row.row.core.package)
    counts.check(len(printed.facts["copies"]))
    receipt, _ = write_receipt_once(seat, "return", package.hid, package.pid, {"counts": asdict(counts)}, operators)
    if receipt.facts["counts"] != asdict(counts):
        found, signed = str(counts), str(Counts(**receipt.facts["counts"]))
        raise RefusedError("return.counted", package=package.row.row.core.package, found=found, held=signed)
    if not keep_pdf:
        seat.folder.delete(f"print/{package.row.row.core.package}.pdf")
    return try_to_send(seat, centre)
