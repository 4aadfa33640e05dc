"""A second window hands its paths to the first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from viewer.base.paths import Home
from viewer.ui.application import make_application
from viewer.ui.single_instance import InstanceServer, hand_over, server_name

CALLER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from viewer.base.paths import Home
from viewer.ui.single_instance import hand_over
app = QCoreApplication([])
print(hand_over(Home(Path(sys.argv[1])), sys.argv[2:]))
"""


def test_paths_arrive_at_the_first_window(qtbot: QtBot, tmp_path: Path) -> None:
    make_application()
    home = Home(tmp_path / "home")
    server = InstanceServer(home)
    command = [sys.executable, "-c", CALLER, str(home.root), "/a/disc", "/b/Ünïcode"]
    with qtbot.waitSignal(server.paths_arrived, timeout=15_000) as arrived:
        caller = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    answer = caller.communicate(timeout=15)[0]
    server.close()
    assert arrived.args == [("/a/disc", "/b/Ünïcode")]
    assert answer.strip() == "True"


def test_nobody_takes_paths_for_another_data_folder(qtbot: QtBot, tmp_path: Path) -> None:
    make_application()
    server = InstanceServer(Home(tmp_path / "one"))
    assert not hand_over(Home(tmp_path / "two"), ["/a"])
    server.close()


def test_nonsense_from_a_stranger_is_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    make_application()
    home = Home(tmp_path / "home")
    server = InstanceServer(home)
    arrived: list[object] = []
    server.paths_arrived.connect(arrived.append)
    socket = QLocalSocket()
    socket.connectToServer(server_name(home))
    assert socket.waitForConnected(2_000)
    socket.write(json.dumps({"path": 7}).encode() + b"\n")
    socket.flush()
    qtbot.waitUntil(
        lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=5_000
    )
    server.close()
    assert arrived == []
