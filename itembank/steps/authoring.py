"""Step 1, 命题: blueprints and items come in from the field's workbooks.

Signed by an author alone they are drafts, and step 2 reviews them; signed at one table by author, reviewer and approver they
are admitted at once. True before: the blueprint is approved before items hang on it, and everybody who signs has pledged and
stands not aside. One broken row keeps the whole import out; the import and its ledger line are one transaction, so cut off
anywhere, neither is there. The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itembank.domain.blueprint import Advice, Blueprint
from itembank.domain.duplicates import comparison_text
from itembank.domain.errors import BlueprintError, ItemError, PeopleError
from itembank.domain.items import Item
from itembank.domain.people import check_three_people
from itembank.domain.policy import LocalItems, Policy
from itembank.domain.pools import NATIONAL_SCOPES, check_pool_name, may_share_numbers, scope_of
from itembank.domain.review import EDITABLE, IN_QUEUE, ItemState, Move, Standing, check_editable
from itembank.formats.errors import BrokenRow
from itembank.formats.headed_sheet import TEXT_SHOWN
from itembank.formats.imports import TOGETHER, read_import, sign_import
from itembank.formats.item_file import BlueprintFile, ItemFile
from itembank.formats.item_rows import ADAPTED, Place, RowFlag
from itembank.formats.item_workbook import WorkbookItems, read_items
from itembank.ports import Book, Clock, Transaction
from itembank.ports.bank import Bank, Marked, StoredBlueprint, Twin, VersionCard
from itembank.steps.item_sets import against_held_sets
from itembank.steps.occupations import entered_occupations
from itembank.steps.pledged import check_pledged, check_writers
from itembank.steps.recording import record
from itembank.steps.taken import check_own_blueprint, check_own_pool
from keys.directory import Directory
from keys.statement import Signer, Statement

MOST_COMPARED = 3_000
"""Items of a foreign file that are compared with each other while somebody waits; `items duplicates` compares a whole pool."""
UNSETTLED = (*EDITABLE, *IN_QUEUE)
"""What three at one table sign is admitted though it says nothing new."""


@dataclass(frozen=True, slots=True)
class BlueprintReport:
    """What became of a blueprint: `imported` is False for a dry run and for one that says what the bank holds already."""

    blueprint: Blueprint
    state: str
    imported: bool
    unchanged: bool
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class ItemsReport:
    """What became of an item workbook, row by row. With one rejected row nothing is imported."""

    pool: str
    read: int
    imported: int
    unchanged: int
    rejected: tuple[BrokenRow, ...]
    flags: tuple[RowFlag, ...]
    duplicates: tuple[Twin, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """An import's items that are not just so in the bank: `new` get version 1 or the next, `again` replace drafts."""

    new: list[tuple[Marked, int]]
    again: list[tuple[Marked, int]]


def import_blueprint(
    book: Book, directory: Directory, clock: Clock, policy: Policy, file: BlueprintFile, signers: Sequence[Signer],
    *, dry_run: bool = False, in_place: bool = False,
) -> BlueprintReport:  # fmt: skip
    """A new version of a blueprint; `in_place` corrects the newest one instead, as long as no draw has used it. People sign the
    file.

    Raises BlueprintError for a version that stays as it is, OccupationError for an occupation that is not entered just so,
    RefusedError for the signers.
    """
    found = file.blueprint
    advice = found.advice(policy.blueprint)
    with book.read() as transaction:
        _check_may_come(transaction, directory, found)
        if dry_run:
            found, same = _placed(transaction, found, "draft" if len(signers) == 1 else "approved", in_place=in_place)
            return BlueprintReport(found, same.state if same else "", imported=False, unchanged=same is not None, advice=advice)
    at = clock()
    signed, people = _signed(directory, sign_import("blueprint", "", file.data, {}, len(found.points), at, signers))
    state = "draft" if people.state is ItemState.DRAFT else "approved"
    with book.begin() as transaction:
        _check_may_come(transaction, directory, found)
        found, same = _placed(transaction, found, state, in_place=in_place)
        if same is not None:
            return BlueprintReport(found, same.state, imported=False, unchanged=True, advice=advice)
        digest = str(signed.body["digest"])
        transaction.bank.save_blueprint(StoredBlueprint(found, state, digest, signed.data))
        subject = {"occupation": found.occupation, "digest": digest}
        record(transaction, clock, "draft" if state == "draft" else "blueprint", subject, signed.signers[0], signed.data)
    return BlueprintReport(found, state, imported=True, unchanged=False, advice=advice)


def import_items(
    book: Book, directory: Directory, clock: Clock, policy: Policy, file: ItemFile, figures: Mapping[str, str], pool: str,
    signers: Sequence[Signer], *, blueprint: str = "", dry_run: bool = False, in_place: bool = False,
    prints: Callable[[str], bool] = lambda latex: True, draws: Callable[[str], bool] = lambda sign: True,
    progress: Callable[[int, int], None] = lambda read, of: None,
) -> ItemsReport:  # fmt: skip
    """Items of one pool. `figures`: those beside the file's own. `blueprint`: its key, where the bank has several and the pool
    is new. `prints`: can this LaTeX formula be printed? `draws`: has a page's font this sign? Asked once each; what cannot is
    a flag, for the item is sound and its author may be at it. `progress(read, of)`: rows of the workbook.

    A changed item becomes the next version, a changed draft stays the version it is; `in_place` asks for the latter always,
    which an approved version refuses. Raises WorkbookError for the file, ItemError and PeopleError for what the whole pool
    refuses.
    """
    check_pool_name(pool)
    with book.read() as transaction:
        key, there = _pool_blueprint(transaction, pool, blueprint)
        drawn_already = transaction.bank.figure_names(pool)
        versions = [held.blueprint for held in transaction.bank.blueprints() if held.blueprint.key == key]
    older = [version for version in reversed(versions) if version.version < there.version]
    figures = {**file.figures, **figures}
    kept = _Kept(book, pool)
    stored = kept.item if signers else lambda item_no: None
    came = read_items(file.sheets, pool, there, drawn_already | figures.keys(), progress, older=older, stored=stored)
    _flag(came, file, prints, draws)
    drawn = {name: figures[name] for _, item in came.rows for name in item.figures if name in figures} if figures else {}
    if dry_run or came.rejected:
        with book.read() as transaction:
            who = _author(transaction, directory, policy, signers, pool, key, clock())
            admits = len(signers) > 1
            return _compared(
                transaction, directory, policy, key, came, pool, drawn, in_place=in_place, author=who, admits=admits
            )[0]
    statement = sign_import("items", pool, file.data, drawn, came.read, clock(), signers)
    signed, people = _signed(directory, statement)
    check_writers(directory, policy, pool, signed.signers)
    with book.begin(content_of=[pool]) as transaction:
        bank = transaction.bank
        if _pool_blueprint(transaction, pool, blueprint) != (key, there):
            # Somebody was quicker while this workbook was read.
            raise ItemError("item.blueprint_changed", key=key)
        kept.check(transaction)
        check_pledged(transaction, directory, signed.signers, pool, key, clock())
        report, sorted_ = _compared(
            transaction, directory, policy, key, came, pool, drawn,
            in_place=in_place, author=people.author, admits=people.state is ItemState.ACTIVE,
        )  # fmt: skip
        if report.rejected:
            return report
        if pool not in bank.pools():
            bank.save_pool(pool, key)
        _save(transaction, sorted_, people, clock())
        bank.save_figures(pool, drawn)
        subject = {"pool": pool, "digest": signed.body["digest"]}
        act = "draft" if people.state is ItemState.DRAFT else "import"
        if report.imported:
            record(transaction, clock, act, subject, signed.signers[0], signed.data)
    return report


class _Kept:
    """Items whose keys stay as the bank has them: of each the newest version, read once. Not for whom nobody knows: which key
    fits three options would be told.
    """

    def __init__(self, book: Book, pool: str) -> None:
        self._book, self._pool = book, pool
        self._items: dict[str, Item | None] = {}
        self._versions: dict[str, int] = {}

    def item(self, item_no: str) -> Item | None:
        if item_no not in self._items:
            with self._book.read() as transaction:
                card = transaction.bank.cards_of([item_no]).get(item_no)
                found = transaction.bank.contents([(item_no, card.version)]) if card and card.pool == self._pool else ()
                self._items[item_no] = next(iter(found), None)
                self._versions[item_no] = card.version if card else 0
        return self._items[item_no]

    def check(self, transaction: Transaction) -> None:
        """Raise ItemError where somebody was quicker: an older key would undo a newer one."""
        now = transaction.bank.cards_of(self._versions)
        for item_no, version in self._versions.items():
            if (now[item_no].version if item_no in now else 0) != version:
                raise ItemError("item.key_moved", found=item_no)


def _author(
    transaction: Transaction,
    directory: Directory,
    policy: Policy,
    signers: Sequence[Signer],
    pool: str,
    key: str,
    now: datetime,
) -> str:
    """Whose import this would be; empty without a person. Raises like the import itself for people who may not."""
    if not signers:
        return ""
    directory.require_acting(signers, *(TOGETHER[:1] if len(signers) == 1 else TOGETHER))
    names = [signer.name for signer in signers]
    check_writers(directory, policy, pool, names)
    check_pledged(transaction, directory, names, pool, key, now)
    return names[0]


def _flag(came: WorkbookItems, file: ItemFile, prints: Callable[[str], bool], draws: Callable[[str], bool]) -> None:
    """What nobody refuses and somebody should see, in the order of the file."""
    _flag_formulas(came, prints)
    _flag_signs(came, draws)
    came.flags.extend(file.flags)
    if file.foreign and len(came.rows) <= MOST_COMPARED:
        _flag_alike(came)
    came.flags.sort(key=came.turn)


def _flag_formulas(came: WorkbookItems, prints: Callable[[str], bool]) -> None:
    """A flag for each item with a formula that cannot be printed, in the sheet's order."""
    with_formulas = [(place, item.item_no, formulas) for place, item in came.rows if (formulas := item.formulas)]
    printed = {latex: prints(latex) for latex in {latex for _, _, formulas in with_formulas for latex in formulas}}
    for place, item_no, formulas in with_formulas:
        if not all(map(printed.__getitem__, formulas)):
            came.flags.append(RowFlag(*place, item_no, "item.flag.formula"))


def _flag_signs(came: WorkbookItems, draws: Callable[[str], bool]) -> None:
    """A flag for each item with signs that no page can show, with the signs."""
    drawn = {sign: draws(sign) for sign in frozenset().union(*(signs for _, _, signs in came.unusual))}
    for place, item_no, signs in came.unusual:
        if lacking := "".join(sign for sign in sorted(signs) if not drawn[sign]):
            came.flags.append(RowFlag(*place, item_no, "item.flag.glyph", lacking))


def _flag_alike(came: WorkbookItems) -> None:
    """A flag for each item of a foreign file that nearly says what an earlier one does: such files are often put together."""
    # Only here is a library for comparing texts worth loading.
    from itembank.formats.near_duplicates import Kind, near_duplicates

    places = {item.item_no: place for place, item in came.rows}
    pairs = near_duplicates([(item.item_no, comparison_text(item)) for _, item in came.rows])
    for pair in (pair for pair in pairs if pair.kind is Kind.DUPLICATE):
        first, later = sorted((pair.a, pair.b), key=lambda item_no: came.order[places[item_no]])
        sheet, row = places[first]
        came.flags.append(RowFlag(*places[later], later, "item.flag.near_duplicate", f"{sheet}!{row}"))


def _signed(directory: Directory, data: bytes) -> tuple[Statement, Standing]:
    """The statement, verified, and how what it brings in stands: a draft by one, active by three different people."""
    signed = read_import(data, directory)
    if len(signed.signers) == 1:
        directory.require(signed, "item_writer")
        return signed, Standing(ItemState.DRAFT, signed.signers[0])
    if len(signed.signers) == len(TOGETHER):
        check_three_people(*signed.signers)
    directory.require(signed, *TOGETHER)
    author, reviewer, approver = signed.signers
    return signed, Standing(ItemState.ACTIVE, author, reviewer, approver)


def _placed(
    transaction: Transaction, found: Blueprint, state: str, *, in_place: bool
) -> tuple[Blueprint, StoredBlueprint | None]:
    """The blueprint under its version; and what the bank holds, where it says the same already. Raises BlueprintError."""
    held = _newest(transaction, found.key)
    found = replace(found, version=_next_version(transaction, held, state, in_place=in_place))
    if held is None or (held.state == "draft" and state != "draft"):
        return found, None
    if replace(held.blueprint, version=found.version) != found:
        return found, None
    return held.blueprint, held


def _check_may_come(transaction: Transaction, directory: Directory, found: Blueprint) -> None:
    """Raise OccupationError for an occupation that is not entered just so, BlueprintError for another bank's blueprint."""
    found.check_registered(entered_occupations(transaction, directory))
    check_own_blueprint(transaction, found.key)


def _newest(transaction: Transaction, key: str) -> StoredBlueprint | None:
    return max(
        (held for held in transaction.bank.blueprints() if held.blueprint.key == key),
        key=lambda held: held.blueprint.version,
        default=None,
    )


def _next_version(transaction: Transaction, held: StoredBlueprint | None, state: str, *, in_place: bool) -> int:
    """The version that what came in this state gets; a draft never stands in the place of what three have approved."""
    if held is None:
        return 1
    version = held.blueprint.version
    if in_place and held.state == "used":
        raise BlueprintError("blueprint.used", key=held.blueprint.key, version=version)
    if in_place and held.state == "approved" and state == "draft":
        raise BlueprintError("blueprint.approved", key=held.blueprint.key, version=version)
    if in_place and held.blueprint.key in transaction.bank.pools().values():
        # Items hang on it, and other banks and desks may have it already under this number.
        raise BlueprintError("blueprint.has_items", key=held.blueprint.key, version=version)
    return version if in_place or held.state == "draft" else version + 1


def _pool_blueprint(transaction: Transaction, pool: str, asked: str) -> tuple[str, Blueprint]:
    """The approved blueprint the pool hangs on. Raises ItemError when there is none, or several and none is named, or when
    the pool is another bank's.
    """
    bank = transaction.bank
    check_own_pool(transaction, pool)
    keys = {held.blueprint.key for held in bank.blueprints() if held.state != "draft"}
    key = bank.pools().get(pool) or asked or (keys.pop() if len(keys) == 1 else "")
    if not key and keys:
        raise ItemError("item.which_blueprint", pool=pool, keys=", ".join(sorted(keys)))
    held = bank.blueprint(key)
    if held is None and asked:
        raise BlueprintError("blueprint.unknown", key=asked)
    if held is None:
        raise ItemError("item.no_blueprint", pool=pool)
    if asked and asked != key:
        raise ItemError("item.other_blueprint", pool=pool, key=key)
    return key, held.blueprint


def _compared(
    transaction: Transaction, directory: Directory, policy: Policy, key: str, came: WorkbookItems, pool: str,
    drawn: Mapping[str, str], *, in_place: bool, author: str, admits: bool,
) -> tuple[ItemsReport, Sorted]:  # fmt: skip
    """The report, and what to save: every row beside what the bank holds already."""
    bank = transaction.bank
    marked = bank.marked(item for _, item in came.rows)
    held = bank.held(marked) if any(may_share_numbers(pool, other) for other in bank.pools()) else {}
    spelled = {item_no.lower(): item_no for item_no in bank.numbers(pool)}
    rejected = came.rejected + _against_policy(transaction, directory, policy, key, pool, came)
    rejected += _under_taken_names(bank, pool, came, drawn)
    # As with the twins below: whom nobody knows could try which stimulus it is.
    rejected += against_held_sets(bank, pool, came) if author else []
    sorted_, unchanged = Sorted([], []), 0
    for (place, item), one in zip(came.rows, marked, strict=True):
        known = held.get(item.item_no)
        try:
            if known is None and place in came.outdated:
                rejected.append(came.outdated[place])
            elif known is None:
                _check_spelling(item.item_no, spelled)
                sorted_.new.append((one, 1))
            elif known.card.pool != pool:
                # city + a-1 and city-a + 1
                raise ItemError("item.number_taken", found=item.item_no, pool=known.card.pool)
            elif known.unchanged and not (admits and known.card.standing.state in UNSETTLED):
                unchanged += 1
            elif place in came.outdated:
                rejected.append(came.outdated[place])
            else:
                _sort(sorted_, one, known.card, author, in_place=in_place)
        except (ItemError, PeopleError) as error:
            guid = item.item_no.removeprefix(f"{pool}-")
            rejected.append(_broken(place, "试题GUID", error.code, error.facts, guid))
    imported = 0 if rejected else len(sorted_.new) + len(sorted_.again)
    rejected.sort(key=came.turn)
    # Whom nobody knows is not told what the bank has: four guesses would find the key of a known stem.
    twins = tuple(bank.twins(marked, in_bank=bool(author)))
    report = ItemsReport(pool, came.read, imported, unchanged, tuple(rejected), tuple(came.flags), twins)
    return report, sorted_


def _under_taken_names(bank: Bank, pool: str, came: WorkbookItems, drawn: Mapping[str, str]) -> list[BrokenRow]:
    """Rows with a figure whose name the pool has for another picture: what was printed with it must stay what it was."""
    taken = set(bank.taken_names(pool, drawn))
    return [
        _broken(place, "题干", "figure.fixed", {"name": name, "pool": pool}, name)
        for place, item in (came.rows if taken else ())
        for name in item.figures
        if name in taken
    ]


def _broken(place: Place, field: str, code: str, facts: dict[str, object], text: str) -> BrokenRow:
    sheet, row = place
    return BrokenRow(row, field, code, facts, sheet, text)


def _check_spelling(item_no: str, spelled: Mapping[str, str]) -> None:
    """A GUID in other letters would be a second item that people cannot tell from the first."""
    other = spelled.get(item_no.lower(), item_no)
    if other != item_no:
        raise ItemError("item.guid_case", found=item_no, held=other)


def _sort(sorted_: Sorted, one: Marked, card: VersionCard, author: str, *, in_place: bool) -> None:
    """A draft is written anew by its author, an admitted version is followed by the next; who reviews is not disturbed."""
    state = card.standing.state
    if state in EDITABLE and author not in ("", card.standing.author):
        raise PeopleError("people.not_author", who=author)
    if in_place or state in EDITABLE or state in (ItemState.SUBMITTED, ItemState.IN_REVIEW):
        check_editable(card.item_no, state)
        sorted_.again.append((one, card.version))
    else:
        sorted_.new.append((one, card.version + 1))


def _against_policy(
    transaction: Transaction, directory: Directory, policy: Policy, key: str, pool: str, came: WorkbookItems
) -> list[BrokenRow]:
    """National first, as the policy has it for local items where the national bank has the occupation; known parents."""
    bank = transaction.bank
    parents = {item.adapted_from for _, item in came.rows if item.adapted_from}
    known = bank.cards_of(parents)
    unknown = parents - known.keys()
    rejected = [
        _broken(place, ADAPTED, "item.parent_unknown", {"found": parent}, parent[:TEXT_SHOWN])
        for place, parent in ((place, item.adapted_from) for place, item in came.rows)
        if parent in unknown
    ]
    if scope_of(pool) in NATIONAL_SCOPES or policy.local_items is LocalItems.CAPPED:
        return rejected
    national = _national_pools(transaction, directory, key)
    if national and policy.local_items is LocalItems.FORBIDDEN:
        raise ItemError("pool.national_has_it", pool=pool, national=", ".join(national))
    if national:
        local = {"", *(number for number, card in known.items() if scope_of(card.pool) not in NATIONAL_SCOPES)}
        facts: dict[str, object] = {"national": ", ".join(national)}
        bare = [(place, item.adapted_from) for place, item in came.rows if item.adapted_from in local]
        rejected += [_broken(place, ADAPTED, "item.not_adapted", facts, parent) for place, parent in bare]
    return rejected


def _national_pools(transaction: Transaction, directory: Directory, key: str) -> list[str]:
    """The national pools with active items of what this blueprint is about, also under the occupation's earlier code."""
    bank, register = transaction.bank, entered_occupations(transaction, directory)
    newest = {held.blueprint.key: held.blueprint for held in bank.blueprints()}
    same = [other for other, blueprint in newest.items() if blueprint.is_about_the_same(newest[key], register)]
    pools = {name for other in same for name, *_ in bank.counts(other, (ItemState.ACTIVE,))}
    return sorted(name for name in pools if scope_of(name) in NATIONAL_SCOPES)


def _save(transaction: Transaction, sorted_: Sorted, people: Standing, at: datetime) -> None:
    bank = transaction.bank
    if people.state is ItemState.ACTIVE:
        _retire(transaction, [one.item for one, version in (*sorted_.new, *sorted_.again) if version > 1], people, at)
    bank.save_versions(sorted_.new, people, at)
    bank.replace_drafts(sorted_.again, people, at)


def _retire(transaction: Transaction, items: Sequence[Item], people: Standing, at: datetime) -> None:
    """The versions that were active until now make place for the next ones."""
    for card in transaction.bank.active_cards_of(item.item_no for item in items).values():
        retired = replace(card.standing, state=ItemState.RETIRED)
        transaction.bank.move([card], Move.RETIRE, retired, people.approver, at, "")
