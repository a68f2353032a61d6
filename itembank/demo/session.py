"""The story of the demonstration, from keys to audit: every line is the outcome of a program another seat would run."""

from __future__ import annotations

import json
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from itembank.cli.frame import Outcome
from itembank.demo import cast, workbooks
from itembank.demo.cast import OFFICES, SESSION, Place
from itembank.demo.processes import Stage, free_ports, say
from keys.errors import UnavailableError
from keys.keyfile import write_private

LEAD_MINUTES = 60
RELEASE_SECONDS = 30.0
KILLS = (signal.SIGTERM, signal.SIGHUP)
POOLS = ("national", "city")


@dataclass(slots=True)
class Session:
    """What the demonstration has come to."""

    stage: Stage
    stations: list[Place]
    url: str = ""
    opens: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - began, 2)


def run_demo(home: Path, open_in: int, stations: int, once: bool) -> Outcome:
    """Run it all; afterwards the centre's page stays up until Ctrl-C, unless `once`."""
    session = Session(Stage(home.resolve()), cast.places(stations))
    # A closed terminal or a polite kill ends the servers too.
    for ending in KILLS:
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    with session.stage.remade():
        try:
            for step in (prepare, author, assemble, lambda s: seal(s, open_in), distribute, open_early, release, open_papers,
                         return_copies, audit):  # fmt: skip
                step(session)
            outcome = _outcome(session)
            if not once:
                _show_page(session.url)
            return outcome
        finally:
            # Told once more, it must not leave what it is ending.
            for ending in (signal.SIGINT, *KILLS):
                signal.signal(ending, signal.SIG_IGN)
            session.stage.stop_all()


def prepare(session: Session) -> None:
    """Keys for everybody, the directory signed by two roots and pinned at every seat, four servers."""
    stage = session.stage
    say("0 准备", "生成各方密钥，约10秒", "making everybody's keys, about 10 seconds")
    with session.timed("0 准备"):
        public = _keys(session)
        ports = free_ports(1 + len(OFFICES))
        draft = cast.directory_draft(public, ports, session.stations)
        (stage.home / "directory.draft").write_text(json.dumps(draft, ensure_ascii=False))
        roots = [word for i in (1, 2) for word in ("--as", f"roots/{i}", "--passphrase-file", f"roots/{i}/passphrase")]
        signed = stage.run("directory", "sign", "--draft", "directory.draft", "--out", "directory", *roots, "--json")
        _pin(session, signed["fingerprint"])
        (stage.home / "centre" / "centre.toml").write_text('mirror = "../mirror"\n')
        # The sample has 230 items: who knows them all guesses two papers in five, and a real bank would be asked for more.
        (stage.home / "desk" / "policy.toml").write_text("[predictability]\nblock_above = 50\n")
        serve(session, draft)
    say(
        "0 准备",
        f"名录指纹 {signed['fingerprint'][:16]} 3家密钥保管单位 {len(session.stations)}个考点",
        "keys, directory, servers",
    )
    say("0 准备", f"看板 {session.url} 可实时查看各步骤", f"the centre's page, live: {session.url}")
    say(
        "注意", "全部在一台机器上，“到时之前无人能打开”不成立，仅供演示", "all on one machine: the promise is not in force here"
    )


def serve(session: Session, draft: dict[str, Any]) -> None:
    """The centre and the three holders of this directory, until each of them answers."""
    stage, session.url = session.stage, draft["centre"]["url"]
    stage.serve("centre", "serve", "centre", "--home", "centre", program="itembank")
    for j, office in enumerate(OFFICES, start=1):
        stage.serve(office.name, "serve", "--home", f"holders/{j}", program="keyholder")
    for name, url in [("centre", session.url), *((h["name"], h["url"]) for h in draft["holders"])]:
        stage.wait_ready(name, url)


def author(session: Session) -> None:
    """Steps 1 and 2: blueprint and items from workbooks, signed by three; both pools to the desk."""
    stage, three = session.stage, session.stage.act("item_writer-1", "item_reviewer-1", "item_approver-1")
    bank, home = stage.home / "bank", ("--home", "centre")
    with as_file(files("itembank.demo") / "sample") as sample, session.timed("1 命题"):
        workbooks.write_workbooks(sample, bank)
        blueprint = stage.run("blueprint", "import", f"bank/{workbooks.BLUEPRINT}", *home, *three, "--json")
        say(
            "1 命题",
            f"细目表 {blueprint['occupation']} 鉴定点{blueprint['points']}个",
            f"blueprint, {blueprint['points']} points",
        )

        pools = [word for pool in POOLS for word in ("--pool", pool)]
        stage.run("pledge", "sign", *home, *pools, *three, "--json")

        def bring_in(pool: str) -> int:
            book = workbooks.WORKBOOKS[f"items-{pool}.csv"]
            figures = ("--pool", pool, "--figures", str(sample / "figures"))
            return int(stage.run("items", "import", f"bank/{book}", *home, *figures, *three, "--json")["imported"])

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(bring_in, POOLS))
    managers = stage.act("bank_manager-1", "bank_manager-2")

    def hand_over(pool: str) -> None:
        release = stage.run("pool", "release", *home, "--pool", pool, "--out", "releases", *managers, "--json")
        stage.run("pool", "take", release["manifest"], "--home", "desk", "--json")

    with session.timed("2 审题"), ThreadPoolExecutor(2) as pool:
        list(pool.map(hand_over, POOLS))
    say(
        "2 审题",
        f"入库 国家题库{counts[0]}题 市库{counts[1]}题 已密封下发组卷室",
        f"{sum(counts)} items, pools taken by the desk",
    )


def assemble(session: Session) -> None:
    """Step 3: the order, two seeds, the draw, the proof."""
    stage, desk = session.stage, ("--home", "desk", "--session", SESSION)
    with session.timed("3 组卷"):
        order = ["--occupation", cast.OCCUPATION, "--level", str(cast.LEVEL), "--subject", cast.SUBJECT]
        for place in session.stations:
            order += ["--station", f"{place.code}:{place.copies}:{place.spare}"]
        stage.run("session", "new", "--home", "desk", "--number", SESSION, *order, "--json")
        for officer in ("bank_manager-1", "bank_manager-2"):
            stage.run("seed", "give", *desk, *stage.act(officer), "--json")
        drawn = stage.run("assemble", *desk, *stage.act("assembler-1"), "--json")
    main = drawn["papers"][0]
    say(
        "3 组卷",
        f"正卷 {main['items']}题 {main['points']}分 | 国家题库 {main['national']}题 市库 {main['local']}题 | 合规 {drawn['score']}",
        f"{main['items']} items, {main['points']} points, certificate {drawn['score']}",
    )
    with session.timed("3 审卷"):
        pair = stage.act("proofreader-1", "proofreader-2")
        stage.run("proof", "pledge", *desk, *pair, "--json")
        proof = stage.run("proof", "sign", *desk, "--seen", *pair, "--json")
    say("3 审卷", f"清样 {proof['papers']['A'][:16]} 审卷人甲、审卷人乙", "the proof is signed by two")


def seal(session: Session, open_in: int) -> None:
    """Step 4: T is the start of sealing plus N seconds; the exam starts an hour after T."""
    stage, desk = session.stage, ("--home", "desk", "--session", SESSION)
    session.opens = (datetime.now(UTC) + timedelta(seconds=open_in + 1)).replace(microsecond=0)
    starts_at = f"{session.opens + timedelta(minutes=LEAD_MINUTES):%Y-%m-%dT%H:%M:%SZ}"
    with session.timed("4 封装"):
        times = ("--starts-at", starts_at, "--lead", str(LEAD_MINUTES))
        sealed = _in_time(stage.run("seal", *desk, *times, *stage.act("sealer-1"), "--json", may_refuse=True))
        _in_time(stage.run("approve", *desk, *stage.act("seal_approver-1"), "--json", may_refuse=True))
    say(
        "4 封装",
        f"封装员甲、审批人乙 | {len(session.stations)}个考点 | 编号 {SESSION}A",
        f"{sealed['packages']} packages sealed",
    )
    with session.timed("5 发布"):
        published = stage.run("publish", *desk, "--json")
    session.told["hid"] = sealed["hid"]
    say(
        "5 发布",
        f"分片存入 {len(published['deposits'])}家 下发意向已会签",
        f"{len(published['deposits'])} deposits, intent cosigned",
    )


def distribute(session: Session) -> None:
    """Step 5: every station fetches and arms."""

    def bring(place: Place) -> None:
        home = ("--home", f"stations/{place.code}")
        session.stage.run("station", "fetch", *home, "--json")
        session.stage.run("station", "arm", *home, *session.stage.act(*place.operators), "--json")
        say("5 下发", f"考点 {place.code} 已收齐 已预检", f"station {place.code} fetched and armed")

    with session.timed("5 下发"), ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, session.stations))


def open_early(session: Session) -> None:
    """Somebody tries before the time; if it is past already, N was too small to show it."""
    refused = _try_open(session, session.stations[0], "A")
    if refused.get("error") != "release.too_early":
        raise UnavailableError("demo.too_late")
    left = int(refused["facts"]["seconds"])
    session.told["early_open"] = refused["error"]
    say("拒绝", f"提前打开，距解密 {left // 60:02d}:{left % 60:02d}，已记入台账", "opened too early: refused, in the ledger")


def release(session: Session) -> None:
    """Step 6: one of three holders is gone; two are enough."""
    session.stage.stop("supervision")
    with session.timed("6 等待"):
        wait = max(0.0, (session.opens - datetime.now(UTC)).total_seconds())
        say("6 等待", f"距解密 {int(wait) // 60:02d}:{int(wait) % 60:02d}", "waiting for the time")
        time.sleep(wait)
    with session.timed("6 密钥下发"):
        target = f"{session.url}/api/sessions/{session.told['hid']}/releases/A"
        session.told["release_bytes"] = len(_poll(target, RELEASE_SECONDS))
    say(
        "6 密钥下发",
        "监督方未应答，2/3 已足",
        f"supervision is silent, 2 of 3 are enough; {session.told['release_bytes']} bytes",
    )


def open_papers(session: Session) -> None:
    """Step 7: every station opens; the spare stays closed, the answer key is no station's."""
    opened = []

    def open_one(place: Place) -> dict[str, Any]:
        done = session.stage.run("station", "open", *_station(session, place), "--json")
        say("7 解密制卷", f"份数 {done['copies']}（备用 {place.spare}） PDF {done['pdf']}", f"{done['copies']} copies")
        return done

    with session.timed("7 解密制卷"), ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(open_one, session.stations))
    session.told["opened"] = [done["pdf"] for done in opened]
    spare = _try_open(session, session.stations[0], "S")
    say("备用卷", f"未启用，保持封闭（{spare['error']}）", "the spare stays closed")
    key = _try_open(session, session.stations[0], "KEY")
    say("答案", f"考点不能打开（{key['error']}）", "the answer key cannot be opened at a station")
    session.told.update(spare=spare["error"], answer_key=key["error"])


def return_copies(session: Session) -> None:
    """Step 8: the copies balance. The PDF is kept so that you can look at it."""
    returned = {}
    with session.timed("8 回收清点"):
        for place in session.stations:
            counts = ["--used", str(place.used), "--absent", str(place.absent), "--spare", str(place.spare), "--keep-pdf"]
            done = session.stage.run("station", "return", *_station(session, place), *counts, "--json")
            returned[place.code] = f"{done['printed']} = {done['counts']}"
            say("8 回收清点", f"{place.code} {returned[place.code]}", "the copies balance")
    session.told["returned"] = returned


def audit(session: Session) -> None:
    """Step 9."""
    with session.timed("9 审计"):
        found = session.stage.run("audit", "--home", ".", "--json")
    session.told.update(audit=found["audit"], ledger_size=found["ledger_size"])
    say("9 审计", f"一致 台账{found['ledger_size']}行", f"audit: {found['audit']}")


def _in_time(told: dict[str, Any]) -> dict[str, Any]:
    """What sealing told, unless T was past already: then N was too small."""
    if told.get("error") == "session.past":
        raise UnavailableError("demo.too_late")
    if "error" in told:
        raise UnavailableError("demo.program", command="seal", exit=told["exit"], told=told["text"])
    return told


def _outcome(session: Session) -> Outcome:
    data = {"session": SESSION, **session.told, "url": session.url, "seconds": session.seconds}
    return Outcome(data, f"演示完成 {session.told['opened'][0]}", f"audit: {session.told['audit']}")


def _keys(session: Session) -> dict[str, dict[str, str]]:
    """All homes with their keys, made by several programs at once; their public halves by home."""
    stage = session.stage
    people = cast.everybody(session.stations)
    jobs: list[tuple[str, Callable[[], dict[str, Any]]]] = []
    for home, name, kind in [
        *((f"roots/{i}", f"root-{i}", "root") for i in (1, 2, 3)),
        *((f"people/{role.name}", role.name, "person") for role in people),
    ]:
        _passphrase(stage.home / home)
        options = ("--kind", kind, "--name", name, "--passphrase-file", f"{home}/passphrase")
        jobs.append((home, _job(stage, "key", "new", "--home", home, *options, "--json")))
    ledger = ("--kind", "ledger", "--name", "ledger")
    jobs.append(("centre", _job(stage, "key", "new", "--home", "centre", *ledger, "--json")))
    for home, names in (("desk", cast.DESK_PEOPLE), ("scoring", cast.SCORING_PEOPLE)):
        slots = ("--kind", home, "--name", home, *_slots(names))
        jobs.append((home, _job(stage, "key", "new", "--home", home, *slots, "--json")))
    for place in session.stations:
        home = f"stations/{place.code}"
        enrol = ("--home", home, "--code", place.code, *_slots(place.operators))
        jobs.append((home, _job(stage, "station", "enrol", *enrol, "--json")))
    for j, office in enumerate(OFFICES, start=1):
        jobs.append((f"holders/{j}", _holder_job(stage, f"holders/{j}", office.name)))
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda job: job[1](), jobs))
    return {home: _public(home, told) for (home, _), told in zip(jobs, made, strict=True)}


def _public(home: str, told: dict[str, Any]) -> dict[str, str]:
    """sign and seal of what `key new`, `station enrol` or `keyholder init` told."""
    if home.startswith("holders/"):
        return {"sign": told["sign"], "seal": told["seal"]}
    keys = {name: value for name, value in told.items() if isinstance(value, dict)}
    return {value["use"]: value["public"] for value in keys.values()}


def _job(stage: Stage, *arguments: str) -> Callable[[], dict[str, Any]]:
    return lambda: stage.run(*arguments)


def _holder_job(stage: Stage, home: str, name: str) -> Callable[[], dict[str, Any]]:
    return lambda: stage.run("init", "--home", home, "--name", name, program="keyholder")


def _slots(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--for", name, "--passphrase-file", f"people/{name}/passphrase")]


def _passphrase(home: Path) -> None:
    """The demonstration keeps each person's passphrase in a file; a real person keeps it in the head."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(home / "passphrase", secrets.token_urlsafe(12).encode() + b"\n")


def seats(session: Session) -> list[str]:
    """The homes that have the directory, but for the holders'."""
    orderers = [f"people/{role.name}" for role in cast.STAFF if role.duty in cast.ORDERERS]
    return ["centre", "desk", "scoring", *orderers, *(f"stations/{place.code}" for place in session.stations)]


def _pin(session: Session, fingerprint: str) -> None:
    stage = session.stage
    options = ("--file", "directory", "--fingerprint", fingerprint)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seat: stage.run("directory", "pin", "--home", seat, *options, "--json"), seats(session)))
        offices = [f"holders/{j}" for j in range(1, len(OFFICES) + 1)]
        list(pool.map(lambda seat: stage.run("pin", "--home", seat, *options, program="keyholder"), offices))


def _station(session: Session, place: Place) -> list[str]:
    return ["--home", f"stations/{place.code}", *session.stage.act(*place.operators)]


def _try_open(session: Session, place: Place, lock: str) -> dict[str, Any]:
    options = [*_station(session, place), "--lock", lock, "--json"]
    return session.stage.run("station", "open", *options, may_refuse=True)


def _poll(url: str, seconds: float) -> bytes:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                data: bytes = answer.read()
                return data
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise UnavailableError("demo.no_release")


def _show_page(url: str) -> None:
    try:
        say("看板", f"{url} 按 Ctrl-C 结束", "the centre's page; Ctrl-C ends")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
