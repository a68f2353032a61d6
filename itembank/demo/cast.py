"""Who takes part in the demonstration: duties, never names; places 示例省/示例市. And the directory they are entered in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PLACE = "示例省/示例市"
SESSION = "202612-6-31-01-03-4-L-01"
OCCUPATION, LEVEL, SUBJECT = "电工", 4, "理论知识"


@dataclass(frozen=True, slots=True)
class Role:
    """One person: the home's name, the duty as shown, the duty as the directory knows it, the organisation."""

    name: str
    label: str
    duty: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Office:
    """One key-holding office."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """One station with its copies, and what comes back of them."""

    code: str
    label: str
    copies: int
    spare: int
    absent: int

    @property
    def used(self) -> int:
        return self.copies - self.spare - self.absent

    @property
    def operators(self) -> tuple[str, str]:
        return f"{self.code}-operator-1", f"{self.code}-operator-2"


STAFF = (
    Role("item_writer-1", "命题员", "item_writer", "示例省命题组"),
    Role("item_reviewer-1", "审题员", "item_reviewer", "示例省审题组"),
    Role("item_approver-1", "审定员", "item_approver", "示例省中心"),
    Role("bank_manager-1", "题库管理员甲", "bank_manager", "示例市中心"),
    Role("bank_manager-2", "题库管理员乙", "bank_manager", "示例市中心"),
    Role("assembler-1", "组卷员", "assembler", "示例市中心"),
    Role("proofreader-1", "审卷人甲", "proofreader", "示例市中心"),
    Role("proofreader-2", "审卷人乙", "proofreader", "示例市中心"),
    Role("sealer-1", "封装员甲", "sealer", "示例市中心"),
    Role("seal_approver-1", "审批人乙", "seal_approver", "示例市中心"),
    Role("freezer-1", "暂停人", "freezer", "示例市监督办"),
    Role("lifter-1", "恢复人甲", "lifter", "示例市中心"),
    Role("lifter-2", "恢复人乙", "lifter", "示例省中心"),
    Role("scorer-1", "阅卷员甲", "scorer", "示例市中心"),
    Role("scorer-2", "阅卷员乙", "scorer", "示例市中心"),
)
OFFICES = (Office("province", "省中心"), Office("city", "市中心"), Office("supervision", "监督方"))
ORDERERS = ("freezer", "lifter")
"""Duties of who acts on a machine of their own, which needs the directory; the others act on the machine of a seat."""
DESK_PEOPLE = ("assembler-1", "proofreader-1", "proofreader-2", "sealer-1")
SCORING_PEOPLE = ("scorer-1", "scorer-2")
ORDINALS = "一二三四五六七八九十"


def keepers(office: Office) -> tuple[Role, Role]:
    """The two keepers of an office."""
    return tuple(  # type: ignore[return-value]
        Role(f"{office.name}-keeper-{number}", f"{office.label}密钥保管人{sign}", "keeper", office.label)
        for number, sign in ((1, "甲"), (2, "乙"))
    )


def operators(place: Place) -> tuple[Role, Role]:
    """The two operators of a station."""
    return tuple(  # type: ignore[return-value]
        Role(name, f"{place.code}启封人{sign}", "operator", place.label)
        for name, sign in zip(place.operators, "甲乙", strict=True)
    )


def everybody(stations: list[Place]) -> list[Role]:
    """All people: the centre's staff, two keepers an office, two operators a station."""
    return [*STAFF, *(k for office in OFFICES for k in keepers(office)), *(o for p in stations for o in operators(p))]


def places(count: int) -> list[Place]:
    """So many stations of the city; the first prints 62 copies, 4 of them spare."""
    return [
        Place(f"451201{number:02d}", f"示例市第{_ordinal(number)}考点", 62 if number == 1 else 40 + number % 7, 4, 3)
        for number in range(1, count + 1)
    ]


def _ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else ORDINALS[tens - 1] + "十"
    return head + (ORDINALS[ones - 1] if ones else "")


def directory_draft(public: dict[str, dict[str, str]], ports: list[int], stations: list[Place]) -> dict[str, Any]:
    """The unsigned directory. `public`: home → use (`sign`, `seal`) → hex; `ports`: the centre's, then each holder's."""
    return {
        "version": 1,
        "place": PLACE,
        "quorum": 2,
        "centre": {"label": "示例市职业技能鉴定中心", "url": f"http://127.0.0.1:{ports[0]}"},
        "ledger": {"origin": "itembank.example/city-ledger", "sign": public["centre"]["sign"]},
        "roots": [
            {"name": f"root-{i}", "label": f"根密钥{i}", "organisation": PLACE, "duties": [], **public[f"roots/{i}"]}
            for i in (1, 2, 3)
        ],
        "holders": [
            {
                "j": j,
                "name": office.name,
                "label": office.label,
                "organisation": office.label,
                "url": f"http://127.0.0.1:{ports[j]}",
                "keepers": [keeper.name for keeper in keepers(office)],
                **public[f"holders/{j}"],
            }
            for j, office in enumerate(OFFICES, start=1)
        ],
        "people": [
            {
                "name": role.name,
                "label": role.label,
                "organisation": role.organisation,
                "duties": [role.duty],
                **public[f"people/{role.name}"],
            }
            for role in everybody(stations)
        ],
        "devices": [
            {"name": "desk", "kind": "desk", "label": "组卷室", "people": list(DESK_PEOPLE), **public["desk"]},
            {"name": "scoring", "kind": "scoring", "label": "阅卷室", "people": list(SCORING_PEOPLE), **public["scoring"]},
            *(
                {
                    "name": place.code,
                    "kind": "station",
                    "label": place.label,
                    "people": list(place.operators),
                    **public[f"stations/{place.code}"],
                }
                for place in stations
            ),
        ],
    }
