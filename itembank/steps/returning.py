"""Step 8, 回收清点: the copies that were printed must come back, one way or another; then the PDF is removed.

printed = used + absent + spare + spoiled + destroyed. A count that does not balance is refused, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from itembank.domain.custody import Counts
from itembank.ports import CentreLine
from itembank.steps.seat import Fetched, Seat, find_receipt, send_receipts, write_receipt
from keys.errors import RefusedError, UnavailableError
from keys.statement import Signer


def return_copies(
    seat: Seat, package: Fetched, counts: Counts, operators: Sequence[Signer], centre: CentreLine, *, keep_pdf: bool
) -> bool:
    """Sign for the counts; whether the centre has them already. Raises CustodyError when they do not balance."""
    printed = find_receipt(seat, "print", package.pid)
    if printed is None:
        raise RefusedError("return.not_printed", package=package.row.row.core.package)
    counts.check(len(printed.facts["copies"]))
    held = find_receipt(seat, "return", package.pid)
    if held is not None and held.facts["counts"] != asdict(counts):
        found, signed = str(counts), str(Counts(**held.facts["counts"]))
        raise RefusedError("return.counted", package=package.row.row.core.package, found=found, held=signed)
    if held is None:
        write_receipt(seat, "return", package.hid, package.pid, {"counts": asdict(counts)}, operators)
    if not keep_pdf:
        seat.folder.delete(f"print/{package.row.row.core.package}.pdf")
    try:
        send_receipts(seat, centre)
    except UnavailableError:
        return False
    return True
