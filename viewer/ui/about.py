"""Version, licence, and what the program is not for (R-115)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from viewer import __version__
from viewer.base.disclaimer import DISCLAIMER
from viewer.base.text import tr
from viewer.services.compose import Services
from viewer.ui.icons import icon_pixmap
from viewer.ui.theme import DARK_TOKENS
from viewer.ui.widgets import button, label


class AboutDialog(QDialog):
    """A small page; no patient data on it, so its text can be copied into a report."""

    def __init__(self, services: Services, renderer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Lightbox"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(16)
        sign = label()
        ratio = self.devicePixelRatioF()
        sign.setPixmap(icon_pixmap("lightbox", DARK_TOKENS.accent, 48, ratio))
        top.addWidget(sign)
        names = QVBoxLayout()
        names.addWidget(label("Lightbox", kind="title"))
        names.addWidget(label(tr("Version {v}").format(v=__version__), kind="muted"))
        top.addLayout(names, 1)
        column.addLayout(top)
        column.addSpacing(4)
        column.addWidget(label(tr(DISCLAIMER), kind="warning", wrap=True))
        facts = [
            tr("Licence: Apache-2.0. Icons: Lucide (ISC)."),
            tr("Data folder: {path}").format(path=services.home.root),
        ]
        if renderer:
            facts.append(tr("Pictures: {renderer}").format(renderer=renderer))
        for fact in facts:
            made = label(fact, kind="muted", wrap=True)
            made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(made)
        column.addSpacing(8)
        close = button(tr("Close"))
        close.clicked.connect(self.close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
