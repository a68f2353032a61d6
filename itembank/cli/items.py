"""The bank's people: items in and out, the review queue, who has looked."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from itembank import bootstrap
from itembank.bootstrap.centre import CentreSeat, centre_seat, formula_prints, item_printer, sign_drawer
from itembank.cli.frame import Acting, Outcome, acting, check_output, progress, verb
from itembank.cli.import_report import first_rows, import_outcome, write_rows
from itembank.cli.item_export import FORMATS, pictures_folder, write_pool
from itembank.cli.item_text import item_lines
from itembank.domain.blueprint import Blueprint
from itembank.domain.confidentiality import SIGHT_NAMES, Seen, Sight
from itembank.domain.review import STATE_NAMES, ItemState, Move
from itembank.domain.session import beijing
from itembank.formats.figures import SUFFIXES
from itembank.formats.foreign.layout import lasting, read_layouts
from itembank.formats.foreign.opened import opened, opened_figures
from itembank.formats.pool_content import item_document
from itembank.ports.bank import VersionCard, Wanted
from itembank.steps import authoring, reviewing, viewing
from itembank.steps.exposure import seen_by, uses_of, who_saw
from keys.durable import replace
from keys.encoding import time_text
from keys.statement import Signer

PAGE_HELP = "在本机网页上看公式、图形和表格 | on a page of this machine, with formulas, figures and tables"
PAIR_KINDS = {"duplicate": "重复", "variant": "改数或改问"}
MOVES = {
    Move.SUBMIT: "送审 | submit for review",
    Move.PASS: "初审通过 | pass the first review",
    Move.RETURN: "退回修改，写明意见 | return with a comment",
    Move.APPROVE: "审定 | approve",
    Move.ACTIVATE: "启用 | activate",
    Move.FREEZE: "冻结（疑似泄露） | freeze, a leak is suspected",
    Move.RETIRE: "停用 | retire",
    Move.ARCHIVE: "归档 | archive",
    Move.ASSIGN: "转交审题人 | hand over to another reviewer",
}


@click.group()
def items() -> None:
    """试题 | items."""


@verb(items, "import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pool", required=True, help="题库名，如 city | name of the pool")
@click.option("--figures", type=click.Path(path_type=Path, exists=True, file_okay=False), help="图形目录 | folder of pictures")
@click.option(
    "--layout",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="更正的列对应（取自报告的 layout），列和题型词会记住 | corrected columns (as the report has them); remembered",
)
@click.option(
    "--rows",
    "rows_out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="预览时把读到的写成工作簿，旁附原文和提示，改后再导入 | with --dry-run: what was read, beside its original text, to correct",
)
@click.option("--blueprint", default="", help="细目表标识，题库首次导入且有多份细目表时 | key of the blueprint")
@click.option("--dry-run", is_flag=True, help="只预览，不导入 | look, import nothing")
@click.option("--in-place", is_flag=True, help="改正现有版本而不是新建版本 | correct versions instead of adding new ones")
@acting(0, 1, 3)
def items_import(
    home: Path,
    file: Path,
    pool: str,
    figures: Path | None,
    layout: Path | None,
    rows_out: Path | None,
    blueprint: str,
    dry_run: bool,
    in_place: bool,
    people: list[Acting],
) -> Outcome:
    """导入试题：命题员一人为草稿，命题、审题、审定三人签名即入库 | one author: drafts; three people: admitted at once."""
    if not people and not dry_run:
        raise click.UsageError("--as: 1/3 ×（预览用 --dry-run | to look only: --dry-run）")
    if rows_out and not dry_run:
        raise click.UsageError("--rows: --dry-run")
    # A large workbook is a million small objects and no cycle among them; the collector would go through all of them again
    # and again, and this process ends with the import.
    gc.disable()
    seat = centre_seat(home)
    paths = [path for path in sorted(figures.iterdir()) if path.suffix.lower() in SUFFIXES] if figures else []
    drawn = opened_figures((path.name, path.read_bytes()) for path in paths)
    corrected = read_layouts(layout.read_bytes()) if layout else {}
    if rows_out:
        check_output(rows_out, home)
    with opened(file.read_bytes(), seat.layouts.all(), corrected) as item_file:
        item_file.rows = [] if rows_out else None
        report = authoring.import_items(
            seat.book, seat.directory, bootstrap.now, seat.policy, item_file, drawn, pool, [person.signer for person in people],
            blueprint=blueprint, dry_run=dry_run, in_place=in_place, prints=formula_prints, draws=sign_drawer(),
            progress=_told_by_rows,
        )  # fmt: skip
    if rows_out:
        write_rows(rows_out, item_file, report)
    if corrected:
        seat.layouts.keep([lasting(read) for read in item_file.layouts])
    return import_outcome(report, item_file, dry_run=dry_run)


@verb(items, "export")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pool", required=True, help="题库名 | name of the pool")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="xlsx", show_default=True, help="格式 | format")
@click.option("--no-keys", is_flag=True, help="Word 中不带答案和解析 | a Word file without keys and rationales")
@click.option("--reason", required=True, help="用途，记入台账 | what for; it stands in the ledger")
@acting(1)
def items_export(home: Path, out: Path, pool: str, format_: str, no_keys: bool, reason: str, people: list[Acting]) -> Outcome:
    """导出题库，导出人进入每题的知悉名单 | export a pool; who exports has seen every item."""
    if no_keys and format_ != "docx":
        raise click.UsageError("--no-keys: --format docx")
    check_output(out, home)
    pictures = pictures_folder(out, format_, home)
    seat = centre_seat(home)
    found = viewing.look_at_pool(seat.book, seat.directory, bootstrap.now, seat.policy, people[0].signer, pool, reason)
    written = write_pool(found, format_, out, pictures, keys=not no_keys)
    held = len(found.items) - len(written.left_out)
    folder = str(pictures) if pictures and found.figures else ""
    data = {
        "pool": pool, "format": format_, "items": held, "file": str(out), "figures": folder, "left_out": list(written.left_out),
    }  # fmt: skip
    below = first_rows([f"  此格式不能容纳 | left out: {item_no}" for item_no in written.left_out])
    return Outcome(data, f"{pool} 导出{held}题 {out}", f"{held} items exported", below)


@verb(items, "print")
@click.argument("item_nos", nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF 文件 | the PDF")
@click.option("--reason", required=True, help="用途，记入台账 | what for; it stands in the ledger")
@acting(1)
def items_print(home: Path, item_nos: tuple[str, ...], out: Path, reason: str, people: list[Acting]) -> Outcome:
    """印制试题，供评审会和操作技能考核用；印制人进入知悉名单 | print items for a meeting or a practical exam; who prints has seen them."""
    check_output(out, home)
    # What sets formulas takes long to load.
    from itembank.printing.item_sheets import ItemSheet

    seat, signer = centre_seat(home), people[0].signer
    print_ = item_printer(signer.name, seat.directory.label(signer.name), bootstrap.now())

    def press(found: Sequence[tuple[viewing.Shown, Blueprint]]) -> bytes:
        return print_([ItemSheet.of(one.item, one.card.version, one.figures, blueprint) for one, blueprint in found])

    cards, page = viewing.look_to_print(seat.book, seat.directory, bootstrap.now, seat.policy, signer, item_nos, reason, press)
    replace(out, [page], 0o600)
    data = {"items": [card.item_no for card in cards], "file": str(out)}
    return Outcome(data, f"已印制{len(cards)}题 {out}", f"{len(cards)} items printed")


@verb(items, "list")
@click.option("--pool", default="", help="题库名 | name of the pool")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in ItemState]), help="状态 | state")
@click.option("--point", default="", help="鉴定点代码 | code of the point")
@click.option("--after", default="", help="从此编号之后 | behind this number")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="每页题数 | items a page")
def items_list(home: Path, pool: str, states: tuple[str, ...], point: str, after: str, limit: int) -> Outcome:
    """试题目录，不含内容 | the list of items, without content."""
    # Whoever asks for what is in use, or under suspicion, means it also behind a draft of the next version.
    asked = tuple(map(ItemState, states))
    wanted = Wanted(pool=pool, states=asked, point=point, newest=not asked, after=after, limit=limit)
    with centre_seat(home).book.read() as transaction:
        cards = transaction.bank.cards(wanted)
        if len(cards) == limit and asked:
            # The next page begins behind this number: its later versions in these states belong to this one.
            rest = (card for card in transaction.bank.versions(cards[-1].item_no) if card.version > cards[-1].version)
            cards += [card for card in rest if card.standing.state in asked]
    return _listed(cards, limit)


@verb(items, "queue")
@click.option("--pool", default="", help="题库名 | name of the pool")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="题数 | items")
@click.option("--page", is_flag=True, help=PAGE_HELP)
@acting(1)
def items_queue(home: Path, pool: str, limit: int, page: bool, people: list[Acting]) -> Outcome:
    """待我审、退回给我改的试题，先到期的在前 | what waits for my review, and what came back to me; what is due first stands first."""
    seat, signer = centre_seat(home), people[0].signer
    cards = reviewing.queue(seat.book, seat.directory, signer.name, pool, limit)
    if page and cards:
        _read_page(seat, signer, dict.fromkeys((card.item_no for card in cards), Sight.REVIEW))
    return _listed(cards, limit)


@verb(items, "show")
@click.argument("item_nos", nargs=-1, required=True)
@click.option("--version", default=0, type=click.IntRange(0), help="版本，默认最新 | the version, the newest by default")
@click.option("--page", is_flag=True, help=PAGE_HELP)
@acting(1)
def items_show(home: Path, item_nos: tuple[str, ...], version: int, page: bool, people: list[Acting]) -> Outcome:
    """查阅试题内容，须有有效承诺书 | show an item's content; a pledge must hold."""
    if len(item_nos) > 1 and (not page or version):
        raise click.UsageError("ITEM_NOS: 多题须用 --page，不带 --version | several only with --page and without --version")
    seat, signer = centre_seat(home), people[0].signer
    if page:
        sights = {item_no: reviewing.sight_of(seat.book, seat.directory, signer.name, item_no) for item_no in item_nos}
        return _listed(_read_page(seat, signer, sights, version), 0)
    [item_no] = item_nos
    sight = reviewing.sight_of(seat.book, seat.directory, signer.name, item_no)
    [(card, item)] = viewing.look(
        seat.book, seat.directory, bootstrap.now, seat.policy, signer, [item_no], sight, version=version
    )
    said = reviewing.comments(seat.book, item_no, card.version)
    comments = [{"move": line.move, "comment": line.comment, "at": time_text(line.at)} for line in said]
    below = (*item_lines(item), *(f"意见 {beijing(line.at)} {line.comment}" for line in said))
    data = {**_card(card), "content": item_document(item), "comments": comments}
    return Outcome(data, f"{item_no} 第{card.version}版 {STATE_NAMES[card.standing.state]}", f"version {card.version}", below)


@verb(items, "diff")
@click.argument("item_no")
@click.argument("old", type=click.IntRange(1))
@click.argument("new", type=click.IntRange(1))
@acting(1)
def items_diff(home: Path, item_no: str, old: int, new: int, people: list[Acting]) -> Outcome:
    """两个版本的差别 | what differs between two versions."""
    seat, signer = centre_seat(home), people[0].signer
    found = viewing.changes(seat.book, seat.directory, bootstrap.now, seat.policy, signer, item_no, old, new)
    data = {"item": item_no, "changes": [asdict(change) for change in found]}
    below = tuple(f"{change.label}：{change.before} → {change.after}" for change in found)
    return Outcome(data, f"{item_no} 第{old}版与第{new}版有{len(found)}处不同", f"{len(found)} fields differ", below)


@verb(items, "history")
@click.argument("item_no")
@acting(1)
def items_history(home: Path, item_no: str, people: list[Acting]) -> Outcome:
    """试题的各版本、流转和使用记录，限题库管理员；意见见 show | versions, moves, uses; for managers; comments: show."""
    seat = centre_seat(home)
    found = reviewing.history(seat.book, seat.directory, people[0].signer, item_no)
    with seat.book.read() as transaction:
        uses = uses_of(transaction, seat.directory, item_no)
    data = {
        "item": item_no,
        "versions": [_card(card) for card in found.versions],
        "events": [
            {"version": line.version, "move": line.move, "who": line.who, "at": time_text(line.at)} for line in found.events
        ],
        "used": [{**use._asdict(), "at": time_text(use.at)} for use in uses],
        "adapted_by": [card.item_no for card in found.adaptations],
    }
    below = [f"{beijing(line.at)} 第{line.version}版 {_move_zh(line.move)} {line.who}" for line in found.events]
    below += [f"{beijing(use.at)} 第{use.version}版 用于 {use.session}{use.form}" for use in uses]
    below += [f"改编为 {card.item_no}" for card in found.adaptations]
    return Outcome(data, f"{item_no} 共{len(found.versions)}版 用过{len(uses)}次", f"used {len(uses)} times", tuple(below))


@verb(items, "eyes")
@click.argument("item_nos", nargs=-1)
@click.option("--person", default="", help="某人看过的试题 | what this person has seen")
def items_eyes(home: Path, item_nos: tuple[str, ...], person: str) -> Outcome:
    """知悉名单：谁看过这些题，或某人看过哪些题 | who has seen these items, or what a person has seen."""
    if bool(item_nos) == bool(person):
        raise click.UsageError("ITEM_NOS / --person")
    seat = centre_seat(home)
    with seat.book.read() as transaction:
        seen = seen_by(transaction, seat.directory, person) if person else who_saw(transaction, seat.directory, item_nos)
    people = sorted({line.person for line in seen})
    data = {"items": list(item_nos), "person": person, "people": people, "eyes": [_eye(line) for line in seen]}
    below = tuple(f"{beijing(line.at)} {line.person} {SIGHT_NAMES[line.sight]} {line.item_no}@{line.version}" for line in seen)
    return Outcome(data, f"知悉记录{len(seen)}条 {len(people)}人", f"{len(seen)} lines, {len(people)} people", below)


@verb(items, "duplicates")
@click.option("--pool", required=True, help="题库名 | name of the pool")
@acting(1)
def items_duplicates(home: Path, pool: str, people: list[Acting]) -> Outcome:
    """查找近似重题，限题库管理员；办理人进入每题的知悉名单 | find near duplicates; who asks has seen every item of the pool."""
    # A library of its own that no other command needs.
    from itembank.steps import comparing

    seat = centre_seat(home)
    found = comparing.compare_pool(
        seat.book, seat.directory, bootstrap.now, seat.policy, people[0].signer, pool, _told_by_percent
    )
    pairs = [{"a": pair.a, "b": pair.b, "score": round(pair.score, 1), "kind": pair.kind.value} for pair in found.pairs]
    below = [f"  {pair.score:.1f} {PAIR_KINDS[pair.kind.value]} {pair.a} {pair.b}" for pair in found.pairs]
    zh = f"{pool} 比对{found.items}题 近似{len(pairs)}对"
    return Outcome({"pool": pool, "compared": found.items, "pairs": pairs}, zh, f"{len(pairs)} pairs", first_rows(below))


def _told_by_rows(read: int, of: int) -> None:
    progress(f"读取 {read}/{of}行 | read {read} of {of} rows")


def _told_by_percent(done: int, total: int) -> None:
    if done == total or done % max(1, total // 100) == 0:
        progress(f"查重 {done}/{total} | compared {done} of {total}")


def _add_move(move: Move, help_: str) -> None:
    @verb(items, move.value)
    @click.argument("item_nos", nargs=-1)
    @click.option("--pool", default="", help="该题库中轮到此步的全部试题 | every item of the pool whose turn it is")
    @click.option("--comment", default="", help="意见 | a comment")
    @click.option("--to", default="", help="转交给谁，不写则交还众人 | to whom (assign), to anybody if nobody is named")
    @acting(1)
    def run(home: Path, item_nos: tuple[str, ...], pool: str, comment: str, to: str, people: list[Acting]) -> Outcome:
        if bool(item_nos) == bool(pool):
            raise click.UsageError("ITEM_NOS / --pool")
        if to and move is not Move.ASSIGN:
            raise click.UsageError("--to: assign")
        seat = centre_seat(home)
        moved = reviewing.review(
            seat.book, seat.directory, bootstrap.now, seat.policy, people[0].signer, move, item_nos,
            pool=pool, comment=comment, to=to,
        )  # fmt: skip
        zh, _, en = help_.partition(" | ")
        return Outcome(
            {"move": move.value, "moved": len(moved)}, f"{zh.partition('，')[0]} {len(moved)}题", f"{en}: {len(moved)}"
        )

    run.help = help_


for _move, _help in MOVES.items():
    _add_move(_move, _help)


def _read_page(seat: CentreSeat, signer: Signer, sights: Mapping[str, Sight], version: int = 0) -> list[VersionCard]:
    """A person reads these items on a page of this machine, until Enter is pressed; they come from memory and end with it."""
    # Only here are a server and a setter of formulas worth loading.
    from itembank.web.reading import show_once

    shown = viewing.look_together(seat.book, seat.directory, bootstrap.now, seat.policy, signer, sights, version=version)

    def announce(address: str) -> None:
        click.echo(f"请在本机打开 | open on this machine: {address}", err=True)
        # However the reading ends: that it began is recorded.
        with suppress(click.Abort):
            click.prompt("读完按回车 | press Enter when you have read", default="", show_default=False, err=True)

    show_once(shown, seat.directory.label(signer.name), bootstrap.now(), bootstrap.random(16).hex(), announce)
    return [one.card for one in shown]


def _move_zh(move: str) -> str:
    """The move's first words; as it is called in JSON where it is none of a person's."""
    return MOVES[Move(move)].partition(" | ")[0].partition("，")[0] if move in MOVES else move


def _listed(cards: Sequence[VersionCard], limit: int) -> Outcome:
    rows = [_card(card) for card in cards]
    after = cards[-1].item_no if 0 < limit <= len(cards) else ""
    below = tuple(
        f"{card.item_no}@{card.version} {STATE_NAMES[card.standing.state]} {card.type.zh} {card.point}"
        + (f" {beijing(card.standing.due)}到期" if card.standing.due else "")
        for card in cards
    )
    return Outcome({"items": rows, "after": after}, f"{len(rows)}题", f"{len(rows)} items", below)


def _card(card: VersionCard) -> dict[str, Any]:
    """A version as it is listed. Who wrote it is not told: reviewers and those behind them must not know."""
    standing = card.standing
    return {
        "item": card.item_no, "version": card.version, "pool": card.pool, "type": card.type.value, "point": card.point,
        "difficulty": card.difficulty, "enemy_group": card.enemy_group, "adapted_from": card.adapted_from,
        "state": standing.state.value, "state_zh": STATE_NAMES[standing.state], "assignee": standing.assignee,
        "due": time_text(standing.due) if standing.due else "", "overdue": bool(standing.due and standing.due < bootstrap.now()),
    }  # fmt: skip


def _eye(line: Seen) -> dict[str, Any]:
    return {
        "item": line.item_no, "version": line.version, "person": line.person, "sight": line.sight.value, "where": line.where,
        "at": time_text(line.at),
    }  # fmt: skip


COMMANDS: dict[str, click.Command] = {"items": items}
