"""The sentences for the service's codes: what failed, and what to do next. How they are written: see `keys.messages`.

`explain` looks here first, then in the table of `keys`. `python -m itembank.messages` prints both tables: docs/errors.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from keys import messages as keys_messages
from keys.messages import UNKNOWN, Explained, Message, code_and_facts, filled

ROWS_SHOWN = 5
"""So many broken rows of a workbook stand in its sentence; the facts have all of them."""


def explain(error: Exception) -> Explained:
    """The sentences of an error of either package; of any other error only that something unexpected happened."""
    return explain_code(*code_and_facts(error))


def explain_code(code: str, facts: Mapping[str, object]) -> Explained:
    """The same for a code that is no exception: an audit's finding, one broken row of a workbook."""
    message = MESSAGES.get(code) or keys_messages.MESSAGES.get(code, UNKNOWN)
    told = filled(code, message, {**facts, **_broken_rows(facts.get("rows"))}, WORDS)
    return Explained(code, told.exit_code, told.text_zh, told.text_en, told.next_zh, told.next_en, dict(facts))


def _broken_rows(rows: object) -> dict[str, str]:
    """The first rows of an ItemRowsError as sentences: the facts `rows_zh` and `rows_en`."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("facts"), dict) for row in rows):
        return {}
    zh, en = [], []
    for row in rows[:ROWS_SHOWN]:
        told = explain_code(str(row.get("code")), row["facts"])
        zh.append(f"{row.get('sheet', '')}第{row.get('row')}行“{row.get('field')}”{told.text_zh}")
        en.append(f"{row.get('sheet', '')} row {row.get('row')}, {row.get('field')}: {told.text_en}".lstrip())
    more = len(rows) > ROWS_SHOWN
    return {"rows_zh": "；".join(zh) + "……" * more, "rows_en": "; ".join(en) + "; …" * more}


WORDS = {
    **keys_messages.WORDS,
    "certificate": "组卷合规证明", "drawn-items": "近期用题记录", "exclusions": "剔题记录",
    # why a figure or a formula was refused
    "missing": "缺少文件", "in an option": "图不能放在选项中", "document type or entities": "含文档类型或实体声明",
    "processing instruction": "含处理指令", "too large": "文件过大", "not SVG": "不是 SVG", "not XML": "不是完整的 XML",
    "element": "含不支持的元素", "attribute": "含不支持的属性", "value": "属性值不受支持", "viewBox": "viewBox 不可用",
    "no viewBox": "缺少 viewBox", "too many or too deep elements": "元素过多或嵌套过深", "too long": "过长",
    "empty or too large": "为空或过大", "colour, phantom or shift": "含颜色、隐藏或移位命令", "not LaTeX we can read": "不是可识别的 LaTeX", "unknown command": "含未知命令",
    "no glyph": "含字库中没有的字符", "not UTF-8": "不是 UTF-8 编码", "too many pixels": "像素过多", "moving picture": "是动图",
    "broken, or of another format than its name says": "文件损坏，或格式与扩展名不符",
    "not as the bank keeps it": "不是题库保存的形式",
}  # fmt: skip

MESSAGES: dict[str, Message] = {
    "open.which_session": Message(
        "本考点有多个场次：{sessions}", "several sessions are here: {sessions}",
        "请用 --session 指明场次", "name the session with --session", 3,
    ),
    "seed.drawn": Message(
        "场次 {session} 已组卷，种子不再接受", "session {session} is drawn already and takes no more seeds",
        "确需重新组卷时，两名题库管理员各以 --redraw 重给种子", "to draw anew, both bank managers give their seeds with --redraw", 3,
    ),
    "pool.none_here": Message(
        "组卷室还没有题库", "the desk has no pool yet",
        "请先收下题库：itembank pool take", "take a pool first: itembank pool take", 3,
    ),
    "pool.blueprints_differ": Message(
        "各题库的细目表不是同一份", "the pools do not share one blueprint",
        "请收下同一细目表的题库版本", "take releases made under one blueprint", 3,
    ),
    "pool.figure_twice": Message(
        "两个题库中的图 {name} 内容不同", "two pools hold different figures under the name {name}",
        "请由一方改名后重新下发题库", "let one bank rename its figure and release its pool again", 3,
    ),
    "session.other_blueprint": Message(
        "场次 {session} 的职业、等级或科目与细目表（{found}）不符", "session {session} is not of the pools' blueprint ({found})",
        "请核对场次登记，或收下对应的题库", "check the order of the session, or take the right pools", 3,
    ),
    "session.not_as_ordered": Message(
        "封装清单与场次 {session} 的登记不符", "the manifest is not what session {session} ordered",
        "不要审批，不要使用；请报告后重新封装", "neither approve nor use it; report it, and let it be sealed again", 4,
    ),
    # --- people -------------------------------------------------------------------------------------------------------
    "people.author_reviews": Message(
        "命题、审题、审定须为三个人，“{who}”出现了两次", "author, reviewer and approver are three people; {who} came twice",
        "请由另一名有此职责的人员办理", "let another person with the duty do it", 3,
    ),
    "people.one_for_two": Message(
        "需要两个人办理，两次都是“{who}”", "this takes two different people, and both times it was {who}",
        "请由另一名有此职责的人员一同办理", "let another person with the duty join", 4,
    ),
    "people.duty": Message(
        "“{who}”没有办理此事的职责（{duty}）", "{who} has not the duty for it ({duty})",
        "请由有此职责的人员办理", "let a person with the duty do it", 3,
    ),
    "people.handed_to": Message(
        "此题已转交“{who}”审", "the item was handed to {who}",
        "请由其办理，或由题库管理员转交他人", "let that person do it, or let a bank manager hand it over", 3,
    ),
    "people.may_not_read": Message(
        "“{who}”所在单位不能查阅题库“{pool}”", "the organisation of {who} may not look at the pool {pool}",
        "请由有权单位的人员查阅", "let a person of an organisation that may do it", 3,
    ),
    "people.may_not_write": Message(
        "“{who}”所在单位不能向题库“{pool}”命题", "the organisation of {who} may not write in the pool {pool}",
        "请由有权单位的人员命题", "let a person of an organisation that may do it", 3,
    ),
    "people.no_pledge": Message(
        "“{who}”没有题库“{pool}”的保密承诺书", "{who} has signed no pledge for the pool {pool}",
        "请先签署：itembank pledge sign，审卷人用 itembank proof pledge",
        "sign one first: itembank pledge sign, before a proof itembank proof pledge", 3,
    ),
    "people.not_author": Message(
        "“{who}”不是此题的命题员", "{who} is not the author of the item",
        "请由命题员本人办理", "let the author do it", 3,
    ),
    "people.not_looked": Message(
        "“{who}”还没有查阅试题 {item_no} 的这一版", "{who} has not looked at this version of {item_no}",
        "请先查阅：itembank items show", "look at it first: itembank items show", 3,
    ),
    "people.pledge_over": Message(
        "“{who}”对题库“{pool}”的保密承诺书已过期", "the pledge of {who} for the pool {pool} is over",
        "请重新签署：itembank pledge sign，审卷人用 itembank proof pledge",
        "sign a new one: itembank pledge sign, before a proof itembank proof pledge", 3,
    ),
    "people.pledge_ahead": Message(
        "{who} 的保密承诺书签署时间晚于中心时间{minutes}分钟以上", "the pledge of {who} is dated more than {minutes} minutes ahead of the centre",
        "请校准组卷室时钟后重新签署", "set the desk's clock and sign it anew", 3,
    ),
    "people.pledge_long": Message(
        "“{who}”的保密承诺书长于规定的{days}天", "the pledge of {who} is for more than the {days} days of the policy",
        "请使本机 policy.toml 的 pledge_days 与中心一致后重新签署",
        "let pledge_days in this machine's policy.toml be the centre's, then sign anew", 3,
    ),
    "people.recused": Message(
        "“{who}”已申报回避，至 {until}", "{who} stands aside until {until}",
        "请由其他人员办理", "let somebody else do it", 3,
    ),
    "people.recusal_over": Message(
        "回避截止日 {until} 已过", "the recusal would end on {until}, which is past",
        "请填写今后的日期", "name a day to come", 5,
    ),
    "people.reviewer_approves": Message(
        "初审人不能再审定同一题（{who}）", "who passed an item does not approve it ({who})",
        "请由另一名审定员办理", "let another approver do it", 3,
    ),
    # --- workbooks ----------------------------------------------------------------------------------------------------
    "workbook.bomb": Message(
        "工作簿解压后超过 {most} MB", "the workbook unpacks to more than {most} MB",
        "请另存为只含所需工作表的 .xlsx 文件", "save it anew with only the sheet that is needed", 5,
    ),
    "workbook.broken": Message(
        "工作簿内容无法读取（{reason}）", "the workbook cannot be read ({reason})",
        "请用电子表格软件打开后另存为新的 .xlsx 文件", "open it in a spreadsheet program and save it as a new .xlsx file", 5,
    ),
    "workbook.empty": Message(
        "工作簿的第一张工作表没有内容", "the first sheet of the workbook is empty",
        "请把内容放在第一张可见的工作表", "put the content on the first visible sheet", 5,
    ),
    "workbook.encrypted": Message(
        "工作簿设有打开密码", "the workbook is locked with a password",
        "请取消密码后另存", "take the password off and save it", 5,
    ),
    "workbook.not_xlsx": Message(
        "该文件不是完整的 .xlsx 工作簿（{reason}）", "the file is no whole .xlsx workbook ({reason})",
        "请用电子表格软件另存为 .xlsx 后再试", "save it as .xlsx in a spreadsheet program, then try again", 5,
    ),
    "workbook.old_format": Message(
        "该工作簿是旧的 .xls 格式", "the workbook is of the old .xls kind",
        "请另存为 .xlsx 后再试", "save it as .xlsx, then try again", 5,
    ),
    "workbook.too_large": Message(
        "工作簿有 {megabytes} MB，超过 {most} MB", "the workbook has {megabytes} MB, more than {most} MB",
        "请拆分后分批导入", "split it and import the parts", 5,
    ),
    "workbook.too_many_rows": Message(
        "工作表超过 {most} 行", "the sheet has more than {most} rows",
        "请删除多余的行，或拆分后分批导入", "delete the rows that are not needed, or split it", 5,
    ),
    "workbook.too_wide": Message(
        "工作表用到了 {rows} 行、{columns} 列，范围过大", "the sheet reaches over {rows} rows and {columns} columns",
        "请删除远处的单元格后另存", "delete the far cells and save it", 5,
    ),
    # --- files of other programs ----------------------------------------------------------------------------------------
    "import.bomb": Message(
        "压缩包解开后超过 {most} MB，或内含文件过多", "the archive unpacks to more than {most} MB, or to too many files",
        "请只打包需要的文件", "pack only what is needed", 5,
    ),
    "import.broken": Message(
        "文件无法读取（{reason}）", "the file cannot be read ({reason})",
        "请用原来的软件打开并另存后再试；XML 须完整", "open it in its own program, save it anew and try again", 5,
    ),
    "import.doc": Message(
        "这是旧的 .doc 格式", "this is the old .doc format",
        "请用文字处理软件另存为 .docx 后再试", "save it as .docx and try again", 5,
    ),
    "import.doctype": Message(
        "XML 含有文档类型声明（DOCTYPE），不予读取", "the XML has a document type (DOCTYPE) and is not read",
        "请删除声明后再试", "take it out and try again", 5,
    ),
    "import.empty": Message(
        "文件没有内容", "the file is empty",
        "请核对文件", "see whether it is the right file", 5,
    ),
    "import.encoding": Message(
        "文字编码无法识别", "the encoding of the text cannot be told",
        "请另存为 UTF-8 文本后再试", "save it as UTF-8 and try again", 5,
    ),
    "import.encrypted": Message(
        "文件设有打开密码", "the file is locked with a password",
        "请取消密码后另存", "take the password off and save it", 5,
    ),
    "import.kind": Message(
        "这是 {found} 文件，不能从中读出试题", "this is a {found} file, and no items can be read from it",
        "请导出为 Excel、Word、QTI、Moodle XML、GIFT、JSON 或文本后再试", "export the items as Excel, Word, QTI, Moodle XML, GIFT, JSON or text", 5,
    ),
    "import.manifest_alone": Message(
        "这只是清单文件，试题在它列出的文件里", "this is only the manifest; the items are in the files it lists",
        "请导入整个压缩包", "import the whole package", 5,
    ),
    "import.no_layout": Message(
        "没有找到表头：任何一行都没有题干列。见到的列：{found}", "no row names a column of stems; seen were: {found}",
        "请核对表头，或用 --layout 指明各列", "see the headings, or say with --layout which column is what", 5,
    ),
    "import.none": Message(
        "文件里没有试题", "there is no item in the file",
        "请核对文件", "see whether it is the right file", 5,
    ),
    "import.too_heavy": Message(
        "读取该文件所需内存超过限制", "reading the file takes more memory than it may",
        "请拆分后分批导入；来历不明的文件请勿再用", "split it; do not use a file of unknown origin", 5,
    ),
    "import.too_large": Message(
        "文件有 {megabytes} MB，超过 {most} MB", "the file has {megabytes} MB, more than {most} MB",
        "请拆分后分批导入", "split it and import the parts", 5,
    ),
    "import.too_slow": Message(
        "读取该文件所需时间超过限制", "reading the file takes more time than it may",
        "请拆分后分批导入；来历不明的文件请勿再用", "split it; do not use a file of unknown origin", 5,
    ),
    "import.unconfined": Message(
        "本机不能隔离读取外来文件的进程，故不导入", "this machine cannot confine the process that reads foreign files, so nothing is imported",
        "请在支持 seccomp 或用户命名空间的 Linux 上导入", "import on a Linux with seccomp or user namespaces", 6,
    ),
    "layout.broken": Message(
        "列对应文件的“{field}”写法不对", "{field} in the file of layouts is not written as it should be",
        "请照报告中的 layout 修改", "change a copy of the report's layout", 5,
    ),
    "layout.field": Message(
        "列“{heading}”对应到“{found}”，没有这个栏目", "the column {heading} is said to be {found}, and there is no such field",
        "可用的栏目见文档", "see the fields in the documentation", 5,
    ),
    "layout.unused": Message(
        "列对应文件中的表头在该文件里没有", "no table of the file has the headings that the layout is for",
        "请核对 layout 与文件", "see whether layout and file belong together", 5,
    ),
    # --- the blueprint ------------------------------------------------------------------------------------------------
    "blueprint.cell": Message(
        "细目表第{row}行“{field}”[的内容“{found}”]不符合要求",
        "row {row} of the blueprint, {field}: [\"{found}\" ]is not what belongs there",
        "请补正该单元格后重新导入", "correct this cell, then import again", 5,
    ),
    "blueprint.columns": Message(
        "细目表第{row}行的表头不符合要求[，缺少：{missing}][，重复：{doubled}]",
        "the heading in row {row} of the blueprint is not as agreed[; missing: {missing}][; doubled: {doubled}]",
        "请按规定的表头更正后重新导入", "correct the heading, then import again", 5,
    ),
    "blueprint.doubled": Message(
        "细目表[第{row}行]的代码 {place} 已经用过[，见第{first}行]",
        "the code {place}[ in row {row}] of the blueprint stands twice[, first in row {first}]",
        "请改为未用的代码后重新导入", "give it a code of its own, then import again", 5,
    ),
    "blueprint.head": Message(
        "细目表第{row}行缺少“{missing}”", "row {row} of the blueprint lacks {missing}",
        "请补齐职业编码、职业分类大典年份和国家职业技能标准年份", "add occupation code, dictionary year and standard year", 5,
    ),
    "blueprint.importance": Message(
        "鉴定点重要程度的比例不符合要求：X {x}个占{x_share}%、Y {y}个占{y_share}%、Z {z}个占{z_share}%",
        "the shares of importance are not as asked: X {x} points, {x_share} %; Y {y}, {y_share} %; Z {z}, {z_share} %",
        "请调整为 X 不少于{x_at_least}%、Y 不多于{y_at_most}%、Z 不多于{z_at_most}%",
        "let X be at least {x_at_least} %, Y at most {y_at_most} %, Z at most {z_at_most} %", 5,
    ),
    "blueprint.orphan": Message(
        "细目表中 {place} 的上级鉴定范围不存在", "the area above {place} is not in the blueprint",
        "请补上其上级鉴定范围", "add the area it belongs to", 5,
    ),
    "blueprint.ratio": Message(
        "细目表第{row}行鉴定范围 {area} 的重要程度比例为“{found}”，按鉴定点计为 {expected}",
        "row {row} of the blueprint, area {area}: the ratio says {found}, its points count {expected}",
        "请核对比例或鉴定点的重要程度", "correct the ratio or the importance of the points", 5,
    ),
    "blueprint.title": Message(
        "细目表第{row}行的标题无法识别：“{found}”", "the title in row {row} of the blueprint is not understood: \"{found}\"",
        "请写成“电工 四级/中级工 理论知识鉴定要素细目表”的形式", "write it like 电工 四级/中级工 理论知识鉴定要素细目表", 5,
    ),
    "blueprint.weights": Message(
        "[鉴定范围 {area} 之下的]鉴定比重合计为 {found}，应为 {expected}",
        "the weights[ below area {area}] sum to {found}, not {expected}",
        "请调整鉴定比重后重新导入", "correct the weights, then import again", 5,
    ),
    "blueprint.has_items": Message(
        "细目表 {key} 第{version}版之下已有题库，不能原地改动", "pools hang on version {version} of the blueprint {key}; it does not change in place",
        "请去掉 --in-place，导入为新的一版", "leave --in-place out: it becomes the next version", 3,
    ),
    "blueprint.no_draft": Message(
        "细目表 {key} 没有待审定的草稿", "the blueprint {key} has no draft",
        "请核对标识：itembank blueprint list", "compare the key: itembank blueprint list", 3,
    ),
    "blueprint.unknown": Message(
        "没有细目表 {key}[ 第{version}版]", "there is no blueprint {key}[ of version {version}]",
        "请核对标识和版本：itembank blueprint list", "compare key and version: itembank blueprint list", 3,
    ),
    "blueprint.used": Message(
        "细目表 {key} 第{version}版已用于组卷，不能改动", "version {version} of the blueprint {key} was used for a draw and does not change",
        "请去掉 --in-place，导入为新的一版", "leave --in-place out: it becomes the next version", 3,
    ),
    "blueprint.approved": Message(
        "细目表 {key} 第{version}版已审定，命题员一人不能改动", "version {version} of the blueprint {key} is approved; an author alone does not change it",
        "请去掉 --in-place，导入为新的一版草稿，或由命题、审题、审定三人签名", "leave --in-place out, or let author, reviewer and approver sign", 3,
    ),
    "blueprint.which": Message(
        "有多份细目表或没有细目表（{keys}）", "there are several blueprints, or none ({keys})",
        "请用 --blueprint 指明", "name one with --blueprint", 2,
    ),
    "blueprint.code": Message(
        "细目表[第{row}行]的代码“{place}”不符合要求", "the code \"{place}\"[ in row {row}] of the blueprint is not of its form",
        "鉴定范围每级用1至2个字母或1至4位数字，鉴定点用3至4位数字",
        "an area has one or two letters or one to four digits a level, a point three or four digits", 5,
    ),
    "blueprint.code_width": Message(
        "细目表第{row}行“{field}”是数字 {found}，无法确定代码共几位", "row {row} of the blueprint, {field}: {found} is a number, how wide the code is cannot be told",
        "请把代码单元格设为文本，连同前面的0一起填写", "make the code cells text and write the leading zeros", 5,
    ),
    "blueprint.depth": Message(
        "细目表的鉴定范围有 {found} 级", "the areas of the blueprint have {found} levels",
        "鉴定范围应为2至6级", "let areas have two to six levels", 5,
    ),
    "blueprint.few_points": Message(
        "细目表共有鉴定点 {found} 个，少于 {needed} 个", "the blueprint has {found} points, fewer than {needed}",
        "建议补充鉴定点", "add points", 0,
    ),
    "blueprint.few_points_for_weight": Message(
        "鉴定范围 {area} 有鉴定点 {found} 个，按其鉴定比重宜有 {needed} 个", "area {area} has {found} points, its weight asks for {needed}",
        "建议补充该范围的鉴定点", "add points to this area", 0,
    ),
    "blueprint.mixed_codes": Message(
        "细目表[第{row}行]的代码 {place} 与同级的其他代码形式不同", "the code {place}[ in row {row}] of the blueprint is of another form than the others of its level",
        "同级鉴定范围统一用字母或统一用数字，鉴定点代码统一位数",
        "use letters or digits for all areas of a level, and one width for all points", 5,
    ),
    "blueprint.score": Message(
        "细目表[第{row}行]鉴定点 {place} 的分数 {found} 不符合要求", "the point {place}[ in row {row}] of the blueprint has the score {found}",
        "分数为1至{most}的整数，各鉴定点都填或都不填", "give every point a whole score from 1 to {most}, or none of them", 5,
    ),
    "blueprint.taken": Message(
        "细目表 {key} 是随题库“{pool}”收入的，不能在此修订", "the blueprint {key} came with the pool {pool}; it is revised at that pool's own bank",
        "请由下发单位修订后随题库下发", "have it revised there and released with the pool", 3,
    ),
    "blueprint.uneven": Message(
        "细目表[第{row}行]的鉴定范围 {place} 止于第{found}级，其他止于第{expected}级",
        "the area {place}[ in row {row}] of the blueprint ends on level {found}, others on level {expected}",
        "请使各鉴定范围的级数相同", "let every branch have the same number of levels", 5,
    ),
    # --- occupations, levels, editions --------------------------------------------------------------------------------
    "edition.begun": Message(
        "题库版本“{name}”已经启用，不能改动", "the edition {name} has begun and does not change",
        "请登记下一个版本", "enter the next edition", 3,
    ),
    "edition.name": Message(
        "题库版本的名称“{found}”为空或超过{most}个字符", "the name \"{found}\" of an edition is empty or longer than {most} characters",
        "请写成“2026年版”的形式", "write it like 2026年版", 5,
    ),
    "edition.not_begun": Message(
        "题库版本“{name}”自 {from_day} 起启用，现在不能下发", "the edition {name} begins on {from_day} and is not released before",
        "请用现行版本，或到启用日再下发", "release the edition in force, or wait for that day", 3,
    ),
    "edition.past": Message(
        "题库版本“{name}”的启用日 {from_day} 已过，会使现行版本立即停止", "the first day of the edition {name}, {from_day}, is past; it would end the one in force at once",
        "请从今天或以后启用", "let it begin today or later", 5,
    ),
    "edition.over": Message(
        "题库版本“{name}”的过渡期已于 {last_day} 结束", "the grace of the edition {name} ended on {last_day}",
        "请用版本“{successor}”下发", "release the edition {successor}", 3,
    ),
    "edition.unknown": Message(
        "题库版本“{name}”未登记（已登记：{known}）", "the edition {name} is not entered (entered: {known})",
        "请用 --edition 指明已登记的版本，或先登记：itembank bank edition",
        "name an entered one with --edition, or enter it first: itembank bank edition", 3,
    ),
    "edition.grace": Message(
        "题库版本“{name}”的过渡期 {found} 天不在 0 至 {most} 天之内", "the edition {name} has a grace of {found} days, not 0 to {most}",
        "过渡期不超过一年", "let the grace be at most a year", 5,
    ),
    "edition.order": Message(
        "题库版本“{successor}”的启用日不在“{name}”之后", "the edition {successor} does not begin after {name}",
        "请核对两个版本的启用日", "compare the first days of both", 5,
    ),
    "occupation.code": Message(
        "职业编码“{found}”（{year}年版大典）不符合要求", "\"{found}\" (dictionary of {year}) is no occupation code",
        "请写成 6-31-01-03 的形式，并注明大典年份", "write it like 6-31-01-03, with the year of the dictionary", 5,
    ),
    "occupation.in_use": Message(
        "细目表 {key} 按登记的名称和工种引用职业 {code}，不能这样改", "the blueprint {key} is of the occupation {code} under its entered name and work type",
        "名称和已用的工种请保持不变", "keep the name, and the work types that are in use", 3,
    ),
    "occupation.level": Message(
        "等级“{found}”无法识别", "the level \"{found}\" is not understood",
        "请写成“三级/高级工”的形式", "write it like 三级/高级工", 5,
    ),
    "occupation.names": Message(
        "职业 {code} 的名称或工种为空、重复或超过{most}个字符", "the occupation {code} has a name or a work type that is empty, there twice or longer than {most} characters",
        "请补正职业名称和工种，前后不留空格", "correct the names, without blanks at their ends", 5,
    ),
    "occupation.other_name": Message(
        "职业 {code} 登记的名称是“{name}”，不是“{found}”", "the occupation {code} is entered as {name}, not as {found}",
        "请改正细目表中的职业名称，或重新登记职业：itembank bank occupation",
        "correct the blueprint's occupation, or enter it anew: itembank bank occupation", 5,
    ),
    "occupation.predecessor": Message(
        "职业 {code} 的原职业编码 {found} 是其自身、由其改来，或大典年份更晚", "the predecessor {found} of the occupation {code} is itself, one of its own successors, or of a later dictionary",
        "请核对原职业编码及其大典年份", "correct the predecessor's code and dictionary year", 5,
    ),
    "occupation.unknown": Message(
        "职业编码 {found}（{year}年版大典）未登记", "the occupation {found} (dictionary of {year}) is not entered",
        "请核对编码，或先登记：itembank bank occupation", "check the code, or enter it first: itembank bank occupation", 3,
    ),
    "occupation.work_type": Message(
        "职业 {code} 没有登记工种“{found}”（已登记：{known}）", "the occupation {code} has no work type {found} (entered: {known})",
        "请改正工种，或重新登记职业：itembank bank occupation", "correct the work type, or enter the occupation anew: itembank bank occupation", 5,
    ),
    # --- items --------------------------------------------------------------------------------------------------------
    "items.header": Message(
        "工作表“{sheet}”第{row}行的表头不符[，缺少：{missing}][，重复：{doubled}]",
        "the heading of the sheet {sheet} is not as agreed[; missing: {missing}][; doubled: {doubled}]",
        "请按规定的表头修改后重新导入", "correct the heading, then import again", 5,
    ),
    "items.none": Message(
        "试题工作簿“{sheet}”中没有试题", "there are no items on the sheet {sheet}",
        "请把试题放在第一张可见的工作表", "put the items on the first visible sheet", 5,
    ),
    "items.rows": Message(
        "试题工作簿“{sheet}”有{count}处需要改正，未导入任何试题[：{rows_zh}]",
        "{count} places on the sheet {sheet} need correction, nothing was imported[: {rows_en}]",
        "请逐行改正后重新导入整个文件", "correct these rows, then import the whole file again", 5,
    ),
    "item.cell_error": Message(
        "单元格是错误值，或是没有算出结果的公式", "the cell is an error, or a formula that was never calculated",
        "请在表格程序中打开、改正并保存后再导入", "open it in a spreadsheet program, correct it, save it, import it again", 5,
    ),
    "item.character": Message(
        "含有看不见或不能印刷的字符 {character}", "there is a character that cannot be seen or printed: {character}",
        "请删除该字符", "delete it", 5,
    ),
    "item.congruence": Message(
        "一致性“{found}”不可用", "\"{found}\" is no congruence",
        "请填 1 至 5，或留空", "write 1 to 5, or leave it empty", 5,
    ),
    "item.difficulty": Message(
        "难度“{found}”不可用", "\"{found}\" is no difficulty",
        "请填 1 至 5，或易、较易、中、较难、难", "write 1 to 5, or 易, 较易, 中, 较难, 难", 5,
    ),
    "item.figure": Message(
        "试题所用的图“{name}”没有一同导入", "the figure {name} of an item did not come with the import",
        "请把该图放进图文件夹后重新导入", "put it into the folder of figures, then import again", 5,
    ),
    "item.guid": Message(
        "试题GUID“{found}”不可用", "\"{found}\" cannot be an item's GUID",
        "请使用1至64个字母、数字、点、横线或下划线", "use 1 to 64 letters, digits, dots, hyphens or underscores", 5,
    ),
    "file.output": Message(
        "不能写到“{name}”：它在本席位的目录里，或不是普通文件", "nothing is written to {name}: it is in the seat's own folder, or no plain file",
        "请写到别处", "write it somewhere else", 5,
    ),
    "item.blueprint_changed": Message(
        "读取工作簿期间细目表 {key} 有改动，一题未收", "the blueprint {key} changed while the workbook was being read; nothing was imported",
        "请再导入一次", "run the import again", 3,
    ),
    "item.guid_case": Message(
        "编号 {found} 与题库中的 {held} 只差大小写", "{found} and {held} of the bank differ in capital letters only",
        "同一道题请沿用原来的写法，另一道题请另编号", "write it as the bank does, or give another item another GUID", 5,
    ),
    "item.guid_doubled": Message(
        "试题GUID“{found}”与第{first}行相同", "the GUID {found} is the same as in row {first}",
        "请核对是否为同一试题，并使用不同的GUID", "see whether it is the same item, and give each its own", 5,
    ),
    "item.key": Message(
        "答案“{found}”为空，或与题型、选项不相容", "the key \"{found}\" is empty, or does not fit type and options",
        "请核对题型、选项和答案", "compare type, options and key", 5,
    ),
    "item.key_not_kept": Message(
        "题库中没有能沿用的答案，或沿用的答案与题型、选项不相容", "the bank has no key to keep, or it does not fit type and options",
        "请写上答案；只检查时也要用 --as 署名", "write the key; to look only, say who looks with --as", 5,
    ),
    "item.key_moved": Message(
        "读文件时试题 {found} 有了新版本，没有导入", "while the file was read, item {found} got a new version; nothing was imported",
        "请重新导入", "import it again", 5,
    ),
    "item.pool": Message(
        "“{pool}”不能作题库名", "\"{pool}\" is no name for a pool",
        "以 national、sector、province 或 city 开头，其后可用连字符接小写字母和数字，如 city、city-2",
        "begin with national, sector, province or city; small letters and digits may follow behind hyphens: city, city-2", 5,
    ),
    "item.no_blueprint": Message(
        "尚无审定的细目表，题库“{pool}”的试题不能导入",
        "no blueprint is approved yet, so items of the pool {pool} cannot be imported",
        "请先导入并审定鉴定要素细目表", "import and approve the blueprint first", 3,
    ),
    "item.options": Message(
        "选项有重复或中间有空", "two options are alike, or one between others is empty",
        "请补正选项", "correct the options", 5,
    ),
    "item.point_gap": Message(
        "知识点的各级不连续", "a level of the assessment point is left out",
        "请从一级起逐级填写", "fill the levels from the first on, without a gap", 5,
    ),
    "item.point_is_area": Message(
        "“{found}”（{place}）是鉴定范围，不是鉴定点", "\"{found}\" ({place}) is an area, not an assessment point",
        "请填到鉴定点一级", "fill in the assessment point below it", 5,
    ),
    "item.point_missing": Message(
        "没有写鉴定点", "no assessment point is given",
        "请填鉴定点或知识点各级；整份文件同属一个鉴定点的，可在 --layout 的 defaults 中给出",
        "fill in the point or its levels; where all of a file has one point, give it under defaults in --layout", 5,
    ),
    "item.point_name": Message(
        "“{found}”与细目表中 {place} 的名称“{expected}”不一致",
        "\"{found}\" is not what the blueprint calls {place}: {expected}",
        "请核对代码和名称", "compare code and name", 5,
    ),
    "item.point_ambiguous": Message(
        "有几个鉴定点叫“{found}”", "several points are called {found}",
        "请写出代码", "write its code", 5,
    ),
    "item.point_other": Message(
        "“{found}”是 {place}，知识点列却是另一个", "{found} is {place}, and the knowledge columns say another one",
        "请改正其中之一", "correct one of them", 5,
    ),
    "item.point_unknown": Message(
        "细目表中没有“{found}”", "the blueprint does not have \"{found}\"",
        "请按细目表的代码和名称填写", "write code and name as in the blueprint", 5,
    ),
    "item.points": Message(
        "分数“{found}”不是数字", "\"{found}\" is no number of points",
        "请填数字，或留空", "write a number, or leave it empty", 5,
    ),
    "item.stem": Message(
        "题干为空", "the stem is empty",
        "请填写题干", "write the stem", 5,
    ),
    "item.type": Message(
        "题型“{found}”无法识别", "\"{found}\" is no item type",
        "请填单选题、多选题、判断题、填空题、简答题、论述题、计算题、绘图题、案例题或操作技能题",
        "write 单选题, 多选题, 判断题, 填空题, 简答题, 论述题, 计算题, 绘图题, 案例题 or 操作技能题", 5,
    ),
    "item.unread": Message(
        "这一处没有读成一题，原因见它的须过目各项", "this could not be read as one item; why stands among what needs an eye",
        "请在原文件中改好，或用 --rows 写成工作簿，在其中改好并填写题型", "correct the file, or correct the workbook of --rows and write the type there", 5,
    ),
    # --- items: rows of the workbook ------------------------------------------------------------------------------------
    "item.adapted": Message(
        "改编自“{found}”不是试题编号", "\"{found}\" is no item's number",
        "请填所改编试题的题库名、连字符和试题GUID，如 national-0001", "write its pool, a hyphen and its GUID, like national-0001", 5,
    ),
    "item.cell_misplaced": Message(
        "“{field}”在这一行没有用处，或与案例题一行不同", "{field} means nothing in this row, or differs from the row of its case",
        "请清空该格：小题分值只属小题，考核时间只属操作技能，小题的其余各栏随案例题",
        "empty the cell: 小题分值 is for questions of a case, 考核时间 for practical tasks; the case's own row has the rest", 5,
    ),
    "item.locked": Message(
        "选项顺序锁定“{found}”不可用", "\"{found}\" does not say whether the options keep their order",
        "请填是或否，或留空", "write 是 or 否, or leave it empty", 5,
    ),
    "item.marking_points": Message(
        "配分“{found}”不是1以上的整数", "\"{found}\" is no whole number of points from 1 on",
        "请填整数；只有否定项不填配分", "write a whole number; only a 否定项 has none", 5,
    ),
    "item.notice_side": Message(
        "准备方“{found}”不可用", "\"{found}\" does not say who prepares it",
        "请填考场或考生", "write 考场 or 考生", 5,
    ),
    "item.question_case": Message(
        "所属组合题“{found}”不在本表，或不是案例题", "there is no case of the GUID {found} on this sheet",
        "请填本表一道案例题的试题GUID", "write the GUID of a case on this sheet", 5,
    ),
    "item.row_too_long": Message(
        "第{column}列有内容却没有表头", "column {column} has content but no heading",
        "请把内容移到所属的列，或补上表头", "move it to its column, or give the column a heading", 5,
    ),
    "item.task_guid": Message(
        "试题表中没有GUID为“{found}”的操作技能题", "there is no practical task of the GUID {found} on the sheet of items",
        "请核对试题GUID", "compare the GUIDs", 5,
    ),
    "item.comment": Message(
        "意见应为1至{most}字，现为{found}字", "the comment has {found} characters, not 1 to {most}",
        "退回须写明意见；请缩短过长的意见", "say why it is returned; shorten what is too long", 5,
    ),
    "item.no_common_blueprint": Message(
        "题库“{pool}”的试题分属细目表的不同版本，没有一版含有全部鉴定点", "no version of the blueprint has the points of all items of {pool}",
        "请先停用或改写已删除鉴定点下的试题", "retire or rewrite the items of points that were dropped", 3,
    ),
    "item.reason": Message(
        "用途为空、超过{most}字或含不可见字符", "the reason is empty, longer than {most} characters, or has hidden signs",
        "请写明用途", "say what it is for", 5,
    ),
    "item.move": Message(
        "处于“{state}”的试题不能办理此步（{move}）", "an item in this state ({state}) cannot be moved so ({move})",
        "请先查看试题所处状态：itembank items list", "see where the item stands: itembank items list", 3,
    ),
    "item.none_waits": Message(
        "题库“{pool}”没有轮到此步的试题", "no item of the pool {pool} waits for this",
        "请查看试题所处状态：itembank items list", "see where items stand: itembank items list", 3,
    ),
    "item.number_taken": Message(
        "编号 {found} 在题库“{pool}”中已有", "the number {found} is an item of the pool {pool}",
        "请为本题另编 GUID", "give this item another GUID", 5,
    ),
    "item.not_adapted": Message(
        "国家题库（{national}）已有本职业，本题不是其改编题", "the national bank ({national}) has the occupation; this is no adaptation",
        "请在“改编自”列填写所改编的国家题编号", "name the national item it adapts in the column 改编自", 3,
    ),
    "item.other_blueprint": Message(
        "题库“{pool}”使用的细目表是 {key}", "the pool {pool} hangs on the blueprint {key}",
        "请去掉 --blueprint，或换用另一题库", "leave --blueprint out, or use another pool", 3,
    ),
    "item.parent_unknown": Message(
        "题库中没有所改编的试题“{found}”", "the bank has no item {found} to adapt",
        "请核对“改编自”列的编号", "compare the number in the column 改编自", 5,
    ),
    "item.row_differs": Message(
        "试题 {item_no} 的目录信息与其内容不符", "the row of the item {item_no} is not what its content says",
        "请保留现场，联系系统管理人员；不要使用该题", "leave everything as it is and call the system's keeper; do not use the item", 4,
    ),
    "item.two_pools": Message(
        "一次只能办理一个题库的试题（{pools}）", "one act is about items of one pool ({pools})",
        "请分题库办理", "do it pool by pool", 2,
    ),
    "item.under_review": Message(
        "试题 {item_no} 正在审题", "the item {item_no} is under review",
        "请待审毕，或请审题人退回后再改", "wait, or have it returned before you change it", 3,
    ),
    "item.unknown": Message(
        "没有试题“{item_no}”", "there is no item {item_no}",
        "请核对编号：itembank items list", "compare the number: itembank items list", 5,
    ),
    "item.version_fixed": Message(
        "试题 {item_no} 的这一版已{state}，不能改动", "this version of {item_no} is approved and does not change",
        "请修改后重新导入，成为新的一版", "import the change; it becomes the next version", 3,
    ),
    "item.which_blueprint": Message(
        "有多份细目表：{keys}", "there are several blueprints: {keys}",
        "请用 --blueprint 指明题库“{pool}”使用哪一份", "name the one of the pool {pool} with --blueprint", 2,
    ),
    "figure.fixed": Message(
        "题库“{pool}”已有名为 {name} 的另一幅图", "the pool {pool} has another picture named {name}",
        "请给改过的图另取文件名，并改题干中的图名", "give the changed picture a name of its own, in the stem too", 3,
    ),
    "pool.national_has_it": Message(
        "国家题库（{national}）已有本职业，题库“{pool}”不得另设试题", "the national bank ({national}) has the occupation; {pool} may not",
        "请从国家题库组卷；本省允许时由管理人员修改 policy.toml", "draw from the national bank, or have the policy changed", 3,
    ),
    # --- items: what fits each type -------------------------------------------------------------------------------------
    "item.adapted_self": Message(
        "试题“{found}”不能改编自它自己", "the item {found} cannot be an adaptation of itself",
        "请填写所改编的国家题库试题的编号，或留空", "write the number of the national item it adapts, or leave it empty", 5,
    ),
    "item.blanks": Message(
        "题干有{blanks}处空，答案有{found}个", "the stem has {blanks} blanks, the key has {found} answers",
        "请使每处空各有一个答案，以分号分开；同一空的几种答法以竖线分开",
        "give each blank one answer; a semicolon sets two answers apart, a bar two ways to write one", 5,
    ),
    "item.figure_markup": Message(
        "有一处图的写法无法识别", "a figure is not written as one",
        "请写成两对花括号中的“图:文件名”，文件名用字母、数字、点、横线或下划线",
        "write 图:FILE in two pairs of braces, with letters, digits, dots, hyphens or underscores in its name", 5,
    ),
    "item.lock": Message(
        "没有选项的试题不能锁定选项顺序", "an item without options cannot lock their order",
        "请取消锁定", "take the lock away", 5,
    ),
    "item.marking": Message(
        "评分记录表的配分合计为{found}，应为100", "the points of the marking sheet sum to {found}, not 100",
        "请调整各项配分", "correct the points of its lines", 5,
    ),
    "item.marking_line": Message(
        "评分记录表第{line}行没有考核内容或配分不足1分", "line {line} of the marking sheet has no content, or less than 1 point",
        "请补正该行", "correct this line", 5,
    ),
    "item.no_key": Message(
        "该题型的答案不填在此处", "an item of this type has its answers elsewhere",
        "案例题的答案写在各小题，操作技能题按评分记录表评分",
        "write a case's answers with its questions; a practical task is marked by its sheet", 5,
    ),
    "item.no_options": Message(
        "该题型没有选项", "an item of this type has no options",
        "请核对题型，或删除选项", "check the type, or delete the options", 5,
    ),
    "item.option_count": Message(
        "选项有{found}个，应为{least}至{most}个", "there are {found} options, {least} to {most} are needed",
        "请补足或减少选项", "add or remove options", 5,
    ),
    "item.option_figure": Message(
        "选项中不能放图或表", "an option cannot hold a figure or a table",
        "请把图表放进题干，选项中写明所指的部分", "put it into the stem and name its parts in the options", 5,
    ),
    "item.question_points": Message(
        "小题分数“{found}”不足1分", "a question of the case has fewer points than one: {found}",
        "请填1以上的整数", "write a whole number from 1 on", 5,
    ),
    "item.question_type": Message(
        "小题的题型不能是“{found}”", "a question of a case cannot be of the type {found}",
        "请改用案例题、操作技能题以外的题型", "choose another type than case and practical", 5,
    ),
    "item.questions": Message(
        "案例题至少有一道小题，其他题型没有小题", "a case has one question or more, and no other type has any",
        "请核对题型和小题", "compare type and questions", 5,
    ),
    "item.form_name": Message(
        "“{found}”不能作套题的名称", "no name of a ready-made paper: {found}",
        "请用汉字、字母、数字和 . - _ ( ) 组成的名称，中间不留空格，字母、数字和括号用半角",
        "use letters, digits, and . - _ ( ), without blanks, in half width", 5,
    ),
    "item.set_half": Message(
        "{field}为空：题组和题组材料要写就都写", "{field} is empty: the name of a set and its stimulus come together",
        "请补写{field}；不属于题组的试题，两格都留空", "write it too; an item of no set leaves both empty", 5,
    ),
    "item.set_stimulus": Message(
        "题组“{found}”的材料与 {first} 的不同", "the stimulus of the set {found} is not what {first} has",
        "同一题组的材料须一字不差：请改正；要改材料的，把该题组的全部试题放在同一份文件里；不是同一题组的，另取题组名",
        "write the same one; to change it, bring in all items of the set in one file; another set takes another name", 5,
    ),
    "item.set_type": Message(
        "{found}不能放进题组", "an item of this type is in no set",
        "案例题自有材料，操作技能题单独成卷：请清空题组和题组材料",
        "a case has a stimulus of its own, a practical task a paper of its own: empty both cells", 5,
    ),
    "item.table": Message(
        "表格第{line}行有{found}格，前面的行有{expected}格", "line {line} of a table has {found} cells, those before have {expected}",
        "请使各行格数相同", "give every row as many cells", 5,
    ),
    "item.table_figure": Message(
        "表格中不能放图（第{line}行）", "a table cannot hold a figure (line {line})",
        "请把图放在表格外", "put the figure outside the table", 5,
    ),
    "item.table_wide": Message(
        "表格第{line}行有{found}格，最多{most}格", "line {line} of a table has {found} cells, {most} at most",
        "请减少列数，或拆成几个表", "use fewer columns, or several tables", 5,
    ),
    "item.task": Message(
        "操作技能题要有考核任务，其他题型没有", "a practical item has a task, and no other type has one",
        "请核对题型和考核任务", "compare type and task", 5,
    ),
    "item.task_empty": Message(
        "{field}为空或有空行", "{field} is empty, or one of its lines is",
        "请逐行填写", "fill in every line", 5,
    ),
    "item.task_minutes": Message(
        "考核时间“{found}”不足1分钟", "the time allowed is less than a minute: {found}",
        "请填分钟数", "write it in minutes", 5,
    ),
    "item.too_long": Message(
        "{field}有{found}个字符，最多{most}个", "{field} has {found} characters, {most} at most",
        "请缩短", "make it shorter", 5,
    ),
    "item.flag.figure_missing": Message(
        "题干说到图，试题却没有图", "the stem speaks of a figure, and the item has none",
        "请核对是否漏了图", "see whether the figure was left out", 0,
    ),
    "item.flag.formatted": Message(
        "列“{found}”是带格式的数字或日期，读到的可能与表格显示的不同", "column {found} is a number or date with a format; what was read may look otherwise",
        "请核对读到的内容；不同的，在表格中改为文本", "compare what was read; where it differs, make the cell a text", 0,
    ),
    "item.flag.formula": Message(
        "有公式不能印刷", "there is a formula that cannot be printed",
        "请改正该公式；含中文的部分写在公式之外", "correct the formula; words in Chinese stand outside it", 0,
    ),
    "item.flag.glyph": Message(
        "有规定字体没有的字符：{found}", "there are characters that no font of ours can draw: {found}",
        "请改用常用的字符，或以图代替", "use common ones, or a figure in their place", 0,
    ),
    "item.flag.lock_options": Message(
        "有选项指向其他选项（如“以上都是”），选项顺序却未锁定", "an option speaks of the others, and their order is not locked",
        "请核对是否应锁定选项顺序", "see whether the order should be locked", 0,
    ),
    "item.flag.near_duplicate": Message(
        "与 {found} 近似", "nearly says what {found} does",
        "请核对是否重题；整个题库用 items duplicates 查重", "see whether they are one item; items duplicates compares a whole pool", 0,
    ),
    "item.flag.unread": Message(
        "列“{found}”不认识，没有读取", "the column {found} is not known and was not read",
        "请核对表头", "compare the heading", 0,
    ),
    "item.flag.unread_sheet": Message(
        "“{found}”没有读取", "{found} was not read",
        "其中有试题的，移到“试题”工作表，或另存后分别导入", "items in it go to the sheet of the items, or into a file of their own", 0,
    ),
    "item.flag.markup": Message(
        "有不成对的上下标标记，将按原样印出", "a mark for sub- or superscript has no other half and will be printed as it stands",
        "请核对是否漏写", "see whether its other half was left out", 0,
    ),
    "item.eye.blanks_added": Message(
        "填空题题干没有留空，已在末尾补上", "the stem had no blank; blanks were put at its end",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.cell_error": Message(
        "列“{found}”是错误值或未计算的公式", "column {found} is an error or a formula without outcome",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.dropped": Message(
        "文档中的内容没有归入任何试题：{found}", "this of the document went into no item: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.figure": Message(
        "图没有读入：{found}", "a picture was not taken: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.formatted": Message(
        "列“{found}”是带格式的数字或日期，读到的可能与显示的不同", "column {found} is a number or date with a format; what was read may look otherwise",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.formula": Message(
        "公式没有读出：{found}", "a formula could not be read: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.interaction": Message(
        "题目形式不能用于试卷：{found}", "a paper cannot ask in this form: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.key_ab": Message(
        "判断题答案为“{found}”且无选项，按 A 对、B 错读入", "the key is {found} without options; A was read as true, B as false",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.key_from_points": Message(
        "没有标准答案，按得分推定", "there is no correct response; the key was taken from the points",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.key_from_text": Message(
        "答案写的是选项内容“{found}”，已换成字母", "the key names options by their text, {found}; it became letters",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.key_in_stem": Message(
        "题干括号里的“{found}”与答案不同", "the bracket in the stem says {found}, the key another",
        "请核对；括号里若是答案，须从题干中去掉", "see which is right; a key in the stem would be printed", 0,
    ),
    "item.eye.key_kept": Message(
        "答案沿用题库，而题干或选项与题库不同", "the key is the bank's, and stem or options are not",
        "请核对答案是否仍然正确", "see whether the key is still right", 0,
    ),
    "item.eye.key_left": Message(
        "答案表中有一条没有对应的试题：{found}", "an entry of the key table belongs to no item: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.key_number": Message(
        "答案“{found}”是数字，按选项次序换成字母", "the key {found} is a number; it became the letter at that place",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.line_joined": Message(
        "选项下面没有字母的一行接在了最后一个选项后面：{found}", "a line below the options without a letter was joined to the last: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.lost": Message(
        "有内容没有读入：{found}", "this was not taken: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.one_of_several": Message(
        "多选形式只有一个正确选项，按单选题读入", "several may be chosen and one is right; it was read as a single choice",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.options_gap": Message(
        "选项不连续，涉及 {found}", "letters of options are missing; see {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.options_sorted": Message(
        "选项按自带的字母重新排列", "the options were put in the order of the letters they begin with",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.outside": Message(
        "不属于任何试题：{found}", "belongs to no item: {found}",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.picture_placed": Message(
        "工作表中的图按所在行放在题干末尾", "a picture over this row was put at the end of the stem",
        "请核对是否属于该题、放在何处", "see whether it is this item's, and where it belongs", 0,
    ),
    "item.eye.reshaped": Message(
        "原题形式已改写为试卷可用的形式", "the question was put into a form that a paper can ask",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.score": Message(
        "部分得分没有保留", "points for half-right answers were not kept",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.several": Message(
        "一段文字里有几道题，没有拆开", "one block holds several items and was not taken apart",
        "请分成几题后再导入", "make an item of each", 0,
    ),
    "item.eye.tolerance": Message(
        "数值的允许误差没有保留", "the tolerance of a number was not kept",
        "请对照原文核对", "compare it with the original", 0,
    ),
    "item.eye.type_code": Message(
        "题型代码“{found}”各题库含义不同，按简答题读入", "type code {found} means different things in different banks; it was read as short-answer",
        "请核对；可在 --layout 的 types 中写明", "see which it is; `types` of a layout says so for good", 0,
    ),
    "item.eye.type_guessed": Message(
        "没有写题型，按内容推定", "no type was named; it was concluded from the content",
        "请对照原文核对", "compare it with the original", 0,
    ),
    # --- figures --------------------------------------------------------------------------------------------------------
    "figure.name": Message(
        "“{name}”不能作图的文件名", "\"{name}\" is no file name for a figure",
        "文件名用字母、数字、点、横线或下划线，扩展名为 svg、png、jpg、gif、bmp 或 webp",
        "use letters, digits, dots, hyphens and underscores, and end it in svg, png, jpg, gif, bmp or webp", 5,
    ),
    "figure.picture": Message(
        "图[“{name}”]不可用：{why}", "the figure[ {name}] cannot be used: {why}",
        "请另存为普通的 PNG 或 JPEG 图片后再试", "save it as a plain PNG or JPEG picture and try again", 5,
    ),
    "figure.svg": Message(
        "图[“{name}”]不可用：{why}[（{what}）]", "the figure[ {name}] cannot be used: {why}[ ({what})]",
        "请只用线条、图形和文字绘制，另存为普通 SVG 后再试", "draw it with lines, shapes and words only, save it as plain SVG and try again", 5,
    ),
    # --- pools --------------------------------------------------------------------------------------------------------
    "pool.content": Message(
        "题库包的内容不是规定的形式", "the content of the pool release is not in its form",
        "请核对两边程序的版本，向题库重新领取", "compare program versions, then get the release again from its bank", 4,
    ),
    "pool.empty": Message(
        "题库“{pool}”没有可下发的试题或细目表", "the pool {pool} has no items, or no blueprint, to release",
        "请先完成细目表和试题的审定", "approve blueprint and items first", 3,
    ),
    "pool.older": Message(
        "题库“{pool}”第{found}版早于本席位已有的第{held}版",
        "version {found} of the pool {pool} is older than version {held}, held here",
        "请使用最新下发的题库包", "use the release that came last", 3,
    ),
    "pool.other_desk": Message(
        "该题库包是下发给组卷室“{desk}”的", "this pool release is sealed for the desk {desk}",
        "请向题库领取给本组卷室的题库包", "ask the bank for a release to this desk", 3,
    ),
    "pool.base_missing": Message(
        "题库“{pool}”第{version}版是增量包，其所续的上一版不在本席位", "version {version} of the pool {pool} is a change, and the release it continues is not here",
        "请按顺序收下之前各版，或请题库以 --full 下发整库", "take the releases before it in their order, or ask the bank for a full one (--full)", 3,
    ),
    "pool.desk_not_allowed": Message(
        "按题库政策，“{pool}”不得下发到“{desk}”", "the policy does not let the pool {pool} go to {desk}",
        "请选用政策允许的组卷室，或先修改题库政策", "release to a desk of the policy, or let the policy be changed first", 3,
    ),
    "pool.no_recipient": Message(
        "“{device}”不是组卷室，也不是题库，不能接收题库", "{device} is neither a desk nor a bank and takes no pool",
        "请以 --to 指明名录中的组卷室或题库", "name a desk or a bank of the directory with --to", 3,
    ),
    "pool.state": Message(
        "题库“{pool}”的增量包与其所续的版本合不成题库现状", "the change of the pool {pool} and what it continues do not give the bank's state",
        "不要使用；请题库以 --full 下发整库", "do not use it; ask the bank for a full release (--full)", 4,
    ),
    "pool.local": Message(
        "本题库已有自己的“{pool}”，不能收入同名题库", "this bank has a pool {pool} of its own",
        "请原题库另取名称下发", "have the other bank's pool released under another name", 3,
    ),
    "pool.number_taken": Message(
        "题库“{pool}”的试题编号 {item_no} 在本地另一题库中已有", "the number {item_no} of the pool {pool} is an item of another pool here",
        "请联系下发单位；本地题库如有误编，先行停用", "ask whoever released it; one of the two needs another number", 4,
    ),
    "pool.taken": Message(
        "题库“{pool}”是从上级题库收入的，不能在此命题", "the pool {pool} was taken from another bank; nobody writes in it here",
        "请在本地题库命题，或由原题库修改后重新下发", "write in a pool of your own, or have its own bank change it and release it", 3,
    ),
    "pool.which_desk": Message(
        "名录中有多个组卷室：{desks}", "the directory has several desks: {desks}",
        "请以 --to 指明下发给哪一个", "name the one it is for with --to", 3,
    ),
    # --- plan and draw ------------------------------------------------------------------------------------------------
    "plan.area": Message(
        "组卷计划中的范围 {area} 不在细目表中", "the plan names the area {area}, which the blueprint has not",
        "请改用细目表中的范围代码", "use a code of the blueprint", 5,
    ),
    "plan.band": Message(
        "组卷计划“{line}”的下限{low}高于上限{high}", "the lower bound {low} of {line} is above its upper bound {high}",
        "请改正这一项的上下限", "correct the two bounds", 5,
    ),
    "plan.bank_too_large": Message(
        "可选试题有{found}道，超过一次组卷的{most}道", "{found} items may be drawn, more than the {most} of one draw",
        "请选用较少的题库后再组卷", "use fewer pools for this draw", 3,
    ),
    "plan.cannot_be_met": Message(
        "题库不能满足组卷计划“{plan}”[：{zh}]", "the bank cannot meet the plan {plan}[: {en}]",
        "请按所列补充试题或调整组卷计划，然后由两人重新给出种子",
        "add items or change the plan as listed, then let two people give new seeds", 3,
    ),
    "plan.card_doubled": Message(
        "试题 {item_no} 在所用题库中出现两次", "the item {item_no} stands twice in the pools",
        "请核对所选的题库包，同一题库只用一版", "check the releases: one version of each pool", 5,
    ),
    "plan.card_point": Message(
        "试题 {item_no} 的鉴定点 {point} 不在细目表中", "the point {point} of the item {item_no} is not in the blueprint",
        "请使用与细目表一致的题库包", "use a pool release that fits the blueprint", 5,
    ),
    "plan.card_points": Message(
        "试题 {item_no} 没有分值：组卷计划没有它的题型", "the item {item_no} has no points: the plan has no section of its type",
        "请核对组卷计划的题型", "check the sections of the plan", 5,
    ),
    "plan.enemies": Message(
        "互斥组“{group}”有{found}题，超过{most}题", "the enemy group {group} has {found} items, more than {most}",
        "请把互斥组分开", "part the group", 5,
    ),
    "plan.forms": Message(
        "一次组卷应为1至{most}套且不重复，现为{found}套", "one draw is of 1 to {most} different papers, not {found}",
        "请减少套数，分次组卷", "ask for fewer papers at a time", 5,
    ),
    "plan.infeasible": Message(
        "题库组不出这些试卷", "the bank cannot give these papers",
        "请查看缺口表", "look at the table of supply", 3,
    ),
    "plan.key": Message(
        "组卷计划文件的“{key}”不认识或缺失", "the key {key} of the plan file is unknown or missing",
        "请对照 config/plan.toml 改正", "compare with config/plan.toml", 5,
    ),
    "plan.lines": Message(
        "组卷计划有{found}项要求，超过{most}项", "the plan makes {found} lines, more than {most}",
        "请减少细目表层级或分项要求", "ask for fewer bands", 5,
    ),
    "plan.minutes": Message(
        "考试时间{found}分钟，少于规定（理论90、技能60）", "the exam would take {found} minutes, fewer than the 90 of theory or 60 of skill",
        "请修改组卷计划的考试时间", "correct the minutes in the plan", 5,
    ),
    "plan.name_taken": Message(
        "组卷计划文件的名称“{plan}”是系统自带计划的名称，而内容不同",
        "the plan file is named {plan}, which is a plan there is and says something else",
        "请给这份计划另起名称", "give the plan a name of its own", 5,
    ),
    "plan.not_certified": Message(
        "独立复核未通过，不出具组卷合规证明：{rules}",
        "the independent check found broken rules, so there is no certificate: {rules}",
        "请保留现场，联系系统管理人员", "leave everything as it is and call the system's keeper", 4,
    ),
    "plan.not_ordered": Message(
        "组卷计划“{plan}”不是场次登记的“{ordered}”", "the plan {plan} is not the {ordered} the session was ordered with",
        "请用登记的计划组卷，或以新计划另行登记场次", "use the ordered plan, or order another session with this one", 3,
    ),
    "plan.optional": Message(
        "选考部分须题量、分值相同；计划要{found}个，共有{there}个",
        "optional sections must be alike; the plan asks for {found} of {there}",
        "请改正选考部分或选考个数", "correct the optional sections or their number", 5,
    ),
    "plan.number": Message(
        "组卷计划“{line}”应在{low}至{high}之间", "{line} of the plan should lie between {low} and {high}",
        "请改正这一项", "correct it", 5,
    ),
    "plan.seeds_given": Message(
        "场次 {session} 已有人给出种子，不能再改组卷计划", "a seed of session {session} is given already: its plan does not change any more",
        "本次组卷之后，在给下一次种子之前更改", "change it before the seeds of the next attempt are given", 3,
    ),
    "plan.other_exam": Message(
        "组卷计划“{plan}”不适用于 {occupation} {level}级", "the plan {plan} is not for {occupation}, level {level}",
        "请选用本职业、本等级、本科目的计划", "choose a plan of this occupation, level and subject", 3,
    ),
    "plan.points": Message(
        "组卷计划的总分为{found}分，应为100分", "the points of the plan sum to {found}, not 100",
        "请调整题量或每题分值", "change the items or their points", 5,
    ),
    "plan.recheck": Message(
        "组卷结果复核有{rows}条规则不成立（{first}）", "{rows} rules did not hold when the draw was counted again ({first})",
        "请保留现场，联系系统管理人员", "leave everything as it is and call the system's keeper", 4,
    ),
    "plan.search_unfinished": Message(
        "组卷在限定的搜索步数内没有得出结论（{status}）", "the draw came to no proof within its limit of steps ({status})",
        "请放宽组卷计划的偏差，或选用较少的题库", "allow wider tolerances in the plan, or use fewer pools", 3,
    ),
    "plan.section_doubled": Message(
        "组卷计划中题型“{type}”有两个部分", "the plan has two sections of the type {type}",
        "请合并为一个部分", "make them one section", 5,
    ),
    "plan.section_empty": Message(
        "组卷计划的“{type}”没有题量或分值", "the section {type} of the plan has no items or no points",
        "请填写题量和每题分值", "give it items and points", 5,
    ),
    "plan.sections": Message(
        "组卷计划有{found}个部分，应为1至{most}个", "the plan has {found} sections, it should have 1 to {most}",
        "请合并或补充部分", "merge sections, or add one", 5,
    ),
    "plan.seed": Message(
        "组卷种子有{found}字节，需要{expected}字节", "the seed has {found} bytes, {expected} are needed",
        "请由两人重新给出种子", "let two people give new seeds", 5,
    ),
    "plan.solver": Message(
        "求解程序 {solver} 中断[：{reason}]", "the solver {solver} has ended[: {reason}]",
        "请重试；仍中断时检查内存并联系系统管理人员", "try again; if it ends again check the memory and call the system's keeper", 6,
    ),
    "plan.step": Message(
        "范围 {area} 应得{low}至{high}分，而各题分值以{step}分为级，凑不成",
        "the area {area} should have {low} to {high} points, and items of {step} points cannot make that",
        "请放宽这一范围的允差，或改每题分值", "widen the area's tolerance, or change the points of the items", 5,
    ),
    "plan.tie": Message(
        "两份组卷结果代价相同，不能唯一确定", "two draws cost the same, so neither is the draw",
        "请由两人重新给出种子再组卷", "let two people give new seeds and draw again", 3,
    ),
    "plan.toml": Message(
        "组卷计划文件不是 TOML：{reason}", "the plan file is not TOML: {reason}",
        "请对照 config/plan.toml 改正", "compare with config/plan.toml", 5,
    ),
    "plan.unknown": Message(
        "没有组卷计划“{plan}”", "there is no plan {plan}",
        "请选用已有的组卷计划", "choose one of the plans there are", 5,
    ),
    "plan.value": Message(
        "组卷计划文件中“{key}”的值不对：{found}", "the value of {key} in the plan file is not right: {found}",
        "请对照 config/plan.toml 改正", "compare with config/plan.toml", 5,
    ),
    "plan.weights": Message(
        "细目表一级比重合计{found}，应为100", "the weights of the blueprint's areas sum to {found}, not 100",
        "请先改正细目表", "correct the blueprint first", 5,
    ),
    "attempt.other": Message(
        "本次组卷已按别的内容签过（{fields}不同），题库或计划有变动",
        "this attempt was signed for something else ({fields} differ): the pools or the plan have changed",
        "请恢复原题库包；或说明理由重新组卷（seed give --redraw）", "bring back the pools it was signed for, or redraw with a reason", 4,
    ),
    "attempt.reason": Message(
        "第{attempt}次组卷必须写明理由（首次不写，至多200字）", "attempt {attempt} must say why it is made (the first must not; 200 signs at most)",
        "请用 --redraw 写明重新组卷的理由", "say why with --redraw", 3,
    ),
    "certificate.attempt": Message(
        "组卷合规证明与已签的组卷登记不符：{fields}", "the certificate and the signed attempt differ: {fields}",
        "请勿使用这份试卷；保留现场并上报", "do not use these papers; keep everything and report it", 4,
    ),
    "certificate.exclusions": Message(
        "场次 {session} 的合规证明中，剔除的试题没有两名审卷人的签名", "items excluded from the papers of {session} were not taken out by two proofreaders",
        "请勿使用这份试卷；保留现场并上报", "do not use these papers; keep everything and report it", 4,
    ),
    "certificate.rules": Message(
        "组卷合规证明复核不成立：{rules}", "the certificate does not hold when counted again: {rules}",
        "请勿使用这份试卷；保留现场并上报", "do not use these papers; keep everything and report it", 4,
    ),
    "draft.changed": Message(
        "{what}不是封给本席位的，或封好之后被改动、残缺", "this {what} is sealed to another desk, or was changed or cut after it was sealed",
        "请勿使用；核对 --home，保留该文件和目录并上报", "do not use it; check --home, keep the file and the folder and report it", 4,
    ),
    "draft.other": Message(
        "场次 {session} 的草稿不是由所登记的题库抽出的（{what}不同）", "the draft of session {session} is not what was drawn from its pools ({what} differ)",
        "请勿审签、封装；保留组卷室目录并上报", "do not sign or seal it; keep the desk's folder and report it", 4,
    ),
    "certificate.seeds": Message(
        "组卷合规证明中的种子不是场次 {session} 两人所给的", "the seeds in the certificate are not the ones two people gave for {session}",
        "请勿使用这份试卷；保留现场并上报", "do not use these papers; keep everything and report it", 4,
    ),
    "seed.foreign": Message(
        "组卷种子不属于场次 {session} 的本次组卷", "a seed is not of this draw of session {session}",
        "请由两人重新给出种子", "let two people give new seeds", 4,
    ),
    "seed.given": Message(
        "“{who}”已为本次组卷给出种子", "{who} has given a seed for this draw already",
        "请由另一人给出第二份种子", "let another person give the second one", 3,
    ),
    "seed.hash": Message(
        "“{who}”的种子与其签署的摘要不符", "the seed of {who} is not the one whose hash was signed",
        "请由两人重新给出种子，并报告审计人员", "let two people give new seeds, and tell the auditor", 4,
    ),
    "seed.two_needed": Message(
        "已有{came}人给出种子，需要两人", "{came} people gave a seed, two are needed",
        "请再由一人给出种子", "let one more person give a seed", 3,
    ),
    "proof.signed": Message(
        "场次 {session} 的清样已签名，不再展示", "the proof of session {session} is signed, the paper is not shown again",
        "需重看时请重新组卷（seed give --redraw）", "to read it again, draw anew (seed give --redraw)", 3,
    ),
    "proof.sealed": Message(
        "场次 {session} 的这份试卷已封装或已重组，不能再剔除试题", "these papers of session {session} are sealed or were drawn anew: no question is taken out",
        "确需更换的，由题库管理员重新组卷：seed give --redraw", "to change them let the bank managers redraw: seed give --redraw", 3,
    ),
    "proof.no_question": Message(
        "试卷中没有第{question}题", "there is no question {question} on the papers",
        "请按卷别和题号写，如 A17", "say paper and number, like A17", 5,
    ),
    "proof.no_reason": Message(
        "剔除试题必须写明理由（至多{most}字）", "say why the question is taken out ({most} signs at most)",
        "请用 --reason 写明", "say it with --reason", 3,
    ),
    "proof.not_read": Message(
        "{who} 没有看完，清样未签", "{who} has not read every page, the proof is not signed",
        "请两人重新执行 proof sign，看完后签名；重看会记入清样", "both run proof sign again and read it; the proof will say that it was shown again", 3,
    ),
    "proof.other_paper": Message(
        "场次 {session} 的试卷与审卷人签署的清样不符", "the paper of session {session} is not the one whose proof was signed",
        "请重新审签清样后再封装", "let the pair read and sign the proof again before sealing", 4,
    ),
    # --- sessions -----------------------------------------------------------------------------------------------------
    "session.copies": Message(
        "考点 {station} 的份数{found}不可用", "{found} copies for the station {station} cannot be",
        "请核对该考点的份数和其中的备用份数", "check its copies and how many of them are spare", 5,
    ),
    "session.seats": Message(
        "考点 {station} 共{found}份，按座位分卷每个考点最多 {most}份", "{found} copies for {station}: with an order for every seat {most} at most",
        "请分成几个场次，或按考点分卷", "divide it into several sessions, or let each station have one order", 3,
    ),
    "plan.mixed": Message(
        "操作技能题不能与理论题同在一份组卷计划", "a plan has operation-skill sections only, or none",
        "请分成两份计划、两个场次", "make two plans and two sessions of it", 5,
    ),
    "plan.no_seats": Message(
        "操作技能卷（组卷计划“{plan}”）不按座位分卷", "an operation-skill paper (plan {plan}) has no order for every seat",
        "请按考点分卷：--variants station", "let each station have one order: --variants station", 3,
    ),
    "session.lead": Message(
        "解密时间须在开考前0至{most}分钟之间", "decryption has to lie within {most} minutes before the start",
        "请调整解密时间或开考时间", "change the time of decryption or of the start", 3,
    ),
    "session.not_assembled": Message(
        "场次 {session} 尚未组卷", "session {session} has no paper yet",
        "请先组卷", "assemble it first", 3,
    ),
    "override.others": Message(
        "场次 {session} 的准予封装由另两人签过", "two others have signed for session {session}",
        "请由原签名的两人办理", "let the two who signed go on", 3,
    ),
    "override.reason": Message(
        "准予封装必须写明理由（至多200字）", "say why the paper is allowed (200 signs at most)",
        "请用 --reason 写明", "say it with --reason", 3,
    ),
    "seal.predictable": Message(
        "熟悉题库的人能猜中场次 {session} 试卷的{percent}%，超过规定的{most}%[；紧缺：{thin}]",
        "who knows the bank guesses {percent}% of the paper of {session}, more than the {most}% allowed[; thin: {thin}]",
        "请充实题库后重新组卷，或由两名题库管理员准予：paper allow", "add items and redraw, or let two bank managers allow it: paper allow", 3,
    ),
    "session.not_proved": Message(
        "场次 {session} 的清样尚未审签", "the proof of session {session} is not signed yet",
        "请由两名审卷人审签清样", "let the pair read and sign the proof", 3,
    ),
    "session.not_sealed": Message(
        "场次 {session} 尚未封装", "session {session} is not sealed yet",
        "请先封装", "seal it first", 3,
    ),
    "session.no_station": Message(
        "“{station}”不是考点", "{station} is no station",
        "请填写名录中的考点代码", "use a station's code of the directory", 3,
    ),
    "session.number_differs": Message(
        "场次编号 {number} 与等级{level}或科目{subject}不符", "the number {number} does not say level {level} or {subject}",
        "请核对编号、等级和科目", "compare number, level and subject", 5,
    ),
    "session.number": Message(
        "场次编号“{found}”不符合编号规则", "\"{found}\" is no session number",
        "请写成 202611-6-31-01-03-4-L-01 的形式", "write it like 202611-6-31-01-03-4-L-01", 5,
    ),
    "session.past": Message(
        "解密时间已过", "the time of decryption is past",
        "请另定开考和解密时间", "choose a start and a decryption time ahead", 3,
    ),
    "session.stations": Message(
        "场次的等级或考点（{found}个）有误：没有考点，或考点重复",
        "level or stations of the session ({found}) are wrong: none, or one twice",
        "请核对等级和考点名单", "check the level and the list of stations", 5,
    ),
    "session.too_many": Message(
        "一个场次最多{most}个考点，现有{found}个", "a session has at most {most} stations, this one {found}",
        "请按地区拆分为几个场次", "split it by city", 3,
    ),
    "session.unknown": Message(
        "没有场次 {session}", "there is no session {session}",
        "请核对场次编号；刚封装的场次先完成下发", "check the number; a freshly sealed session has to be published first", 3,
    ),
    # --- packages -----------------------------------------------------------------------------------------------------
    "container.block": Message(
        "电子试卷包第{number}块与封装时不同", "block {number} of the package is not as it was sealed",
        "请重新下载；再次不符时换一种途径领取", "download it again; if it fails again, get it by another carrier", 4,
    ),
    "container.form": Message(
        "该文件不是电子试卷包", "the file is no sealed package",
        "请重新下载电子试卷包", "download the package again", 4,
    ),
    "container.key": Message(
        "密钥不能解开该电子试卷包", "the key does not open this package",
        "请核对场次和卷别，重新取密钥", "check session and paper, then fetch the key again", 4,
    ),
    "container.length": Message(
        "电子试卷包的长度与封装时不同", "the package is longer or shorter than it was sealed",
        "请重新下载电子试卷包", "download the package again", 4,
    ),
    "container.pages": Message(
        "“{package}”解密后的内容与审批的不符", "what came out of {package} is not what was approved",
        "请停止使用该试卷包，报告考务负责人", "do not use this package, and tell the officer in charge", 4,
    ),
    "container.row": Message(
        "“{package}”不是封装清单所列的电子试卷包", "{package} is not the package its row speaks of",
        "请重新下载电子试卷包", "download the package again", 4,
    ),
    "container.short": Message(
        "电子试卷包残缺", "the package is cut short",
        "请重新下载，已收到的部分会保留", "download it again; what is here already is kept", 4,
    ),
    "manifest.other": Message(
        "封装清单属于另一场次或另一版（{found}）", "the manifest is of another session or version ({found})",
        "请向中心重新领取封装清单", "fetch the manifest again from the centre", 4,
    ),
    "publish.certificate": Message(
        "场次 {session} 的合规证明不是清样上签过的那份", "the certificate of session {session} is not the one the proof pair signed",
        "请勿改动组卷室目录；保留现场并上报", "leave the desk's folder as it is and report it", 4,
    ),
    "publish.container_missing": Message(
        "中心还没有电子试卷包“{package}”", "the centre does not have the package {package} yet",
        "请重新执行下发，已上传的不再上传", "publish again; what is there is not sent twice", 3,
    ),
    "publish.cosignatures": Message(
        "下发意向尚未由{needed}家保管单位会签", "the release intent is not cosigned by {needed} holders yet",
        "请等保管单位上线后重新执行下发", "publish again when the holders are reachable", 6,
    ),
    "publish.deposits": Message(
        "已有{came}家保管单位存入密钥分片，需要{needed}家", "{came} holders took their shares, {needed} are needed",
        "请联系未应答的保管单位，然后重新执行下发", "call the silent holders, then publish again", 6,
    ),
    # --- stations -----------------------------------------------------------------------------------------------------
    "arm.no_intent": Message(
        "本场次的下发意向尚未会签，不能预检", "the release intent of this session is not cosigned yet",
        "请等中心完成下发后再预检", "arm again when the centre has published", 6,
    ),
    "centre.no_envelope": Message(
        "中心没有给设备“{device}”的数字信封", "the centre has no envelope for the device {device}",
        "请报告中心，由组卷室核对设备后重新封装", "tell the centre: the desk has to seal for this device", 3,
    ),
    "centre.not_there": Message(
        "中心还没有所要的内容", "the centre does not have it yet",
        "请稍后再试", "try again later", 3,
    ),
    "centre.not_yours": Message(
        "该试卷包不属于设备“{device}”所在的考点", "this package is not for the place of {device}",
        "请领取本考点的试卷包", "fetch the packages of this station", 3,
    ),
    "fetch.interrupted": Message(
        "下载中断，已保留 {kept} 字节，共 {length} 字节", "the download stopped at {kept} of {length} bytes",
        "请重新执行，从断点继续", "run it again; it goes on from there", 6,
    ),
    "fetch.nothing": Message(
        "中心目前没有给本考点的试卷包", "the centre has no package for this station now",
        "请核对场次是否已下发，稍后再试", "ask whether the session is published, then try again", 3,
    ),
    "station.nothing_here": Message(
        "本机没有[场次 {session} 的]完整试卷包", "there is no complete package[ of session {session}] here",
        "请先收齐试卷包", "fetch the packages first", 3,
    ),
    "station.note": Message(
        "本机记录该场次最新版本的文件 {name} 已损坏", "the file {name}, which notes the newest version seen of a session, is damaged",
        "请与值班室核对该场次的现行版本，核对后移走该文件，再收取一次；其他场次请用 --session 指明",
        "compare the session's present version with the duty office, then move the file away and fetch again; name other sessions with --session", 4,
    ),
    "station.other": Message(
        "该试卷包属于考点 {station}", "this package is for the station {station}",
        "请领取本考点的试卷包", "fetch the packages of this station", 3,
    ),
    "open.answer_key": Message(
        "考点不能解开答案与评分标准", "no station opens an answer key",
        "请由阅卷室办理", "the scoring desk does this", 3,
    ),
    "scoring.other_home": Message(
        "{device} 不是阅卷室", "{device} is no scoring desk",
        "请在阅卷室的目录下办理：--home", "give the scoring desk's folder: --home", 3,
    ),
    "scoring.no_key": Message(
        "阅卷室只领取和解开答案与评分标准", "the scoring desk takes and opens answer keys only",
        "试卷请由考点办理", "a station does this with papers", 3,
    ),
    "scoring.not_armed": Message(
        "答案包尚未领取和预检", "no answer key is fetched and armed here",
        "请两名阅卷员先执行 itembank scoring arm", "let two scorers run itembank scoring arm first", 3,
    ),
    "open.not_armed": Message(
        "“{lock}”卷尚未考前预检", "the package of {lock} is not armed",
        "请两名启封人先完成考前预检", "let two operators arm it first", 3,
    ),
    "code.not_this_paper": Message(
        "口令码不是本场次“{lock}”卷的", "the code is not for the paper {lock} of this session",
        "请向报读人核对场次和卷别", "ask the reader for this session and paper", 4,
    ),
    "code.share": Message(
        "这是第{j}家保管单位的分片码，不是解密用的口令码", "this is the share of holder {j}, not the code that opens",
        "请输入解密用的口令码", "type the code that opens the paper", 3,
    ),
    "open.offline": Message(
        "离线状态下没有取得密钥", "there is no key to be had off line",
        "请用 --phone 输入电话报读的口令码，或接通网络后重试",
        "use --phone and the code read to you, or connect and try again", 6,
    ),
    "release.other_lock": Message(
        "下发的密钥是“{found}”卷的，本包为“{lock}”卷", "the key is for the paper {found}, this package is {lock}",
        "请取“{lock}”卷的密钥", "fetch the key of {lock}", 4,
    ),
    "release.silent": Message(
        "已有{came}家保管单位应答，需要{needed}家", "{came} holders answered, {needed} are needed",
        "请重试，或请值班人员电话报读口令码", "try again, or ask the duty officer for the code by phone", 6,
    ),
    "open.returned": Message(
        "“{package}”已回收清点，不能再次解密制卷", "{package} has been returned and is not opened again",
        "需要补印时请报告考务负责人", "tell the officer in charge if copies are missing", 3,
    ),
    "return.counted": Message(
        "“{package}”已按 {held} 登记回收，不能改为 {found}", "the return of {package} is signed as {held}, not {found}",
        "请核对份数；已登记的有误时报告审计人员", "count again; if the signed counts are wrong, tell the auditor", 3,
    ),
    "return.not_printed": Message(
        "“{package}”还没有印制记录", "{package} has not been printed here",
        "请先解密制卷", "open and print it first", 3,
    ),
    "custody.balance": Message(
        "回收的份数不平：印制{printed}份，登记{returned}份，相差{missing}份",
        "the copies do not balance: {printed} printed, {returned} counted, {missing} missing",
        "请重新清点后再登记", "count again, then enter the numbers", 3,
    ),
    "custody.order": Message(
        "“{act}”之前没有“{before}”", "\"{act}\" came without \"{before}\" before it",
        "请核对该步骤的记录并报告审计人员", "look for the missing record and tell the auditor", 4,
    ),
    # --- receipts -----------------------------------------------------------------------------------------------------
    "receipt.chain": Message(
        "设备“{device}”的第{sequence}号回执与前一份接不上", "receipt {sequence} of {device} does not continue the one before",
        "请保留该设备的全部回执，报告审计人员", "keep all receipts of this device and tell the auditor", 4,
    ),
    "receipt.package": Message(
        "考点 {device} 的回执不是它自己的电子试卷包的", "a receipt of station {device} is about a package that is not its own",
        "请核对考点的名录和领取记录，并报告审计人员", "compare the station's directory and what it fetched, and tell the auditor", 4,
    ),
    "receipt.device": Message(
        "回执不是设备“{device}”签发的，或事项无法识别", "the receipt is not signed by {device}, or of an unknown act",
        "请在该设备上重新办理", "do it again on this device", 4,
    ),
    "receipt.operators": Message(
        "“{act}”的回执须由本考点{needed}名启封人签名", "a receipt of {act} takes {needed} operators of this station",
        "请由本考点登记的人员办理", "let operators named for this station do it", 4,
    ),
    "receipt.release": Message(
        "设备“{device}”解密回执中的密钥不是本场次的", "the key in the opening receipt of {device} is not of this session",
        "请保留该回执，报告审计人员", "keep the receipt and tell the auditor", 4,
    ),
    "receipt.copies": Message(
        "设备“{device}”登记制卷{came}份，应为{needed}份", "{device} recorded {came} printed copies, ordered were {needed}",
        "请考点说明少印或多印的份数", "the station accounts for the difference", 4,
    ),
    "receipt.session": Message(
        "设备“{device}”的回执所指的场次中心没有", "the receipt of {device} speaks of a session the centre does not have",
        "请核对考点与中心是否属于同一名录", "see whether station and centre share one directory", 4,
    ),
    # --- use reports --------------------------------------------------------------------------------------------------
    "uses.early": Message(
        "场次 {session} 的试卷尚未解密，不能报告用过的试题", "no paper of session {session} has opened yet, so nobody can tell which items are used",
        "请在解密时间之后再报；备用卷未启用则不报", "send it after the opening; a spare that stays closed never reports", 3,
    ),
    "uses.no_draw": Message(
        "中心没有场次 {session} 清样所依据的组卷记录", "the centre has no draw that the proof of the session {session} speaks of",
        "请运行 itembank audit 查明", "run itembank audit and find out", 4,
    ),
    "uses.other_report": Message(
        "使用情况报告与其签名或场次 {session} 不符", "the use report does not fit its statement or session {session}",
        "不要采用；请核对组卷室的文件", "do not use it; look into the desk's files", 4,
    ),
    "uses.signer": Message(
        "使用情况报告不是由一个组卷室签名（{who}）", "the use report is not signed by one desk ({who})",
        "请用组卷室设备的密钥签名", "let the desk's own device sign it", 4,
    ),
    # --- orders and the wire ------------------------------------------------------------------------------------------
    "order.no_such_freeze": Message(
        "没有单位存有暂停令 {order}", "no holder knows a freeze {order}",
        "请核对编号；不写 --order 则恢复全部", "check the id; without --order all are lifted", 3,
    ),
    "order.not_acknowledged": Message(
        "“{who}”的状态中没有这份指令", "the status of {who} does not name this order",
        "请向该单位核实，按未送达处理", "ask that holder; count it as not reached", 4,
    ),
    "order.nothing_to_lift": Message(
        "场次 {session} 没有暂停令可恢复", "there is no freeze of session {session} to lift",
        "请核对场次编号，或用 --order 指明暂停令", "check the session, or name the freeze with --order", 3,
    ),
    "order.nowhere": Message(
        "指令没有送达任何保管单位和中心", "the order reached neither a holder nor the centre",
        "请立即改用其他网络重发，并电话通知各保管单位", "send it by another line at once, and phone the holders", 6,
    ),
    "line.endless": Message(
        "“{who}”的应答没有尽头（超过{most}字节或时限）", "the answer of {who} does not end (over {most} bytes, or too slow)",
        "请查明该处由谁应答", "find out who answers there", 6,
    ),
    "line.language": Message(
        "“{who}”的应答无法识别（状态 {status}）", "{who} answered in a way this program does not know (status {status})",
        "请核对地址和两边程序的版本", "check the address and the versions of both programs", 6,
    ),
    "line.silent": Message(
        "“{who}”没有应答", "{who} does not answer",
        "请检查网络后重试，已完成的部分不会丢失", "check the line and try again; what is done stays done", 6,
    ),
    "request.duty": Message(
        "设备“{device}”不能办理此事，须由{duty}办理", "the device {device} may not do this, a {duty} may",
        "请在相应的设备上办理", "do it on such a device", 3,
    ),
    "request.nonce": Message(
        "该请求已用过或超过十分钟", "the request was used before, or is older than ten minutes",
        "请重试；仍不成功的请报告中心", "try again; if it is refused again, tell the centre", 3,
    ),
    "request.range": Message(
        "续传位置“{found}”不可用", "the download cannot go on from \"{found}\"",
        "请删除未完成的部分后重新下载", "delete the unfinished part and download again", 5,
    ),
    # --- the ledger ---------------------------------------------------------------------------------------------------
    "checkpoint.behind": Message(
        "保管单位会签的台账有{held}条，中心只有{found}条", "a holder has cosigned {held} lines, the centre has {found}",
        "请停止中心写入，从第二存储恢复台账，并报告审计人员",
        "stop the centre, restore the ledger from its mirror, tell the auditor", 3,
    ),
    "ledger.bundle": Message(
        "台账文件残缺、缺失或有多余内容（位置{offset}）", "a ledger file is cut, missing or has too much in it (at {offset})",
        "请与第二存储的副本核对", "compare it with the copy in the mirror", 4,
    ),
    "ledger.no_checkpoint": Message(
        "台账没有签点", "the ledger has no checkpoint",
        "请从第二存储取签点后重新审计", "take it from the mirror, then audit again", 4,
    ),
    "ledger.root": Message(
        "台账签点（{size}条）与台账内容（{entries}条）不符",
        "the checkpoint over {size} lines does not fit the ledger of {entries}",
        "请保留现有文件，与第二存储核对，并报告审计人员", "keep the files, compare with the mirror, tell the auditor", 4,
    ),
    "ledger.slow": Message(
        "台账在{seconds}秒内未登记完成", "the ledger did not write the line within {seconds} seconds",
        "请稍后重新执行，不会重复登记", "run it again later; nothing is written twice", 6,
    ),
    "ledger.place_lost": Message(
        "与数据库的连接中断，台账暂停签点", "the connection to the database was lost, so the ledger signs nothing",
        "恢复连接后自动继续；请检查数据库服务", "it goes on by itself once connected; see whether the server runs", 6,
    ),
    "ledger.two_sequencers": Message(
        "另一个中心程序正在写台账", "another program of this centre is writing the ledger",
        "请先停止另一个程序", "stop the other one first", 3,
    ),
    "ledger.went_back": Message(
        "台账文件中已签{size}条，数据库中只有{held}条或内容不同：数据库丢失，或恢复了旧备份",
        "the ledger's files hold {size} signed lines, the database {held} or other ones: it was lost, or restored from an older copy",
        "请恢复最新的数据库备份；保留两份台账目录作证据，报告审计人员",
        "restore the newest copy of the database; keep both ledger folders as evidence and tell the auditor", 5,
    ),
    "ledger.unknown_file": Message(
        "台账目录中有不属于台账的文件", "there is a file in the ledger's folder that is not the ledger's",
        "请查明来源后移出，再重新审计", "find out where it came from, move it away, audit again", 4,
    ),
    "ledger.unsigned_entries": Message(
        "台账有{entries}条，签点只到第{size}条", "the ledger has {entries} lines, its checkpoint covers {size}",
        "请重新启动中心使其补签，再重新审计", "start the centre, which signs them, then audit again", 4,
    ),
    # --- the audit ----------------------------------------------------------------------------------------------------
    "audit.clock": Message(
        "“{who}”的时钟与其他保管单位相差{seconds}秒", "the clock of {who} is {seconds} seconds off the other holders'",
        "请该单位校准时钟并说明情况", "let this holder set its clock and explain", 4,
    ),
    "audit.attempts": Message(
        "清样为第{attempt}次组卷，台账只有{came}次登记", "the proof is of attempt {attempt}, the ledger has {came}",
        "请查问未登记的组卷", "ask about the draws that left no line", 4,
    ),
    "audit.nothing_before": Message(
        "台账中这一步（{act}）之前没有[ {what} 的]“{before}”登记", "no line “{before}”[ of {what}] stands before this one ({act})",
        "请查问未登记的办理", "ask who acted without a line", 4,
    ),
    "audit.pledge_over": Message(
        "“{who}”对题库“{pool}”的保密承诺书当时无效", "the pledge of {who} for the pool {pool} did not hold then",
        "请查问其所见的试题", "ask what this person has seen", 4,
    ),
    "attempt.edition_over": Message(
        "题库“{name}”的版本“{edition}”已不能组卷，已从组卷室移除", "the edition {edition} of the pool {name} may no longer be drawn from; it was taken off the desk",
        "请收下现行版本的题库后再组卷；种子仍然有效", "take the pool of the edition in force, then assemble; the seeds stay good", 3,
    ),
    "attempt.frozen": Message(
        "题库“{name}”下发之后有{count}题被冻结（疑似泄露），不能再从这一包组卷",
        "{count} items of the pool {name} were frozen after its release: nothing is drawn from it any more",
        "请题库管理员重新下发该题库，收下后再组卷；种子仍可用", "have the pool released anew and take it; the seeds stay good", 3,
    ),
    "attempt.pool_unknown": Message(
        "组卷所用的一份题库不是本中心下发的，已从组卷室移除（{pool}）", "a pool of this draw was not released by this centre and was taken off the desk ({pool})",
        "请查明其来源，收下本中心下发的题库后再组卷；种子仍然有效", "find out where it came from, take this centre's release, then assemble; the seeds stay good", 3,
    ),
    "audit.predictable": Message(
        "两名题库管理员准予封装可被猜中{percent}%的试卷", "two bank managers allowed a paper of which {percent}% can be guessed",
        "请查问题库为何不足", "ask why the bank is so small", 0,
    ),
    "audit.shown_again": Message(
        "清样展示了 {times} 次", "the proof was shown {times} times",
        "请查问重看的原因", "ask why it was read again", 0,
    ),
    "audit.journal_cut": Message(
        "“{who}”的日志缺少其已签出的内容", "the journal of {who} lacks what this holder has signed",
        "请向该单位索取完整日志", "ask this holder for its whole journal", 4,
    ),
    "audit.no_file": Message(
        "此处是链接、管道或无法显示的文件名", "a link, a pipe, or a name that cannot be shown",
        "请查明来源后移出，再重新审计", "find out where it came from, move it away, audit again", 4,
    ),
    "audit.deposits": Message(
        "下发意向之前只有不足{needed}家存入分片（共{came}家）", "the intent stood before {needed} deposits ({came} in all)",
        "请核对中心的登记过程", "look into how the centre wrote it", 4,
    ),
    "audit.fork": Message(
        "设备“{who}”的第{sequence}号回执有两份不同内容", "there are two different receipts {sequence} of {who}",
        "请保留两份，查问该考点", "keep both and ask the station", 4,
    ),
    "audit.pages": Message(
        "“{what}”不是登记印制的试卷", "{what} is not a paper that was recorded as printed",
        "请查明该文件的来源", "find out where the file came from", 4,
    ),
    "audit.rewritten": Message(
        "保管单位在第{size}条会签的台账与现有台账（{entries}条）不符",
        "a holder cosigned other lines up to {size} than the ledger of {entries} has",
        "台账可能被改写：请封存各方文件，逐条核对", "the ledger was rewritten or cut: seize all copies and compare", 4,
    ),
    "audit.share_early": Message(
        "“{who}”早于解密时间给出了“{lock}”的分片", "{who} gave its share of {lock} before its time",
        "请核查该单位的时钟和程序", "look into this holder's clock and program", 4,
    ),
    "audit.shares": Message(
        "解密时台账中有{came}家的分片，需要{needed}家", "the ledger has {came} shares behind an opening, {needed} are needed",
        "请查问密钥的来源", "ask where the key came from", 4,
    ),
    "audit.mirror": Message(
        "台账副本 {what} 与中心的不同", "the second copy of the ledger, {what}, differs from the centre's",
        "请保留两份并报告审计人员", "keep both copies and tell the auditor", 4,
    ),
    "audit.backwards": Message(
        "台账时间倒退：{found} 早于上一行 {before}", "the ledger's time runs backwards: {found} is before {before}",
        "请核对中心的时钟并报告审计人员", "check the centre's clock, and tell the auditor", 4,
    ),
    "audit.share_before_intent": Message(
        "“{who}”的密钥分片记在下发意向之前", "the share of {who} stands before the release intent",
        "请封存台账并报告审计人员", "keep the ledger as it is and tell the auditor", 4,
    ),
    "audit.intent_not_cosigned": Message(
        "预检所带的会签签点（{size}行）不含下发意向", "the cosigned checkpoint that arming took along ({size} lines) lacks the intent",
        "请封存台账并报告审计人员", "keep the ledger as it is and tell the auditor", 4,
    ),
    "audit.subject": Message(
        "台账条目写的是“{found}”，其签名文件写的是“{expected}”", "the line says {found}, what was signed says {expected}",
        "请核对中心的登记过程", "look into how the centre wrote it", 4,
    ),
    "audit.twice": Message(
        "“{act}”登记了不止一次（{what}）", "\"{act}\" stands in the ledger more than once ({what})",
        "请核对中心的登记过程", "look into how the centre wrote it", 4,
    ),
    "audit.unledgered": Message(
        "{what} 的封装清单没有登记在台账中", "the manifest of {what} is not in the ledger",
        "请查明该封装的来源，不得使用", "find out who sealed it, and do not use it", 4,
    ),
    "audit.unreadable": Message(
        "该处内容无法识别（{error}）", "this place cannot be read ({error})",
        "请与第二存储的副本核对", "compare it with the copy in the mirror", 4,
    ),
    # --- remarks of the audit: nothing is wrong ---------------------------------------------------------------------------
    "audit.attended": Message(
        "“{who}”的“{lock}”分片由两名保管人现场办理", "{who} gave its share of {lock} attended, by two keepers",
        "如有疑问请查阅该单位记录", "see that office's own record when in doubt", 0,
    ),
    "audit.broken_off": Message(
        "一次封装中断，没有产生清单", "a sealing was broken off before its manifest",
        "下次封装会清除", "the next sealing clears it", 0,
    ),
    "audit.came_early": Message(
        "设备“{device}”的第{sequence}号回执先于前一号到达", "receipt {sequence} of {device} came before the one before it",
        "前一号到达后即补齐", "the gap closes when the other comes", 0,
    ),
    "audit.few_cosigners": Message(
        "该签点只有{came}家会签，应有{needed}家", "this checkpoint has {came} cosignatures of {needed}",
        "请待会签后再审计", "audit again when it is cosigned", 0,
    ),
    "audit.journals_away": Message(
        "只有{came}家保管单位的日志，共{needed}家", "{came} of {needed} holders' journals are here",
        "请补齐后再审计", "bring the others and audit again", 0,
    ),
    "audit.no_mirror": Message(
        "没有台账副本可比对", "there is no second copy of the ledger to compare",
        "请补齐副本后再审计", "bring the mirror and audit again", 0,
    ),
    "audit.not_returned": Message(
        "{copies}份已制卷，尚未回收清点", "{copies} copies are printed and not counted back yet",
        "请考点办理回收清点", "the station counts them back", 0,
    ),
    "audit.not_sent": Message(
        "该回执尚未送达中心", "this receipt has not reached the centre yet",
        "网络恢复后自动补送", "it goes up when the line is there", 0,
    ),
    "audit.pool_not_ledgered": Message(
        "{pool} 第{version}版的题库下发尚未登记在台账中", "release {version} of the pool {pool} is not in the ledger",
        "中心启动后会登记；若一直没有，请查明来源，不得使用", "it will be once the centre runs; if not, find out who made it, and do not use it", 0,
    ),
    "audit.order_not_ledgered": Message(
        "指令 {order} 尚未登记在台账中", "the order {order} is not in the ledger yet",
        "请将该指令补送中心", "send the order to the centre", 0,
    ),
    "audit.rows_away": Message(
        "只有{came}行装箱行，共{needed}行", "{came} of {needed} package rows are here",
        "请补齐后再审计", "bring the others and audit again", 0,
    ),
    "audit.share_not_ledgered": Message(
        "“{lock}”的分片尚未登记在台账中", "the share of {lock} is not in the ledger yet",
        "中心恢复后会补登", "the centre records it when it is back", 0,
    ),
    "audit.status_behind": Message(
        "“{who}”的状态落后{seconds}秒：时钟慢，或是旧状态", "the status of {who} lies {seconds} seconds behind: a slow clock, or old",
        "请与该单位核对时钟", "compare clocks with this holder", 0,
    ),
    "audit.test_clock": Message(
        "“{who}”给出“{lock}”分片时使用试验时钟", "{who} gave its share of {lock} by a test's clock",
        "正式考试不得使用", "never in a real exam", 0,
    ),
    "audit.unpublished": Message(
        "场次 {session} 第{version}版已封装，未发布", "version {version} of session {session} is sealed, not published",
        "未发布的版本不会启用", "what is not published is never used", 0,
    ),
    # --- files and the database ---------------------------------------------------------------------------------------
    "config.password": Message(
        "数据库口令不能写在配置“{key}”或环境变量中", "a password stands in the setting \"{key}\" or in the environment",
        "请写入 passfile 所指的文件，权限 0600", "put it into the file that passfile names, mode 0600", 5,
    ),
    "config.readable_by_others": Message(
        "口令文件“{name}”可被其他用户读取", "others on this machine may read the password file {name}",
        "请执行 chmod 600 后再试", "run chmod 600 on it, then try again", 3,
    ),
    "store.busy": Message(
        "数据库{seconds}秒内没有轮到本次写入", "others kept writing to the database for {seconds} seconds",
        "请稍后重试", "try again later", 6,
    ),
    "store.new_schema": Message(
        "数据库的表结构（{found}）不是本程序（{needed}）所知的", "the tables of the database ({found}) are none this program ({needed}) knows",
        "请核对数据库地址，或安装与之相配的新版本程序", "check the database's address, or install the newer program it belongs to", 3,
    ),
    "store.old_schema": Message(
        "数据库的表结构是旧版本（{found}，需要{needed}）", "the tables of the database are an older version's ({found}, needed is {needed})",
        "请备份数据库、停止中心服务，再运行 itembank database upgrade --home 中心目录",
        "back the database up, stop the centre, then run itembank database upgrade --home CENTRE", 3,
    ),
    "store.disk": Message(
        "数据库所在的磁盘已满或读写失败，没有写成", "the database's disk is full or fails; nothing was written",
        "请检查磁盘空间和磁盘，然后重试", "see to the disk and its space, then try again", 6,
    ),
    "store.unreachable": Message(
        "连不上数据库（{reason}）", "the database cannot be reached ({reason})",
        "请检查数据库服务和 centre.toml 中的地址", "see whether its server runs, and the address in centre.toml", 6,
    ),
    "store.value": Message(
        "内容过长或含不能保存的字符", "a value is too long, or has signs that cannot be stored",
        "请核对所填的编号和名称", "check the numbers and names that were given", 5,
    ),
    "store.fork": Message(
        "“{subject}”的{kind}“{name}”已登记了不同的内容", "another {kind} {name} of {subject} is kept already",
        "请保留两份，报告审计人员", "keep both and tell the auditor", 4,
    ),
    "store.missing": Message(
        "缺少文件“{name}”", "the file {name} is not there",
        "请核对本席位的目录，并完成前一步骤", "check this seat's folder, and finish the step before", 5,
    ),
    "store.name": Message(
        "文件名“{name}”不可用", "\"{name}\" cannot name a file here",
        "请使用本席位目录之内的相对路径", "use a relative path inside this seat's folder", 5,
    ),
    "store.written_once": Message(
        "“{name}”已存在且内容不同，不会被覆盖", "{name} is there with other content and is never overwritten",
        "请核对是否重复办理；需要更改时另立新编号", "see whether it was done before; for a change use a new number", 3,
    ),
    "store.no_import": Message(
        "旧数据库中“{pool}”没有入库记录，不知由哪三人命题、审题、审定", "the old database has no line for the import of {pool}, so its three people are not known",
        "请保留旧数据库，用原工作簿在新数据库重新导入", "keep the old database, and import the workbook anew into a new one", 3,
    ),
    "store.refused": Message(
        "数据库拒绝改动已审定、已使用或只能增加的内容（{rule}）", "the database refuses to change what is approved, used or only added to ({rule})",
        "请按规定流程办理，不要直接改数据库", "do it by the commands; leave the database alone", 3,
    ),
    # --- at rest ------------------------------------------------------------------------------------------------------
    "aws.away": Message(
        "{service} 未应答（{reason}）", "{service} did not answer ({reason})",
        "请检查网络和配置中的服务地址，稍后再试", "check the network and the address in the settings, then try again", 6,
    ),
    "aws.credentials": Message(
        "凭据文件“{name}”中没有可用的 [default] 凭据", "there is no usable [default] in the credentials file {name}",
        "请写入 aws_access_key_id 和 aws_secret_access_key", "write aws_access_key_id and aws_secret_access_key into it", 5,
    ),
    "aws.denied": Message(
        "{service} 拒绝了请求（{reason}）", "{service} refused the request ({reason})",
        "请核对凭据、权限和配置中的名称", "check the credentials, what they may do, and the names in the settings", 3,
    ),
    "at_rest.changed": Message(
        "数据库中“{row}”的密文被改动、移位，或不是用本密钥加密的",
        "the sealed row {row} of the database was changed, moved, or sealed under another key",
        "不要使用；请报告审计人员，并从备份恢复该行", "do not use it; tell the auditor, and restore this row from the backup", 4,
    ),
    "store.lost": Message(
        "对象存储中的“{key}”不见了，或已不是存入的内容", "{key} is gone from the object store, or is not what was put there",
        "请从对象存储的旧版本或备份恢复，并报告审计人员", "restore it from an older version or a backup, and tell the auditor", 4,
    ),
    "vault.away": Message(
        "保管主密钥的 {service} 未应答（{reason}），题库内容暂时不能读写",
        "{service}, which keeps the wrapping key, did not answer ({reason}); content can be neither read nor written",
        "请检查网络和配置中的服务地址，稍后再试；试题目录和统计不受影响", "check network and address, then try again; lists and counts work", 6,
    ),
    "vault.rotates_itself": Message(
        "主密钥由 KMS 保管，不在此更换", "the wrapping key is in KMS and is not rotated here",
        "请在 KMS 中轮换；换用另一主密钥时改配置的 key_id，原主密钥写入 former",
        "rotate it in KMS; to use another key, change key_id in the settings and name this one under former", 3,
    ),
    "vault.damaged": Message(
        "主密钥文件不是程序写下的形式", "the vault file is not as the program writes it",
        "请从主密钥文件的备份恢复", "restore it from its own backup", 4,
    ),
    "vault.generation": Message(
        "主密钥文件“{name}”没有第{generation}代密钥（最新为第{newest}代），比数据库旧",
        "{name} has no key of generation {generation} (its newest is {newest}): it is older than the database",
        "请恢复最近一次轮换之后的主密钥文件备份", "restore the copy of it made after the last rotation", 5,
    ),
    "vault.key": Message(
        "“{purpose}”的数据密钥由配置中没有的主密钥“{key}”加密",
        "the data key of {purpose} was wrapped by {key}, which is not in the settings",
        "如为本单位换下的主密钥，请写入配置的 former", "if it is a former key of yours, name it under former in the settings", 5,
    ),
    "vault.missing": Message(
        "缺少主密钥文件“{name}”，题库内容无法解密", "the vault file {name} is not there, so nothing in the bank can be decrypted",
        "请从主密钥文件的备份恢复；不要新建", "restore it from its own backup; do not make a new one", 5,
    ),
    "vault.wrapped": Message(
        "“{purpose}”的数据密钥被改动，或不是由本主密钥、为本用途加密的",
        "the data key of {purpose} was changed, or wrapped by another vault or for another purpose",
        "请核对数据库与主密钥是否同属本单位；从备份恢复后再试", "see whether database and vault belong together; restore from the backup", 4,
    ),
    # --- printing -----------------------------------------------------------------------------------------------------
    "print.character": Message(
        "[试题 {item_no} ][第{number}题]含有不能印刷的字符 {sign}", "[item {item_no}: ][question {number}: ]there is a character that cannot be printed: {sign}",
        "请在题库中改正该题；已组卷的，重新组卷", "correct the item in its bank; assemble a paper that has it again", 5,
    ),
    "print.figure": Message(
        "[试题 {item_no} ][第{number}题的]图[“{name}”]不能印刷：{why}[（{what}）]",
        "[item {item_no}: ][question {number}: ]the figure[ {name}] cannot be printed: {why}[ ({what})]",
        "请在题库中改正该图；已组卷的，重新组卷", "correct the figure in its bank; assemble a paper that has it again", 5,
    ),
    "print.font_changed": Message(
        "字体文件[“{file}”]与审定清样时不同", "the font[ {file}] is not the one the paper was approved with",
        "请执行 scripts/install 恢复规定的字体", "run scripts/install to restore the fonts", 4,
    ),
    "print.fonts_missing": Message(
        "缺少字体[“{file}”]", "the font[ {file}] is missing",
        "请执行 scripts/install 安装字体", "run scripts/install to get the fonts", 6,
    ),
    "print.formula": Message(
        "[试题 {item_no} ][第{number}题的]公式不能印刷：{why}[ {sign}]", "[item {item_no}: ][question {number}: ]the formula cannot be printed: {why}[ {sign}]",
        "请在题库中改正该公式；已组卷的，重新组卷", "correct the formula in its bank; assemble a paper that has it again", 5,
    ),
    "print.glyph": Message(
        "[试题 {item_no} 中]有规定字体没有的字符", "[item {item_no}: ]there is a character that no font of ours can draw",
        "请在题库中改正该字符；已组卷的，重新组卷", "correct the item in its bank; assemble a paper that has it again", 5,
    ),
    "print.mark": Message(
        "“{name}”的名称或编号过长，页边印不下", "the mark of {name} does not fit the margin",
        "请在名录中改短该名称", "shorten its label in the directory", 5,
    ),
    "print.table": Message(
        "[试题 {item_no} ][第{number}题的]表格第{line}行不能印刷", "[item {item_no}: ][question {number}: ]line {line} of a table cannot be printed",
        "请在题库中改正该表；已组卷的，重新组卷", "correct the table in its bank; assemble a paper that has it again", 5,
    ),
    "print.template_changed": Message(
        "版式与审定清样时不同", "the template is not the one the paper was approved with",
        "请重新组卷并审签清样", "assemble again and let the pair sign the new proof", 4,
    ),
    "print.timeout": Message(
        "制版超过了规定时间", "typesetting took longer than it may",
        "请减少其他程序的占用后重试", "close other programs, then try again", 6,
    ),
    "print.typeset": Message(
        "[试题 {item_no} ]制版未能完成（{message}）", "[item {item_no}: ]the pages could not be typeset ({message})",
        "请联系系统管理人员", "call the system's keeper", 5,
    ),
    "print.warning": Message(
        "[试题 {item_no} ]制版有警告，未予印制（{message}）", "[item {item_no}: ]typesetting gave a warning, so nothing was printed ({message})",
        "请联系系统管理人员", "call the system's keeper", 5,
    ),
    "print.worker": Message(
        "制版程序中途停止[（状态 {status}）][（{error}）]",
        "a typesetting worker ended before its work did[ (status {status})][ ({error})]",
        "请重试；再次发生时联系系统管理人员", "try again; if it happens again, call the system's keeper", 6,
    ),
    # --- the demonstration --------------------------------------------------------------------------------------------
    "demo.no_release": Message(
        "演示的密钥没有按时下发", "the key of the demonstration did not come in time",
        "请查看演示目录 logs/ 中的日志后重新运行", "look into logs/ of the demonstration's folder, then run it again", 6,
    ),
    "demo.program": Message(
        "演示中 {command} 未成功（退出码 {exit}）：{told}", "in the demonstration {command} failed with exit code {exit}: {told}",
        "请按上面的提示处理，再运行一次", "follow what it says, then run it again", 6,
    ),
    "demo.no_server": Message(
        "演示程序“{name}”没有启动", "the program {name} of the demonstration did not start",
        "请查看日志 {log}，并确认端口未被占用", "look into {log}, and see whether its port is free", 6,
    ),
    "demo.busy": Message(
        "另一场演示正在使用 {home}", "another demonstration works in {home}",
        "请等它结束，或换一个目录", "wait for its end, or take another folder", 3,
    ),
    "demo.not_ours": Message(
        "目录 {home} 不是演示建立的，不会清空", "the folder {home} was not made by the demonstration and is not emptied",
        "请换一个空目录", "choose an empty folder", 3,
    ),
    "demo.too_late": Message(
        "封装完成时解密时间已到，未能演示提前打开", "the time had come before opening too early could be shown",
        "请增大 --open-in 后重新运行", "run it again with a larger --open-in", 6,
    ),
}  # fmt: skip


def markdown() -> str:
    """Both tables for docs/errors.md, one section a family."""
    both = {**keys_messages.MESSAGES, **MESSAGES}
    families: dict[str, list[str]] = {}
    for code in sorted(both):
        families.setdefault(code.partition(".")[0], []).append(code)
    lines = [
        "# Errors",
        "",
        "Generated by `python -m itembank.messages`; do not edit. Exit codes: 2 usage, 3 a rule refuses, 4 a check failed,",
        "5 bad input, 6 unavailable. Text in [ ] is left out when a fact in it is not known.",
    ]
    for family, codes in families.items():
        lines += ["", f"## {family}", "", "| code | exit | 中文 | English | next step |", "|---|---|---|---|---|"]
        for code in codes:
            m = both[code]
            lines.append(f"| `{code}` | {m.exit_code} | {m.zh} | {m.en} | {m.next_zh} · {m.next_en} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
