"""One window for a data folder: a second one hands its paths to the first and ends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from viewer.base.paths import Home

_WAIT_MS = 800
_MOST_BYTES = 1 << 20
_OK = b"ok\n"


def server_name(home: Home) -> str:
    """Return the name of a data folder's window, the same for every process of the user."""
    digest = hashlib.sha256(str(home.root).encode("utf-8", "surrogateescape")).hexdigest()
    return f"lightbox-{digest[:24]}"


def hand_over(home: Home, paths: Sequence[str]) -> bool:
    """Give paths to the window that is open already; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(home))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(json.dumps({"paths": list(paths)}).encode() + b"\n")
    socket.flush()
    taken = socket.waitForReadyRead(_WAIT_MS * 4) and bytes(socket.readAll().data()) == _OK
    socket.disconnectFromServer()
    return taken


class InstanceServer(QObject):
    """Takes paths from later windows; ``paths_arrived`` gives them (perhaps none)."""

    paths_arrived = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = server_name(home)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)
            self._server.listen(name)

    @property
    def listening(self) -> bool:
        """Whether later windows can reach this one."""
        return self._server.isListening()

    def close(self) -> None:
        """Take nothing any more."""
        self._server.close()

    def _greet(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is not None:
            socket.readyRead.connect(lambda: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        try:
            document = json.loads(bytes(socket.readLine().data()))
            paths = tuple(str(path) for path in document["paths"])
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        socket.write(_OK)
        socket.flush()
        self.paths_arrived.emit(paths)
