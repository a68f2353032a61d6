"""The centre's home → the bank side its commands work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from itembank.adapters.content_keys import ContentKeys, check_opens, has_wrapped_keys
from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.adapters.file_vault import FileVault, create_vault
from itembank.adapters.folder import DiskFolder
from itembank.adapters.kms_vault import KmsVault
from itembank.adapters.layout_files import LayoutFiles
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.ledger_past import check_goes_on, newest_signed, went_back
from itembank.bootstrap import random
from itembank.config import CentreConfig, load_centre_config, load_policy
from itembank.domain.policy import Policy
from itembank.domain.session import beijing
from itembank.ports import Book, Folder, KeyVault
from itembank.printing.errors import PrintingError
from keys.directory import Directory, load_directory
from keys.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from itembank.printing.item_sheets import ItemSheet

LOCK_FILE = "sequencer.lock"


@dataclass(frozen=True, slots=True)
class CentreSeat:
    """What the centre's commands need; its application needs more (`bootstrap.server`)."""

    book: Book
    directory: Directory
    policy: Policy
    folder: Folder
    layouts: LayoutFiles


def centre_seat(home: Path) -> CentreSeat:
    """The bank side of the centre: its database, beside a running server or without one."""
    return CentreSeat(
        open_database(home), load_directory(home), load_policy(home), DiskFolder(home), LayoutFiles(home / "layouts")
    )


def open_database(home: Path) -> Database:
    """The centre's database with the keys of its content. A database that has wrapped no key yet gets a new vault file.

    Raises StoreError for one that is gone, or older than the ledger's files: no command works on with it.
    """
    config = load_centre_config(home)
    engine = _open_engine(home, config)
    if not config.vault and not has_wrapped_keys(engine):
        _make_vault(home)
    return Database(engine, ContentKeys(_vault(home, config), random))


def _open_engine(home: Path, config: CentreConfig) -> Engine:
    _check_is_there(home, config)
    engine = open_engine(config.database)
    copies = ledger_copies(home, config)
    if any(copy.newest() for copy in copies):
        check_goes_on(engine, copies, load_directory(home))
    return engine


def _check_is_there(home: Path, config: CentreConfig) -> None:
    """Raise StoreError where the ledger's files know of a database whose file is gone: an empty one would take its place."""
    if not isinstance(config.database, Path) or config.database.exists():
        return
    copies = ledger_copies(home, config)
    if any(copy.newest() for copy in copies) and (signed := newest_signed(copies, load_directory(home))):
        raise went_back(signed, 0)


def ledger_copies(home: Path, config: CentreConfig) -> tuple[LedgerFiles, LedgerFiles]:
    """The centre's copy of the ledger's files, and the mirror's."""
    return LedgerFiles(home / "ledger"), LedgerFiles(config.mirror)


def upgrade_database(home: Path) -> tuple[str, str]:
    """The centre's tables brought up to date; their revisions before and after. Raises StoreError beside a running server."""
    # Only here is Alembic worth loading.
    from itembank.adapters.upgrading import upgrade

    config = load_centre_config(home)
    _check_is_there(home, config)
    if not config.vault:
        _make_vault(home)
    return upgrade(config.database, home / LOCK_FILE, ContentKeys(_vault(home, config), random))


def item_printer(person: str, label: str, at: datetime) -> Callable[[Sequence[ItemSheet]], bytes]:
    """Pages of items for this person. What only the machine or the name keeps from printing is found before any item."""
    # Only a command that prints loads the fonts and what draws QR codes.
    from itembank.printing.fonts import load_fonts
    from itembank.printing.render import PersonMark, render_items

    fonts, mark = load_fonts(), PersonMark(person, label, beijing(at))
    mark.line()
    return lambda sheets: render_items(sheets, mark, fonts)


def formula_prints(latex: str) -> bool:
    """Whether a page can bear this formula, as far as reading it tells."""
    # An import without a formula does not load what draws them.
    from itembank.printing.formulas import check_formula

    try:
        check_formula(latex)
    except PrintingError:
        return False
    return True


def formula_mathml(latex: str) -> str:
    """The formula as MathML; nothing for one that a page could not bear."""
    from itembank.printing.formulas import formula_mathml as set_formula

    try:
        return set_formula(latex)
    except PrintingError:
        return ""


def figure_painter() -> Callable[[str], tuple[bytes, float]]:
    """A figure as the bank keeps it → PNG and width in points, for programs that show no SVG."""
    from itembank.printing.figure_pictures import figure_picture
    from itembank.printing.fonts import load_fonts

    fonts = load_fonts()
    return lambda figure: figure_picture(figure, fonts)


def sign_drawer() -> Callable[[str], bool]:
    """Whether the font of our pages has a sign. The font is opened for the first sign that is asked about."""
    opened: list[Callable[[str], bool]] = []

    def draws(sign: str) -> bool:
        if not opened:
            from itembank.printing.font_signs import sign_check
            from itembank.printing.fonts import load_fonts

            opened.append(sign_check(load_fonts()))
        return opened[0](sign)

    return draws


def rotate_vault(home: Path) -> int:
    """A new wrapping key in the vault file; its generation. Raises RefusedError where the key is in KMS.

    Raises StoreError or TamperedError for a file that is not the newest of this database: two would have one generation.
    """
    config, vault = load_centre_config(home), FileVault(_vault_file(home), random)
    if config.vault:
        raise RefusedError("vault.rotates_itself")
    _check_is_there(home, config)
    if not isinstance(config.database, Path) or config.database.exists():
        check_opens(_open_engine(home, config), vault)
    return vault.rotate()


def _vault(home: Path, config: CentreConfig) -> KeyVault:
    return KmsVault(config.vault) if config.vault else FileVault(_vault_file(home), random)


def _make_vault(home: Path) -> None:
    """Unless it is there. A second program may be quicker: then its vault is the vault."""
    if not _vault_file(home).exists():
        with suppress(FileExistsError):
            create_vault(_vault_file(home), random)


def _vault_file(home: Path) -> Path:
    return home / "bank.vault"
