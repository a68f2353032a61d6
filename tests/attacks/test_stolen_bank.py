"""A stolen database, a stolen dump, a stolen bucket: no text of any item in it, in whatever form it may have been written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask
from itembank.domain.paper import PaperContent
from itembank.domain.review import Move
from itembank.printing.render import StationMark
from keys.encoding import canonical
from tests import province as provinces
from tests.attacks.disguises import forms, leaks, texts
from tests.contracts.buckets import Bucket, bucket
from tests.province import STORY, After, Province
from tests.servers.dumps import stolen
from tests.unit.steps.sample_items import REVIEWER, WRITER, blind_move, bring, item, show

KEYS = ("bank.vault", "ledger.key")
"""What a thief of the centre's disk must not have as well."""
COMMENT = "第二问与原题的题干互相提示，请改写"
CHANGED = "三相异步电动机的转向由什么决定（　　）。"
MORE = [
    item(101, options=("一欧姆每米", "一伏特每米", "一安培每米", "一瓦特每米"), rationale="见教材第三章第二节的推导"),
    item(102, type=ItemType.MULTIPLE, stem="下列属于二次设备的有（　　）。", key="AC",
         options=("继电保护装置", "隔离刀闸本体", "信号与测量仪表", "电力电容器组")),
    item(103, type=ItemType.FILL, stem="变压器油的作用是____和____。", options=(), key="绝缘之用;散热之用"),
    item(104, type=ItemType.ESSAY, stem="论述接地电阻的测量方法。", options=(), key="用接地电阻测试仪，布置两个辅助极"),
    item(105, type=ItemType.CASE, stem="某车间的电动机起动后嗡嗡作响而不转。", options=(), key="", questions=(
        CaseQuestion(ItemType.SHORT, "最可能的原因是什么？", (), "电源缺了一相", 4),
        CaseQuestion(ItemType.SINGLE, "首先应当怎样处理（　　）。", ("立即切断电源", "加大起动电流", "等它自己转"), "A", 6),
    )),
    item(106, type=ItemType.PRACTICAL, stem="安装一只单相电能表并通电检查。", options=(), key="", task=PracticalTask(
        60, ("单相电能表一只",), ("验电笔一支",), (MarkingLine("接线的正确", "按图接线无误", 100, "每错一处扣二十分"),),
        ("带电作业者不合格",),
    )),
]  # fmt: skip
IN_CLEAR = ["city-107", "基尔霍夫定律"]
"""An item's number and a point's name: by these the search shows that it finds what is there."""
DRAFT = item(107, stem="草稿中的题干也是机密（　　）。", options=("甲种熔断器", "乙种熔断器", "丙种熔断器"))


def tell(province: Province) -> bytes:
    """From the first item to publication, with items of every type, an older version, a returned draft and its comment.

    The pages that were sealed: they have every text of the paper as it is.
    """
    pages: list[bytes] = []

    def outspoken(content: PaperContent, qr: str, marks: Sequence[StationMark]) -> list[bytes]:
        made = [canonical(content.document()) + mark.line().encode() for mark in marks]
        pages.extend(made)
        return made

    steps = list(STORY)
    province.press = outspoken
    province.author()
    bring(province, *MORE)
    bring(province, item(101, stem=CHANGED, options=MORE[0].options))
    bring(province, DRAFT, who=(WRITER,))
    blind_move(province, Move.SUBMIT, WRITER, DRAFT.item_no)
    show(province, REVIEWER, DRAFT.item_no)
    blind_move(province, Move.RETURN, REVIEWER, DRAFT.item_no, comment=COMMENT)
    for step in steps[1 : steps.index("publish") + 1]:
        STORY[step](province)
    province.settle()
    return b"".join(pages)


def everything(province: Province) -> list[Item]:
    """Every version of every item, as its keys open it."""
    with province.centre.book.read() as transaction:
        bank = transaction.bank
        numbers = [number for pool in bank.pools() for number in bank.numbers(pool)]
        return list(bank.contents([(card.item_no, card.version) for no in numbers for card in bank.versions(no)]))


def wanted(province: Province) -> set[str]:
    items = everything(province)
    assert len(items) == 21 + 7 + len(MORE) + 2
    return {COMMENT, *(text for one in items for text in texts(one) if any(forms(text)))}


def files_of(centre: Path) -> bytes:
    """Every file of its home, names too; those of the database are read while it runs, with what is in its -wal."""
    found = [path for path in sorted(centre.rglob("*")) if path.is_file() and path.name not in KEYS]
    assert found
    return b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in found)


def test_no_file_of_the_centre_has_a_text_of_an_item(after: After) -> None:
    """But for the two key files: the database and its log, the ledger on both disks, the packages."""
    province = after("")
    tell(province)
    assert (province.home / "centre" / "centre.sqlite-wal").stat().st_size

    data = files_of(province.home / "centre") + files_of(province.home / "mirror")

    assert leaks(data, IN_CLEAR) == IN_CLEAR
    assert leaks(data, wanted(province)) == []


def test_no_dump_of_the_server_has_a_text_of_an_item(after: After, postgres_url: str) -> None:
    province = after("")
    province.database = postgres_url
    tell(province)

    dump = stolen(postgres_url)

    assert leaks(dump, IN_CLEAR) == IN_CLEAR
    assert leaks(dump, wanted(province)) == []
    assert leaks(files_of(province.home / "centre"), wanted(province)) == []


@pytest.fixture
def s3(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The centre's packages go into this bucket."""
    with bucket(request, "moto") as made:
        monkeypatch.setattr(provinces, "FolderPackageStore", lambda folder: made.store)
        yield made


def test_no_object_of_the_bucket_has_a_text_of_an_item(after: After, s3: Bucket) -> None:
    """Of the session's packages, which the publication put there; nor in a key or in what is kept beside an object."""
    province = after("")
    pages = tell(province)
    found = s3.versions()
    rows = len(list((province.home / "desk").rglob("*.row")))
    assert len(found) == rows > 0 and not (province.home / "centre" / "packages").exists()

    data = b""
    for key, _ in found:
        got = s3.anybody.get_object(Bucket=s3.settings.bucket, Key=key)
        data += repr((key, got["Metadata"])).encode() + got["Body"].read()

    assert leaks(pages, wanted(province)) and leaks(data, wanted(province)) == []
