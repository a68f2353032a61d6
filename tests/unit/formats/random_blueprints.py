"""Blueprints of every shape: two to six levels, letters or digits, with scores or without, names of any signs."""

from hypothesis import strategies as st

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.policy import BlueprintPolicy

ANY_SHARES = BlueprintPolicy(x_at_least=0, y_at_most=100, z_at_most=100)
SIGNS = st.characters(exclude_categories=["C"], exclude_characters="\ufffd")
NAMES = st.one_of(
    st.sampled_from(["道德", "=1+1", "+cmd", "001", "1.0", "_x0041_", "1:02:03", "TRUE", "<b>&", "'", "2026-01-02"]),
    st.text(SIGNS, min_size=1, max_size=12).map(lambda text: text.strip(" \u3000")).filter(bool),
)
CODES = {
    "letter": [chr(ord("A") + i) for i in range(26)],
    "letters": ["A", "B", "AA", "AB"],
    **{f"digits {width}": [f"{i:0{width}d}" for i in range(1, 10)] for width in (1, 2, 3, 4)},
}


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """A sound blueprint, its areas and points in the order of the tree."""
    depth = draw(st.integers(2, 6))
    codes = [CODES[draw(st.sampled_from(sorted(CODES)))] for _ in range(depth)]
    width, scored = draw(st.sampled_from((3, 4))), draw(st.booleans())
    nodes: list[BlueprintNode] = []
    points: list[AssessmentPoint] = []

    def grow(parent: str, weight: int) -> None:
        level = parent.count("-") + 1 if parent else 0
        if level == depth:
            for number in sorted(draw(st.sets(st.integers(1, 300), max_size=3))):
                points.append(
                    AssessmentPoint(
                        f"{parent}-{number:0{width}d}",
                        draw(NAMES),
                        draw(st.sampled_from(Importance)),
                        draw(st.one_of(st.just(""), NAMES)),
                        draw(st.integers(1, 100)) if scored else 0,
                    )
                )
            return
        cut = draw(st.integers(0, weight)) if draw(st.booleans()) and level < 3 else weight
        for code, share in zip(codes[level], [cut, weight - cut] if cut < weight else [weight], strict=False):
            node = BlueprintNode(f"{parent}-{code}" if parent else code, draw(NAMES), share)
            nodes.append(node)
            grow(node.code, share)

    grow("", 100)
    if not points:
        leaf = nodes[-1].code
        points.append(AssessmentPoint(f"{leaf}-{1:0{width}d}", "点", Importance.X, "", int(scored)))
    return Blueprint(
        occupation=draw(st.sampled_from(["电工", "鉴定估价师", "高级考评员"])),
        occupation_code=draw(st.sampled_from(["6-31-01-03", "X2-02-13-07"])),
        dictionary_year=draw(st.sampled_from([1999, 2015, 2022])),
        level=draw(st.integers(1, 5)),
        subject=draw(st.sampled_from(["理论知识", "操作技能"])),
        standard_year=draw(st.integers(1999, 2030)),
        nodes=tuple(nodes),
        points=tuple(points),
        work_type=draw(st.sampled_from(["", "机动车鉴定评估师", "低压电工"])),
        version=draw(st.integers(1, 9999)),
    )
