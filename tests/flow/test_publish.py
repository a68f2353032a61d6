"""Publishing and fetching go on where they stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from itembank.demo import cast
from tests.flow import insider
from tests.flow.stage import Province, running

PUBLISH = ("publish", "--home", "desk", "--session", cast.SESSION, "--json")


def count(province: Province, act: str) -> int:
    return len([entry for entry in province.entries() if entry.act == act])


def test_publish_needs_k_holders_says_so_and_may_be_repeated(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province", "centre", "province") as province:
        insider.seal_quickly(province, insider.draft_of(province), opens_in=7200)
        alone = province.run(*PUBLISH)
        assert (alone.code, alone.error) == (6, "publish.deposits")
        assert count(province, "deposit") == 1 and count(province, "intent") == 0
        province.start("city")
        two = province.ok(*PUBLISH).told
        assert two["deposits"] == ["province", "city"] and "supervision" in str(two)
        assert not (province.home / "desk" / "sessions" / cast.SESSION / "draft").exists()
        province.start("supervision")
        assert province.ok(*PUBLISH).told["deposits"] == ["province", "city", "supervision"]
        province.settle()
        assert [count(province, act) for act in ("seal", "approve", "deposit", "intent")] == [1, 1, 3, 1]
        assert province.audit().findings == []


def test_publish_without_the_approval_is_refused(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province", "centre") as province:
        insider.seal_quickly(province, insider.draft_of(province), opens_in=7200, approved=False)
        done = province.run(*PUBLISH)
        assert done.code in (3, 4), done.told
        assert count(province, "seal") == 0


def test_publish_with_the_centre_away_is_unavailable(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province", "province") as province:
        insider.seal_quickly(province, insider.draft_of(province), opens_in=7200)
        done = province.run(*PUBLISH)
        assert (done.code, done.error) == (6, "line.silent")


class Wire(threading.Thread):
    """A slow line: everything between its port and the centre, so many bytes a second towards the station, counted."""

    def __init__(self, to: int, rate: float) -> None:
        super().__init__(daemon=True)
        self.rate, self.carried, self._to = rate, 0, to
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
                threading.Thread(target=self._connection, args=(client,), daemon=True).start()
            except OSError:
                return

    def _connection(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._to)) as server:
            up = threading.Thread(target=self._carry, args=(client, server, False), daemon=True)
            up.start()
            self._carry(server, client, True)
            client.close()
            up.join(1)

    def _carry(self, source: socket.socket, target: socket.socket, down: bool) -> None:
        try:
            while data := source.recv(1 << 14):
                target.sendall(data)
                if down:
                    self.carried += len(data)
                    time.sleep(len(data) / self.rate)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self._socket.close()


def test_a_download_killed_in_the_middle_keeps_its_verified_blocks_and_fetches_only_the_rest(
    proved_home: Path, tmp_path: Path
) -> None:
    with running(proved_home, tmp_path / "province") as province:
        insider.seal_quickly(province, insider.draft_of(province), opens_in=7200, pages=3 << 20)
        province.ok(*PUBLISH)
        # The line to the centre becomes slow: the station of another directory, signed by the same roots.
        real = int(province.directory.centre_url.rpartition(":")[2])
        wire = Wire(real, rate=2e6)
        wire.start()
        station = province.place(1)
        province.point_centre(station, wire.port)
        fetch = ("station", "fetch", "--home", str(station), "--json")
        first = subprocess.Popen(
            province.command("itembank", *fetch), cwd=province.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        parts = station / "sessions" / province.hid
        insider.wait_for(lambda: any(p.stat().st_size > 1 << 20 for p in parts.glob("*.part")), province)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        (part,) = parts.glob("*.part")
        kept, carried = part.stat().st_size, wire.carried
        assert kept > 1 << 20 and not part.with_suffix("").exists()
        # A torn and a false last block are thrown away, not believed.
        part.write_bytes(part.read_bytes()[: kept - 1000] + bytes(300))
        wire.carried, wire.rate = 0, 1e9
        province.ok(*fetch)
        whole = sum(p.stat().st_size for p in parts.glob("*.sealed"))
        assert wire.carried < whole - (1 << 20) + (400 << 10), (wire.carried, whole, kept, carried)
        for path in parts.glob("*.sealed"):
            assert path.read_bytes() == (insider.desk_folder(province) / path.name).read_bytes()
        assert not list(parts.glob("*.part"))
        fetched = [entry for entry in province.entries() if entry.act == "fetch"]
        assert len(fetched) == 2
        wire.close()
