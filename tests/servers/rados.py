"""A real S3 server: Ceph's RADOS Gateway from Debian, in memory, on loopback, up in about two seconds.

    apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common

It checks signatures and has Object Lock, versions and conditional writes. Ceph 16 keeps no x-amz-checksum, and accepts
`If-None-Match: *` on a key that is taken where the bucket has versions.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "ceph-authtool", "monmaptool")
USER = "client.rgw.a"

# One copy in RAM; the intervals are what a cluster of one waits for at its start.
CONFIG = """[global]
fsid = {fsid}
mon_host = [v2:127.0.0.1:{monitor}]
mon_initial_members = a
keyring = {home}/keyring
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
mon_tick_interval = 1
osd_mon_heartbeat_interval = 1
run_dir = {home}/run
admin_socket = {home}/run/$name.$pid.asok
log_file = {home}/log/$name.log
pid_file =
ms_bind_ipv6 = false
public_network = 127.0.0.0/8
[mon.a]
mon_data = {home}/mon
[osd]
osd_data = {home}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
[client.rgw.a]
rgw_data = {home}/rgw
rgw_frontends = beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1
"""


@dataclass(frozen=True)
class Gateway:
    """A running gateway and the credentials of its one user."""

    address: str
    access: str
    secret: str


@contextmanager
def rados_gateway() -> Iterator[Gateway]:
    """A gateway over a cluster of one monitor and one disk in memory; nothing is left of it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="itembank-rados-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        yield _start(home, stack)


@pytest.fixture(scope="session")
def rados() -> Iterator[Gateway]:
    """The gateway of this process."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        reason = f"Ceph is not installed ({', '.join(missing)}): scripts/test installs it as root"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with rados_gateway() as gateway:
        yield gateway


def _start(home: Path, stack: ExitStack) -> Gateway:
    for name in ("mon", "osd", "rgw", "run", "log"):
        (home / name).mkdir()
    fsid, disk, monitor, port = str(uuid.uuid4()), str(uuid.uuid4()), _free_port(), _free_port()
    (home / "ceph.conf").write_text(CONFIG.format(home=home, fsid=fsid, monitor=monitor, gateway=port))
    config = ("-c", f"{home}/ceph.conf")
    daemon = (*config, "--setuser", "root", "--setgroup", "root") if os.geteuid() == 0 else config
    made = Gateway(f"http://127.0.0.1:{port}", f"test{secrets.token_hex(6)}", secrets.token_hex(20))

    _keyring(home)
    _run("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{monitor}]", "--fsid", fsid, f"{home}/monmap")
    _run("ceph-mon", "-i", "a", "--mkfs", "--monmap", f"{home}/monmap", "--keyring", f"{home}/keyring", *daemon)
    _keep_running(stack, "ceph-mon", "-f", "-i", "a", *daemon)
    # Both with one uuid, or the disk is ignored without a word.
    _run("ceph", *config, "--connect-timeout", "20", "osd", "new", disk)
    _run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk, *daemon)
    _keep_running(stack, "ceph-osd", "-f", "-i", "0", *daemon)
    _keep_running(stack, "radosgw", "-f", "-n", USER, *daemon)
    _wait_for(made.address)
    person = ("--uid=test", "--display-name=test", f"--access-key={made.access}", f"--secret={made.secret}")
    _run("radosgw-admin", "-n", USER, *config, "user", "create", *person)
    return made


def _keyring(home: Path) -> None:
    file = f"{home}/keyring"
    _run("ceph-authtool", "-C", file, "-n", "mon.", "--gen-key", "--cap", "mon", "allow *")
    for name, monitor in (("client.admin", "allow *"), (USER, "allow rwx"), ("osd.0", "allow profile osd")):
        disk = "allow rwx" if name == USER else "allow *"
        _run("ceph-authtool", file, "-n", name, "--gen-key", "--cap", "mon", monitor, "--cap", "osd", disk)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _keep_running(stack: ExitStack, *command: str) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def end() -> None:
        # Nothing is to be saved: it is all in memory.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    stack.callback(end)


def _wait_for(address: str) -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"{address} did not come up")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
