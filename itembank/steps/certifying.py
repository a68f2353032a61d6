"""The certificate of a draw, checked and replayed by whoever may read it, at any time after the draw.

No step: the desk asks before it shows or seals a draft, an auditor after the answer-key lock has opened. In this order:

1. the signed attempt in it is an assembler's, and speaks of this session, plan, papers, pools and snapshot
2. the seeds are the ones whose hashes the attempt names, and give the seed of the draw
3. what was excluded, two proofreaders took out in an earlier attempt
4. every rule, counted anew; the costs of the drawn items under the seed; their order
"""

from __future__ import annotations

from itembank.assembly.certificate import Certificate, read_certificate
from itembank.assembly.verification import broken_rules
from itembank.domain.errors import RuleError
from itembank.formats.desk_statements import Attempt, combine_seeds, read_attempt, read_exclusion, seed_hash
from keys.directory import Directory
from keys.encoding import Json
from keys.errors import TamperedError


def check_certificate(value: Json, directory: Directory) -> Certificate:
    """The certificate of its plain values. Raises TamperedError with what does not hold."""
    try:
        certificate = read_certificate(value)
        # 1.
        attempt = read_attempt(certificate.provenance.statement.encode(), directory)
        _check_attempt(certificate, attempt)
        # 2.
        _check_seeds(certificate, attempt)
        # 3.
        _check_exclusions(certificate, directory)
        # 4.
        broken = broken_rules(certificate)
    except (KeyError, TypeError, ValueError, AttributeError, RuleError) as error:
        raise TamperedError("object.fields", what="certificate") from error
    if broken:
        raise TamperedError("certificate.rules", rules=broken)
    return certificate


def _check_attempt(certificate: Certificate, attempt: Attempt) -> None:
    source = certificate.provenance
    says = {
        "session": (source.session, attempt.session),
        "attempt": (source.attempt, attempt.attempt),
        "reason": (source.reason, attempt.reason),
        "plan": (certificate.plan, attempt.plan),
        "papers": (list(certificate.papers), [str(form) for form in attempt.papers]),
        "pools": (source.pool_releases, attempt.pools),
        "snapshot": (certificate.snapshot.digest, attempt.snapshot),
    }
    if differs := [name for name, (found, signed) in says.items() if found != signed]:
        raise TamperedError("certificate.attempt", fields=differs)


def _check_exclusions(certificate: Certificate, directory: Directory) -> None:
    source, excluded = certificate.provenance, dict[str, str]()
    for data in source.exclusions:
        attempt, items = read_exclusion(data.encode(), directory, source.session)
        if attempt >= source.attempt:
            raise TamperedError("certificate.exclusions", session=source.session)
        excluded |= items
    if excluded != certificate.snapshot.excluded:
        raise TamperedError("certificate.exclusions", session=source.session)


def _check_seeds(certificate: Certificate, attempt: Attempt) -> None:
    given = [(seed.who, bytes.fromhex(seed.seed)) for seed in certificate.seeds]
    hashes = tuple(sorted((who, seed_hash(attempt.session, attempt.attempt, who, seed)) for who, seed in given))
    named = tuple(sorted((seed.who, seed.hash) for seed in certificate.seeds))
    if (
        hashes != attempt.seeds
        or named != attempt.seeds
        or combine_seeds(attempt.session, attempt.attempt, given).hex() != certificate.seed
    ):
        raise TamperedError("certificate.seeds", session=attempt.session)
