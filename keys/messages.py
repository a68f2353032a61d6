"""The sentences for this package's codes: what failed, and what to do next, for the person at the machine.

How they are written: one sentence what failed, one what to do next; Chinese first; lower case and no full stop, because the
programs set a prefix before them; nobody is blamed; secrets never stand in facts, so they never stand here.

    {name}     the fact of this name; a missing one is shown as —
    [… {name}] left out as a whole unless every fact in it is there
    {left}     made from the fact `seconds`: 00:14, from one hour on 1:02:03

Exit codes: 2 usage, 3 a rule refuses, 4 a check failed, 5 the input is not of its form, 6 somebody needed did not answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

MISSING = "—"
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Message:
    """The sentences of one code."""

    zh: str
    en: str
    next_zh: str
    next_en: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One error, ready to be shown. `facts` as they were raised, for programs."""

    code: str
    exit_code: int
    text_zh: str
    text_en: str
    next_zh: str
    next_en: str
    facts: dict[str, object]


def explain(error: Exception) -> Explained:
    """The sentences of an error of this package; of any other error only that something unexpected happened."""
    code, facts = code_and_facts(error)
    return filled(code, MESSAGES.get(code, UNKNOWN), facts, WORDS)


def code_and_facts(error: Exception) -> tuple[str, dict[str, object]]:
    """What an error of either package carries. Other errors have neither, and their own text is never shown."""
    code, facts = getattr(error, "code", None), getattr(error, "facts", None)
    if not isinstance(code, str) or not isinstance(facts, dict):
        return "unknown", {}
    return code, dict(facts)


def filled(code: str, message: Message, facts: Mapping[str, object], words: Mapping[str, str]) -> Explained:
    """A message with its facts. `words`: our English names of things → Chinese, for the Chinese sentences."""
    en = {"code": code, **_shown(facts)}
    zh = {name: words.get(text, text) if name in _NAMES_OF_THINGS else text for name, text in en.items()}
    return Explained(
        code=code,
        exit_code=message.exit_code,
        text_zh=_sentence(message.zh, zh),
        text_en=_sentence(message.en, en),
        next_zh=_sentence(message.next_zh, zh),
        next_en=_sentence(message.next_en, en),
        facts=dict(facts),
    )


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return MISSING


def _sentence(template: str, facts: Mapping[str, str]) -> str:
    def kept(part: re.Match[str]) -> str:
        names = [name for _, name, _, _ in Formatter().parse(part[1]) if name]
        return part[1] if all(facts.get(name) for name in names) else ""

    return _OPTIONAL.sub(kept, template).format_map(_Facts(facts))


def _shown(facts: Mapping[str, object]) -> dict[str, str]:
    shown = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value) for name, value in facts.items()
    }
    if re.fullmatch(r"-?\d{1,9}", shown.get("seconds", "")):
        shown["left"] = _clock(int(shown["seconds"]))
    return shown


def _clock(seconds: int) -> str:
    """14 → 00:14; 3723 → 1:02:03."""
    minutes, seconds = divmod(max(0, seconds), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


_NAMES_OF_THINGS = frozenset({"what", "why", "who", "act", "before", "kind", "duty"})
"""Facts whose value may be one of our own words, to be said in Chinese in a Chinese sentence."""

WORDS = {
    # objects
    "ask": "密钥请求", "attempt": "组卷记录", "attended": "到场办理检查表", "checkpoint": "台账签点", "deposit": "分片存入回单", "directory": "名录",
    "draft": "组卷草稿", "entry": "台账条目", "envelope": "数字信封", "fresh": "最新台账签点", "header": "场次信息",
    "hid": "场次标识", "import": "试题入库", "intent": "下发意向", "item": "试题", "journal": "保管单位日志",
    "key file": "密钥文件", "ledger proof": "台账证明", "manifest": "封装清单", "order": "指令", "orders": "指令列表",
    "packages": "试卷包列表", "pid": "试卷包标识", "pool": "题库", "pool-manifest": "题库下发清单", "proof": "清样",
    "publication": "发布内容", "receipt": "回执", "release": "下发的密钥", "request": "请求", "row": "封装清单条目",
    "seed": "组卷种子", "session": "场次", "share": "密钥分片", "signature line": "签名行", "statement": "签名文件",
    "status": "保管单位状态", "uses": "使用情况报告", "centre": "中心", "desk": "组卷室", "scoring": "阅卷室", "station": "考点", "device": "设备",
    # acts
    "look": "查阅试题", "review": "审题", "pledge": "保密承诺书", "recusal": "回避申报", "occupation": "职业登记", "edition": "题库版本登记",
    "blueprint": "细目表审定", "seal": "封装", "approve": "审批", "fetch": "收齐试卷包", "arm": "考前预检",
    "freeze": "暂停启用", "lift": "恢复启用", "open": "解密制卷", "print": "印制", "return": "回收清点", "incident": "异常",
}  # fmt: skip

UNKNOWN = Message(
    "出现未预料的问题（{code}）", "something unexpected happened ({code})",
    "请记下时间和操作，联系系统管理人员", "note the time and what was done, and call the system's keeper", 6,
)  # fmt: skip

MESSAGES: dict[str, Message] = {
    "attended.checklist": Message(
        "检查表不全，或不是刚刚签的", "the checklist is not complete, or was not signed just now",
        "请两名保管人当场逐项确认后再签", "let both keepers confirm each item now, then sign", 3,
    ),
    "disk.full": Message(
        "磁盘已满，没有写成", "the disk is full; nothing was written",
        "请腾出空间后重试，已完成的部分不会丢失", "make room and try again; what is done stays done", 6,
    ),
    "file.missing": Message(
        "没有文件“{name}”", "there is no file {name}",
        "请核对路径", "check the path", 5,
    ),
    "config.toml": Message(
        "配置文件 {name} 不是 TOML", "the settings file {name} is no TOML",
        "请对照 config/ 中的示例改正", "correct it after the example in config/", 5,
    ),
    "file.exists": Message(
        "文件“{name}”已存在，不覆盖", "{name} is there already and is never replaced",
        "请换一个目录，或先移走原文件", "choose another folder, or move the file away first", 5,
    ),
    "file.unusable": Message(
        "文件“{name}”不能读写", "{name} cannot be read or written",
        "请核对路径、权限和磁盘空间", "check the path, the permissions and the space on the disk", 5,
    ),
    "header.freezers": Message(
        "封装清单中的暂停人与名录不符", "the manifest's freezers are not those of the directory",
        "请按现行名录重新封装", "seal again under the present directory", 4,
    ),
    # --- the ledger's checkpoints -------------------------------------------------------------------------------------
    "checkpoint.body": Message(
        "送签的台账签点不完整或格式不符", "the checkpoint came in a form this holder does not read",
        "请核对两边程序的版本后重新送签", "compare the versions of both programs, then send it again", 5,
    ),
    "checkpoint.doubled": Message(
        "台账签点上同一保管单位 {name} 签了不止一次", "the checkpoint bears more than one line of {name}",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "checkpoint.form": Message(
        "台账签点的内容不是规定的形式（{why}）", "the checkpoint is not in its one form ({why})",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "checkpoint.log_line": Message(
        "台账签点缺少台账 {origin} 自己的签名", "the checkpoint lacks the line of its own ledger {origin}",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "checkpoint.order": Message(
        "台账签点上 {name} 的签名不在规定的位置", "the line of {name} is out of place on the checkpoint",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "checkpoint.origin": Message(
        "台账签点属于另一台账 {found}，应为 {expected}", "the checkpoint is of another ledger: {found}, expected {expected}",
        "请核对中心地址与名录，再取一次签点", "compare the centre's address with the directory, then fetch it again", 4,
    ),
    "checkpoint.other_log": Message(
        "签点“{found}”不是本台账“{expected}”的", "this checkpoint is of {found}, the key is of {expected}",
        "请用该台账自己的密钥签发", "sign it with that ledger's own key", 3,
    ),
    "checkpoint.quorum": Message(
        "台账签点有 {found} 家保管单位会签，需要 {needed} 家", "{found} holders cosigned the checkpoint, {needed} are needed",
        "请等其余保管单位上线会签后再试", "wait until more holders are reachable, then try again", 3,
    ),
    "checkpoint.shared_key": Message(
        "名录中有两方使用同一把密钥", "two parties of the directory share one key",
        "请为其中一方另生成密钥并重新签发名录", "make a new key for one of them and sign a new directory", 3,
    ),
    "checkpoint.size": Message(
        "本单位已会签到第 {held} 条，来件以为是第 {found} 条",
        "this holder has cosigned {held} lines, the request says {found}",
        "无需处理，中心会从第 {held} 条起重新送签", "nothing to do: the centre sends it again from line {held} on", 3,
    ),
    "checkpoint.time": Message(
        "台账签点上 {name} 的会签时间无效", "the time in the cosignature of {name} is no time",
        "请核对该保管单位的时钟，并报告审计人员", "look at that holder's clock and tell the auditor", 4,
    ),
    "checkpoint.unknown_line": Message(
        "台账签点上有名录之外的签名 {name}", "the checkpoint bears a line of {name}, which the directory does not know",
        "请核对本机名录的版本；版本无误时报告审计人员",
        "compare this seat's directory version; if it is right, tell the auditor", 4,
    ),
    # --- a holder's own settings --------------------------------------------------------------------------------------
    "clock.setting": Message(
        "时钟设置“{found}”无法识别", "the clock setting \"{found}\" is not known",
        "请在 holder.toml 中写 clock = \"system\" 后重新启动", "write clock = \"system\" in holder.toml and start again", 5,
    ),
    "config.key": Message(
        "配置文件中“{key}”多余或缺失", "the key \"{key}\" of the settings is unknown or missing",
        "请对照 config/ 中的样例修改后重新启动", "compare with the example in config/, then start again", 5,
    ),
    "config.value": Message(
        "配置项“{key}”的值“{found}”不可用", "the setting \"{key}\" cannot be \"{found}\"",
        "请对照 config/ 中的样例修改后重新启动", "compare with the example in config/, then start again", 5,
    ),
    "input.ended": Message(
        "输入中断，没有执行", "the input ended, nothing was done",
        "请重新执行并完整输入", "run it again and answer every question", 5,
    ),
    "input.unusable": Message(
        "输入的内容无法使用（{kind}）", "what was given cannot be used ({kind})",
        "请核对选项和文件的内容", "check the options and what is in the files", 5,
    ),
    "journal.chain": Message(
        "保管单位日志第 {line} 行与前一行对不上", "line {line} of the holder's journal does not continue the line before it",
        "请停用本单位程序，保留原文件，报告审计人员", "stop this holder, keep the file as it is, tell the auditor", 4,
    ),
    "journal.kind": Message(
        "保管单位日志中有无法识别的记录“{kind}”", "the holder's journal has a record of an unknown kind: {kind}",
        "请核对程序版本；版本无误时报告审计人员", "compare the program's version; if it is right, tell the auditor", 4,
    ),
    # --- the code read over the phone ---------------------------------------------------------------------------------
    "code.check": Message(
        "口令码校验不符：有字符听错或输错，或不是本场次本卷的口令码",
        "the code does not check: a sign was misheard, or it is of another paper",
        "请与报读人逐组核对后重新输入", "compare group by group with the reader, then type it again", 5,
    ),
    "code.form": Message(
        "口令码不完整或含有不会出现的字符[，在第{group}组][：输入了{found}个字符，应为{expected}个]",
        "the code is incomplete or has a sign no code has[, in group {group}][: {found} signs came, {expected} are needed]",
        "请核对后重新输入", "compare it with the reader, then type it again", 5,
    ),
    # --- the directory ------------------------------------------------------------------------------------------------
    "directory.doubled": Message(
        "名录中同一名称或同一密钥出现两次", "a name or a key stands twice in the directory",
        "请为每个人、每台设备使用各自的名称和密钥", "give every person and machine a name and keys of its own", 5,
    ),
    "directory.draft": Message(
        "名录草稿不完整或有误：{found}", "the draft of the directory is incomplete or wrong: {found}",
        "请补正草稿后重新签发", "complete the draft, then sign again", 5,
    ),
    "directory.not_pinned": Message(
        "本席位 {home} 尚未固定名录", "no directory is pinned in {home} yet",
        "请当面核对名录指纹，然后执行 itembank directory pin",
        "compare the fingerprint in person, then run itembank directory pin", 3,
    ),
    "directory.older": Message(
        "该名录是第{found}版，本席位已有第{held}版",
        "this directory is version {found}, this seat already holds version {held}",
        "请使用最新签发的名录", "use the directory that was signed last", 3,
    ),
    "directory.pin": Message(
        "名录与当面核对的指纹不符：现为 {found}，应为 {expected}",
        "the directory is not the one of the fingerprint: {found}, expected {expected}",
        "请向签发人重新领取名录文件和指纹", "get the file and the fingerprint again from those who signed it", 4,
    ),
    "directory.roots": Message(
        "名录有 {came} 名根密钥持有人签名，需要 {needed} 名", "{came} roots signed the directory, {needed} are needed",
        "请由另一名根密钥持有人补签", "let another root sign it too", 4,
    ),
    "directory.unknown": Message(
        "名录中没有“{who}”", "the directory does not know \"{who}\"",
        "请核对名称和本席位名录的版本", "check the name, and the version of this seat's directory", 3,
    ),
    # --- signed statements --------------------------------------------------------------------------------------------
    "statement.duty": Message(
        "“{who}”在名录中没有“{duty}”职责", "{who} does not have the duty {duty} in the directory",
        "请由担任该职责的人员办理", "let somebody with this duty do it", 3,
    ),
    "statement.kind": Message(
        "该文件不是{what}", "this file is no {what}",
        "请选择正确的文件后再试", "choose the right file and try again", 4,
    ),
    "statement.same_person": Message(
        "需要两个人办理，两次都是“{who}”", "this takes two different people, and both times it was {who}",
        "请由另一名有此职责的人员办理第二步", "let another person with the duty do the second part", 4,
    ),
    "statement.signature": Message(
        "{what}上“{who}”的签名与内容不符", "the signature of {who} does not fit this {what}",
        "请向来源重新领取该文件；再次不符时报告审计人员",
        "get the file again from its source; if it fails again, tell the auditor", 4,
    ),
    "statement.signed_twice": Message(
        "{what}上“{who}”签了两次", "{who} signed this {what} twice",
        "请由两名不同人员重新签署", "let two different people sign it anew", 4,
    ),
    "statement.signers": Message(
        "有 {came} 人签名，需要 {needed} 人", "{came} people signed, {needed} are needed",
        "请按职责补齐签名人后再试", "bring the people of the missing duties and try again", 3,
    ),
    "statement.unknown_signer": Message(
        "{what}的签名人“{who}”不在名录中", "{who}, who signed this {what}, is not in the directory",
        "请核对本席位名录的版本；版本无误时报告审计人员",
        "compare this seat's directory version; if it is right, tell the auditor", 4,
    ),
    "statement.unsigned": Message(
        "{what}没有签名", "this {what} bears no signature",
        "请向来源重新领取已签名的文件", "get the signed file from its source", 4,
    ),
    # --- stored objects -----------------------------------------------------------------------------------------------
    "object.base64": Message(
        "{what}中有一段编码被改动或残缺", "a coded part of this {what} is changed or cut",
        "请向来源重新领取该文件", "get the file again from its source", 4,
    ),
    "object.fields": Message(
        "{what}的项目不齐或与规定不符", "the fields of this {what} are not those it must have",
        "请向来源重新领取该文件，并核对两边程序的版本", "get the file again from its source, and compare program versions", 4,
    ),
    "object.hex": Message(
        "{what}中的标识被改动或残缺", "an identifier in this {what} is changed or cut",
        "请向来源重新领取该文件", "get the file again from its source", 4,
    ),
    "object.not_canonical": Message(
        "{what}不是规定的存储形式，可能被改动或残缺", "this {what} is not in its one stored form: it was changed or cut",
        "请向来源重新领取该文件", "get the file again from its source", 4,
    ),
    "object.time": Message(
        "时间“{found}”不是规定的写法", "\"{found}\" is no time in the agreed form",
        "请写成 2026-11-14T00:30:00Z 的形式（协调世界时）", "write it like 2026-11-14T00:30:00Z (UTC)", 5,
    ),
    "entry.act": Message(
        "台账不登记“{act}”，或缺少办理人的签名", "the ledger takes no line for \"{act}\", or nobody signed it",
        "请核对两边程序的版本后再试", "compare the versions of both programs, then try again", 5,
    ),
    "entry.long": Message(
        "“{act}”的台账条目过长（{found}字节）", "the ledger line for \"{act}\" is too long ({found} bytes)",
        "请减少一次办理的数量，分批进行", "do it in smaller parts", 5,
    ),
    "note.form": Message(
        "台账签点的签名页不是规定的形式（{why}）", "the signed note is not in its one form ({why})",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "note.name": Message(
        "签名方名称“{found}”不可用", "\"{found}\" cannot name a signer",
        "请使用名录中的名称，不含空格和加号", "use the name of the directory, without blanks and plus signs", 4,
    ),
    "note.signature": Message(
        "台账签点上“{name}”的签名与内容不符", "the signature of {name} does not fit the checkpoint",
        "请从第二存储取原签点，并报告审计人员", "take the checkpoint from the second store and tell the auditor", 4,
    ),
    "tree.consistency": Message(
        "台账第 {new_size} 条时的状态不是第 {old_size} 条时的延续",
        "the ledger at {new_size} lines does not continue the one at {old_size}",
        "请停止使用该台账，保留两份文件，报告审计人员", "stop using this ledger, keep both files, tell the auditor", 4,
    ),
    "tree.inclusion": Message(
        "该条目不在所示的台账或清单中（第 {index} 条，共 {size} 条）",
        "the entry does not stand where it is said to: {index} of {size}",
        "请向中心重新领取证明；再次不符时报告审计人员",
        "fetch the proof again from the centre; if it fails again, tell the auditor", 4,
    ),
    "tree.range": Message(
        "所要的台账位置不存在[（共 {size} 条）]", "there is no such place in the ledger[ of {size} lines]",
        "请用台账现有的条数再试", "try again within the ledger's size", 5,
    ),
    # --- key files ----------------------------------------------------------------------------------------------------
    "key.damaged": Message(
        "密钥文件“{key}”已损坏", "the key file \"{key}\" is damaged",
        "请从备份恢复该文件；没有备份时重新生成并更新名录",
        "restore it from its backup, or make a new key and a new directory", 4,
    ),
    "key.kind": Message(
        "“{key}”不是此处所需的密钥文件", "\"{key}\" is not the kind of key file needed here",
        "请核对目录中的密钥文件", "check which key file lies in this folder", 5,
    ),
    "key.not_yours": Message(
        "“{who}”不是密钥“{key}”的解锁人", "{who} is not among those who unlock the key \"{key}\"",
        "请由该密钥登记的人员解锁", "let the people named in the key unlock it", 3,
    ),
    "key.passphrase": Message(
        "“{who}”的口令未能解锁密钥“{key}”", "the passphrase of {who} does not unlock the key \"{key}\"",
        "请检查大小写和输入法后重新输入", "check capitals and the input method, then type it again", 3,
    ),
    "key.passphrase_short": Message(
        "口令少于8个字节", "the passphrase has fewer than 8 bytes",
        "请使用更长的口令", "choose a longer one", 5,
    ),
    "key.readable_by_others": Message(
        "密钥文件“{key}”可被其他用户读取", "others on this machine may read the key file \"{key}\"",
        "请执行 chmod 600 后再试", "run chmod 600 on it, then try again", 3,
    ),
    "key.threshold": Message(
        "解锁人数 {threshold} 与登记的 {people} 人不相容", "{threshold} of {people} people cannot unlock a key",
        "请使所需人数在1与登记人数之间", "let the number needed be between 1 and the people named", 5,
    ),
    "key.too_few": Message(
        "解锁密钥“{key}”需要 {needed} 人，到场 {came} 人", "the key \"{key}\" takes {needed} people, {came} came",
        "请另一名解锁人一同输入口令", "let another of its people enter a passphrase too", 3,
    ),
    # --- a sealed session ---------------------------------------------------------------------------------------------
    "deposit.foreign": Message(
        "保管单位“{who}”的分片存入回单不属于本场次", "the deposit of {who} is not of this session",
        "请让该单位重新存入；再次不符时报告审计人员", "let this holder deposit again; if it fails again, tell the auditor", 4,
    ),
    "envelope.commitment": Message(
        "数字信封中的密钥与封装清单的登记不符", "what is in the envelope is not what the manifest committed to",
        "请重新领取数字信封；再次不符时停止使用该试卷包",
        "fetch the envelope again; if it fails again, do not use the package", 4,
    ),
    "envelope.foreign": Message(
        "{what}不是封给本机的，或已被改动", "this {what} is not sealed for this machine, or was changed",
        "请核对设备与考点，重新领取", "check device and station, then fetch it again", 4,
    ),
    "header.directory": Message(
        "场次按名录第{found}版封装，与本机第{held}版不一致",
        "the session was sealed under directory {found}, this seat has {held}",
        "请固定同一版名录后再试", "pin the same directory, then try again", 4,
    ),
    "header.lead": Message(
        "解密时间控制“{lock}”早于开考超过90分钟", "the lock {lock} would open more than 90 minutes before the exam",
        "请把提前量改为90分钟以内", "set the lead to 90 minutes or less", 3,
    ),
    "header.locks": Message(
        "场次的解密时间控制互相矛盾", "the locks of this session contradict each other",
        "请核对各解密时间控制的名称、起止时间和先后关系", "check names, times and order of the locks", 5,
    ),
    "header.quorum": Message(
        "{n} 家保管单位中取 {k} 家的设置不可用", "{k} of {n} holders cannot be",
        "请按名录中的保管单位数重新设置", "set it to fit the holders of the directory", 5,
    ),
    "header.suite": Message(
        "密码套件“{found}”本程序不支持", "this program does not know the cipher suite \"{found}\"",
        "请更新程序到封装方的版本", "update the program to the version that sealed it", 3,
    ),
    "intent.foreign": Message(
        "下发意向不属于本场次的解密时间控制“{lock}”", "the release intent is not for the lock {lock} of this session",
        "请重新考前预检，取得本场次的下发意向", "arm again to take the intent of this session", 4,
    ),
    "lock.unknown": Message(
        "本场次没有解密时间控制“{lock}”", "this session has no lock \"{lock}\"",
        "请核对卷别", "check which paper is meant", 3,
    ),
    "ledger.other_line": Message(
        "中心登记的台账条目不是所提交的内容", "the ledger line of the centre is not what was sent",
        "请停止办理，报告审计人员", "stop here and tell the auditor", 4,
    ),
    "manifest.session": Message(
        "封装清单属于场次 {found}，不是 {session}", "the manifest is of session {found}, not of {session}",
        "请勿使用，改用 --manifest 指定本场次的清单", "do not use it; name this session's with --manifest", 4,
    ),
    "manifest.locks": Message(
        "封装清单中的解密时间控制[“{lock}”]与场次信息不符", "the manifest's lock[ {lock}] does not fit its header",
        "请向中心重新领取封装清单", "fetch the manifest again from the centre", 4,
    ),
    "row.proof": Message(
        "“{package}”的封装清单条目不在已签署的清单中", "the row of {package} does not stand in the signed manifest",
        "请向中心重新领取；再次不符时停止使用该试卷包", "fetch it again from the centre; if it fails again, do not use it", 4,
    ),
    "serve.address": Message(
        "地址 {address} 已被占用或不可用", "the address {address} is taken, or not this machine's",
        "请停止占用它的程序，或核对名录中的地址", "stop what listens there, or check the address in the directory", 6,
    ),
    "session.older": Message(
        "场次 {session} 的第{found}版已被第{held}版取代",
        "version {found} of session {session} is older than version {held}, held here",
        "请使用最新一版", "use the newest version", 3,
    ),
    # --- pool releases ------------------------------------------------------------------------------------------------
    "pool.chain": Message(
        "题库“{pool}”第{version}版不是接续它所指的上一版", "version {version} of the pool {pool} does not continue the release it names",
        "不要使用；请题库下发整库", "do not use it; ask the bank for a full release", 4,
    ),
    # --- orders -------------------------------------------------------------------------------------------------------
    "order.freezer": Message(
        "“{who}”不是本场次指定的暂停人", "{who} is not a named freezer of this session",
        "请由场次指定的暂停人下达", "let a freezer named in the session give the order", 3,
    ),
    "order.id": Message(
        "指令编号 {order} 与指令内容不符", "the order's id {order} is not made of what it says",
        "请勿使用，向下达人索取原件", "do not use it; ask whoever gave it for the original", 4,
    ),
    "order.long": Message(
        "指令过长：{length}字节，至多{most}字节", "the order is too long: {length} bytes, at most {most}",
        "请缩短理由，或用 --order 少列几条暂停令", "shorten the reason, or name fewer freezes with --order", 3,
    ),
    "order.session": Message(
        "该指令所指的场次此处不存在", "the order speaks of a session that is not here",
        "请核对场次编号；刚封装的场次先完成下发", "check the session; a freshly sealed one has to be published first", 3,
    ),
    "order.suspended": Message(
        "“{who}”对“{locks}”的暂停权已随恢复令中止", "a lift has suspended the right of {who} to freeze {locks}",
        "请由另一名暂停人下达，或只暂停其余的卷", "let another freezer give the order, or freeze the others only", 3,
    ),
    "order.superseded": Message(
        "该指令所指的版本已被新版取代", "the order speaks of a version that a newer one has replaced",
        "请对最新一版重新下达指令", "give the order for the newest version", 3,
    ),
    "order.type": Message(
        "指令种类“{found}”本程序不支持", "this program knows no order \"{found}\"",
        "请核对两边程序的版本", "compare the versions of both programs", 3,
    ),
    # --- the release --------------------------------------------------------------------------------------------------
    "release.after": Message(
        "“{lock}”须在“{after}”下发之后才能下发", "{lock} may only be released after {after}",
        "请等“{after}”的密钥下发并考试结束后再试", "wait until {after} is released and its exam is over", 3,
    ),
    "release.closed": Message(
        "“{lock}”的解密时间已于 {closes} 结束", "the time to open {lock} ended at {closes}",
        "请报告考务负责人，由其决定是否另行封装", "tell the officer in charge, who may have it sealed anew", 3,
    ),
    "release.commitment": Message(
        "合成的密钥与“{lock}”在封装清单中的登记不符", "the released key is not the one the manifest committed to for {lock}",
        "请重新向保管单位取密钥；再次不符时报告审计人员", "ask the holders again; if it fails again, tell the auditor", 4,
    ),
    "release.foreign": Message(
        "下发的密钥属于另一场次", "the released key is of another session",
        "请取本场次的密钥", "fetch the key of this session", 4,
    ),
    "release.form": Message(
        "下发的密钥文件不是规定的形式", "the release is not in its one form",
        "请重新下载，或改用电话报读的口令码", "download it again, or use the code read over the phone", 4,
    ),
    "release.frozen": Message(
        "“{lock}”已被暂停启用（{orders}）", "{lock} is frozen ({orders})",
        "请联系暂停人；恢复启用由两名恢复人办理", "call the one who froze it; two officers can lift it", 3,
    ),
    "release.no_deposit": Message(
        "本保管单位没有该场次的密钥分片", "this holder has no share of this session",
        "请在中心完成下发，使分片存入保管单位", "publish the session, so that the shares are deposited", 3,
    ),
    "release.not_activated": Message(
        "“{lock}”须经启用指令才能解密", "{lock} opens only by an order to activate it",
        "需要使用备用卷时，请报告考务负责人", "tell the officer in charge when the spare paper is needed", 3,
    ),
    "release.not_fresh": Message(
        "保管单位未能确认最近{minutes}分钟内的台账与其他单位的状态",
        "the holder could not learn the state of ledger and other holders within {minutes} minutes",
        "请恢复中心或其他保管单位的网络后重试，或由本单位两名保管人到场办理",
        "bring the centre or another holder back on line, or let two keepers of this office attend", 3,
    ),
    "release.order_missing": Message(
        "其他保管单位已收到指令 {orders}，本单位尚未收到", "other holders know the orders {orders}, this one does not yet",
        "请把该指令送达本单位后重试", "bring the order to this holder, then try again", 3,
    ),
    "release.quorum": Message(
        "已取得 {came} 家保管单位的密钥分片，需要 {needed} 家", "{came} holders gave their share, {needed} are needed",
        "请联系其余保管单位后重试", "call the other holders, then try again", 3,
    ),
    "release.superseded": Message(
        "该版封装已被新版取代", "this sealing has been superseded by a newer version",
        "请使用最新一版的试卷包", "use the packages of the newest version", 3,
    ),
    "release.too_early": Message(
        "解密时间未到，距解密 {left}", "too early: {left} until decryption",
        "请等解密时间到达后重试，在此之前任何人都不能解密", "try again when the time has come; nobody can open it before", 3,
    ),
    "share.commitment": Message(
        "第{j}家保管单位的密钥分片与封装清单的登记不符", "the share of holder {j} is not the one the manifest committed to",
        "请改用其余保管单位的分片，并报告审计人员", "use the shares of the other holders, and tell the auditor", 4,
    ),
    "share.foreign": Message(
        "第{j}家保管单位的密钥分片属于另一场次或另一卷", "the share of holder {j} is of another session or paper",
        "请重新向该单位取本场次的分片", "ask this holder again for this session", 4,
    ),
    "share.form": Message(
        "密钥分片不是规定的形式", "the share is not in its one form",
        "请重新向保管单位取分片", "ask the holder again", 4,
    ),
    "attended.keepers": Message(
        "到场办理须由本单位登记的两名保管人签署", "attending takes two keepers named for this office",
        "请由本单位的两名保管人核对检查表后签署", "let two keepers of this office confirm the checklist", 3,
    ),
    "attended.other_lock": Message(
        "保管人签署的检查表不是本场次“{lock}”的", "the keepers' checklist is not for the lock {lock} of this session",
        "请按本场次和卷别重新签署检查表", "let them confirm a checklist for this session and paper", 3,
    ),
    # --- requests of devices ------------------------------------------------------------------------------------------
    "request.unsigned": Message(
        "该请求没有名录中设备的签名", "the request bears no signature of a device of the directory",
        "请在已登记的设备上办理", "do it on a machine of the directory", 3,
    ),
}  # fmt: skip
