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
        self._callers: list[_Caller] = []
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
        for caller in self._callers:
            caller.close()
        self._callers.clear()

    def _greet(self) -> None:
        self._callers = [caller for caller in self._callers if caller.open]
        socket = self._server.nextPendingConnection()
        if socket is not None:
            caller = _Caller(socket, self)
            caller.asked.connect(self.paths_arrived)
            self._callers.append(caller)
            caller.read()


class _Caller(QObject):
    """One later window: one line with its paths, one line of thanks."""

    asked = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        socket.setParent(self)
        socket.readyRead.connect(self.read)

    @property
    def open(self) -> bool:
        """Whether the other side is still there."""
        return self._socket.state() == QLocalSocket.LocalSocketState.ConnectedState

    def close(self) -> None:
        """Hang up."""
        self._socket.readyRead.disconnect(self.read)
        self._socket.abort()

    def read(self) -> None:
        """Take the line once it is there; hang up on what is none of ours."""
        if self._socket.bytesAvailable() > _MOST_BYTES:
            self._socket.abort()
            return
        if not self._socket.canReadLine():
            return
        try:
            document = json.loads(bytes(self._socket.readLine().data()))
            paths = tuple(str(path) for path in document["paths"])
        except (ValueError, KeyError, TypeError):
            self._socket.abort()
            return
        self._socket.write(_OK)
        self._socket.flush()
        self.asked.emit(paths)
