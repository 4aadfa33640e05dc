"""Feed the status line: imports, scans, the image cache, the disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from viewer.base.jobs import READ
from viewer.base.platform import free_bytes
from viewer.base.text import count, tr
from viewer.ui.import_card import progress_text, rate_text
from viewer.ui.importing import ImportRunner
from viewer.ui.library_client import OPENING, PROBLEM, READY, WITHOUT, LibraryClient
from viewer.ui.status_bar import StatusBar
from viewer.ui.wording import size_text

if TYPE_CHECKING:
    from viewer.services.compose import Services
    from viewer.store.receipts import ReceiptSummary

_CACHE_MS = 1000
_DISK_MS = 30_000
_RECEIPTS = 20


class WindowStatus(QObject):
    """Keeps the status line true."""

    def __init__(
        self,
        services: Services,
        client: LibraryClient,
        runner: ImportRunner,
        bar: StatusBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._client = client
        self._runner = runner
        self._bar = bar
        self._scan = ""
        self._cache = QTimer(self)
        self._cache.setInterval(_CACHE_MS)
        self._cache.timeout.connect(self._show_cache)
        self._disk = QTimer(self)
        self._disk.setInterval(_DISK_MS)
        self._disk.timeout.connect(self._ask_disk)
        client.state_changed.connect(self._show_library)
        client.changed.connect(self._disk_soon)
        runner.changed.connect(self._show_work)

    def close(self) -> None:
        """Stop looking."""
        self._cache.stop()
        self._disk.stop()

    def watch_cache(self) -> None:
        """Begin to show the image cache: pictures are being looked at."""
        self._cache.start()

    def show_scan(self, text: str) -> None:
        """Show that a source is being read; '' when it is done."""
        self._scan = text
        self._show_work()

    def show_receipt(self, number: int, show: Callable[[ReceiptSummary], None]) -> None:
        """Hand the summary of a receipt to ``show``."""

        def pick(summaries: tuple[ReceiptSummary, ...]) -> None:
            for summary in summaries:
                if summary.id == number:
                    show(summary)

        self._client.receipts(_RECEIPTS, pick)

    def _show_work(self) -> None:
        if self._scan:
            self._bar.show_work(self._scan)
            return
        progress = self._runner.progress
        if not self._runner.running:
            self._bar.show_work("")
        elif progress is None or not progress.n_found:
            self._bar.show_work(tr("Importing …"))
        else:
            rate = rate_text(progress)
            text = tr("Importing {what}").format(what=progress_text(progress))
            text = f"{text} · {rate}" if rate else text
            self._bar.show_work(text)

    def _show_library(self) -> None:
        state = self._client.state
        words = {
            OPENING: (tr("Opening the library …"), "muted"),
            PROBLEM: (tr("No library: see Studies"), "warning"),
            WITHOUT: (tr("Working without a library"), "warning"),
        }
        self._bar.show_library(*words.get(state, ("", "muted")))
        if state == READY:
            self._ask_disk()
            self._disk.start()
        else:
            self._disk.stop()
            self._bar.show_disk("")

    def _disk_soon(self) -> None:
        if self._client.state == READY:
            self._ask_disk()

    def _ask_disk(self) -> None:
        root = self._services.home.root
        self._client.ask(
            lambda library: (library.counts(), free_bytes(root)),
            self._show_disk,
            key="disk",
            lane=READ,
            failed=lambda _sentence: None,
        )

    def _show_disk(self, answer: tuple[dict[str, int], int]) -> None:
        counts, free = answer
        images = count(counts.get("images", 0), "image", "images")
        self._bar.show_disk(
            tr("Library {images} · {free} free").format(images=images, free=size_text(free))
        )

    def _show_cache(self) -> None:
        loader = self._services.loader
        self._bar.show_cache(loader.used_bytes, loader.budget_bytes)
