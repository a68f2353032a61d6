"""Between the bank and the desk: a whole pool is released to one desk, sealed; the desk takes it.

The centre learns that a desk has a pool, never which items it draws. The container is the one of a paper, without a lock:
only the desk's key opens it. A desk refuses a release for another desk, one older than it has, and one flipped byte.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itembank.domain.errors import PlanError
from itembank.formats.container import check_container
from itembank.formats.payload import open_content, seal_content
from itembank.formats.pool_content import PoolContent, read_pool_content
from itembank.ports import Book, Clock, Folder, Random
from itembank.steps.recording import record
from keys.content_key import content_key_without_lock
from keys.directory import Device, Directory
from keys.envelope import open_envelope, seal_envelope
from keys.errors import RefusedError
from keys.pool_release import PoolHeader, PoolManifest, read_pool_manifest, sign_pool_manifest
from keys.row import PackageCore, row_files
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class PoolRelease:
    """The files of one release: `NAME.manifest` and `PID.sealed`."""

    name: str
    version: int
    items: int
    manifest: bytes
    container: bytes
    container_name: str

    @property
    def manifest_name(self) -> str:
        return f"{self.name}.manifest"


def release_pool(
    book: Book, directory: Directory, pool: str, edition: str, desk: Device, managers: Sequence[Signer], clock: Clock,
    random: Random,
) -> PoolRelease:  # fmt: skip
    """Seal the whole pool for the desk, signed by two managers of the bank; the line and the release are one act."""
    with book.begin() as transaction:
        blueprint, items = transaction.blueprint(), tuple(transaction.items(pool))
        if blueprint is None or not items:
            raise PlanError("pool.empty", pool=pool)
        subject = f"{pool}/{desk.name}"
        version = len(transaction.statements("pool", subject)) + 1
        previous = f"{pool}-{version - 1}" if version > 1 else ""
        header = PoolHeader(pool, edition, version, previous, directory.centre_label, desk.name, directory.version)
        content = PoolContent(pool, blueprint, items, transaction.figures(pool))
        release = _seal(header, content.encode(), len(items), desk, managers, random)
        digest = read_pool_manifest(release.manifest, directory).digest
        transaction.save_statement("pool", subject, str(version), release.manifest)
        transaction.save_statement("pool-digest", digest, "1", subject.encode())
        line = {"pool": pool, "version": str(version), "desk": desk.name, "hid": header.hid.hex()}
        record(transaction, clock, "pool", line, managers[0].name, release.manifest)
    return release


def take_pool(
    desk: Folder, directory: Directory, me: Device, manifest: bytes, bring: Callable[[str], bytes]
) -> PoolManifest:
    """Keep a release on the desk, as sealed as it came; `bring` gives the container by its file name.

    Raises RefusedError for another desk's release or an older one, ContainerError for a changed byte.
    """
    release = read_pool_manifest(manifest, directory)
    if release.header.desk != me.name:
        raise RefusedError("pool.other_desk", desk=release.header.desk)
    held = newest_version(desk, release.header.pool)
    if release.header.version < held:
        raise RefusedError("pool.older", pool=release.header.pool, found=release.header.version, held=held)
    container = bring(release.row.row.file)
    check_container(io.BytesIO(container), release.row.row, release.hid)
    name = f"{release.header.pool}-{release.header.version}"
    desk.write_once(f"pools/{release.row.row.file}", container)
    desk.write_once(f"pools/{name}.manifest", manifest)
    return release


def newest_version(desk: Folder, pool: str) -> int:
    """The newest version of a pool on this desk, 0 when there is none."""
    stems = [name.removeprefix(f"pools/{pool}-").removesuffix(".manifest") for name in desk.names("pools")]
    return max((int(stem) for stem in stems if stem.isdigit()), default=0)


def open_pools(
    desk: Folder, directory: Directory, me: Device, desk_secret: bytes, named: Sequence[str] = ()
) -> list[tuple[str, PoolContent]]:
    """(digest, content) of the releases named by digest, else of the newest of every pool on this desk; in memory."""
    names = [name for name in desk.names("pools") if name.endswith(".manifest")]
    releases = [read_pool_manifest(desk.read(name), directory) for name in names]
    newest = {release.header.pool: release for release in sorted(releases, key=lambda release: release.header.version)}
    chosen = [release for release in releases if release.digest in named] if named else list(newest.values())
    return [
        (release.digest, open_pool(release, desk.read(f"pools/{release.row.row.file}"), me, desk_secret))
        for release in sorted(chosen, key=lambda release: release.digest)
    ]


def drop_pool(desk: Folder, directory: Directory, digest: str) -> None:
    """Take a release off the desk that the bank does not know; one it does know may come in its place."""
    for name in [name for name in desk.names("pools") if name.endswith(".manifest")]:
        release = read_pool_manifest(desk.read(name), directory)
        if release.digest == digest:
            desk.delete(f"pools/{release.row.row.file}")
            desk.delete(name)


def open_pool(release: PoolManifest, container: bytes, desk: Device, desk_secret: bytes) -> PoolContent:
    """What is in a release, for the desk's key only. Raises TamperedError or ContainerError."""
    row = release.row.row
    pid = row.core.pid(release.hid)
    access = open_envelope(release.hid, pid, desk.name, desk_secret, release.envelope, row.c_a)
    check_container(io.BytesIO(container), row, release.hid)
    key = content_key_without_lock(release.hid, pid, access)
    _, content = open_content(io.BytesIO(container), release.hid, row, key)
    return read_pool_content(content)


def _seal(
    header: PoolHeader, content: bytes, items: int, desk: Device, managers: Sequence[Signer], random: Random
) -> PoolRelease:
    name = f"{header.pool}-{header.version}"
    core = PackageCore(name, "pool", desk.name, "", "pool", "", 1, "")
    hid, pid = header.hid, core.pid(header.hid)
    access, sealed = random(32), io.BytesIO()
    key = content_key_without_lock(hid, pid, access)
    row = seal_content(sealed, hid, core, key, access, content, random)
    envelope = seal_envelope(hid, pid, desk.name, desk.seal, access)
    manifest = sign_pool_manifest(header, row_files([row])[0], envelope, managers)
    return PoolRelease(name, header.version, items, manifest, sealed.getvalue(), row.file)
