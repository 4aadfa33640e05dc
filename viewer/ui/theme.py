"""Colours, palette and style sheet. Panes are black in both themes; only the lists turn light."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from viewer.base.paths import resources

DARK = "dark"
LIGHT = "light"
FONT_PX = 13
SMALL_PX = 12
TITLE_PX = 16
CONTROL_PX = 28
ICON_PX = 20


@dataclass(frozen=True, slots=True)
class Tokens:
    """The named colours of a theme (``#rrggbb``).

    Every text colour has at least 4.5:1 contrast on every surface it is used on (WCAG 2.2
    1.4.3); ``tests/ui/test_theme.py`` measures it.

    Attributes
    ----------
    ground, surface, raised
        Window, panels, and what stands on panels.
    line
        Hairlines and borders of controls.
    text, muted, disabled
        Main and second text; text of what does not apply now (no contrast is required of it).
    accent, on_accent, accent_fill, accent_hover, selection
        Focus and links; text on filled accent; fill of the main button, plain and under the
        pointer; chosen rows and chips.
    warning, error, good
        Text colours of states; always beside a word or a sign.
    persons
        Dots of patient tabs: distinct in hue and lightness.
    """

    ground: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    accent_fill: str
    accent_hover: str
    selection: str
    warning: str
    error: str
    good: str
    persons: tuple[str, ...]


DARK_TOKENS = Tokens(
    ground="#14161a",
    surface="#1b1e23",
    raised="#24282f",
    line="#343a43",
    text="#e8eaed",
    muted="#a0a7b2",
    disabled="#6b727d",
    accent="#4db6c6",
    on_accent="#ffffff",
    accent_fill="#22717e",
    accent_hover="#297f8d",
    selection="#1b2e34",
    warning="#f2b84b",
    error="#f0665e",
    good="#5bb974",
    persons=("#4db6c6", "#c586e0", "#f2b84b", "#8bc34a", "#f0865e", "#7aa2f7"),
)
LIGHT_TOKENS = Tokens(
    ground="#f4f5f7",
    surface="#ffffff",
    raised="#e9ecf0",
    line="#c3c9d2",
    text="#1b1e23",
    muted="#535b67",
    disabled="#8d95a1",
    accent="#0d6e7d",
    on_accent="#ffffff",
    accent_fill="#146d7a",
    accent_hover="#0f5d69",
    selection="#d3ebef",
    warning="#855800",
    error="#b3261e",
    good="#1d6b34",
    persons=("#0d6e7d", "#8a3fb0", "#855800", "#3f6d0d", "#b04a1e", "#2f56c0"),
)


def tokens(name: str) -> Tokens:
    """Return the colours of a theme; dark for a name that is not known."""
    return LIGHT_TOKENS if name == LIGHT else DARK_TOKENS


def palette(colours: Tokens) -> QPalette:
    """Return the palette that Fusion paints with where the style sheet says nothing."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.text),
        (roles.Base, colours.ground),
        (roles.AlternateBase, colours.surface),
        (roles.Text, colours.text),
        (roles.PlaceholderText, colours.muted),
        (roles.Button, colours.raised),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.error),
        (roles.Highlight, colours.selection),
        (roles.HighlightedText, colours.text),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.Link, colours.accent),
        (roles.Accent, colours.accent),
        (roles.Light, colours.raised),
        (roles.Midlight, colours.raised),
        (roles.Mid, colours.line),
        (roles.Dark, colours.line),
        (roles.Shadow, colours.ground),
    ):
        made.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    return made


def apply_theme(app: QApplication) -> None:
    """Dress the whole program in the dark theme: Fusion, our palette, font and style sheet."""
    app.setStyle("Fusion")
    app.setFont(interface_font(app.font()))
    app.setPalette(palette(DARK_TOKENS))
    app.setStyleSheet(style_sheet(DARK_TOKENS))


def dress(widget: QWidget, name: str) -> None:
    """Give a place its own theme; everything in it follows, the chrome around it stays dark."""
    colours = tokens(name)
    widget.setProperty(_THEME_PROPERTY, name)
    widget.setPalette(palette(colours))
    widget.setStyleSheet(style_sheet(colours) if name == LIGHT else "")


def tokens_of(widget: QWidget) -> Tokens:
    """Return the colours that apply to a widget: those of the nearest dressed place."""
    here: QWidget | None = widget
    while here is not None:
        name = here.property(_THEME_PROPERTY)
        if name:
            return tokens(str(name))
        here = here.parentWidget()
    return DARK_TOKENS


def interface_font(system: QFont) -> QFont:
    """Return the system's font at our size, with figures of equal width."""
    font = QFont(system)
    font.setPixelSize(FONT_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def sized(font: QFont, size_px: int, *, bold: bool = False) -> QFont:
    """Return a copy of a font in another size or weight."""
    copy = QFont(font)
    copy.setPixelSize(size_px)
    copy.setBold(bold)
    return copy


def style_sheet(colours: Tokens) -> str:
    """Return the Qt style sheet of a theme.

    Widgets choose among the looks below with the dynamic property ``kind``: ``primary``,
    ``chip``, ``flat``, ``card``, ``muted``, ``title``, ``warning``, ``error``, ``good``.
    """
    text = _SHEET.replace("@art@", (resources() / "theme").as_posix())
    text = text.replace("@tone@", LIGHT if colours is LIGHT_TOKENS else DARK)
    for token in fields(colours):
        value = getattr(colours, token.name)
        if isinstance(value, str):
            text = text.replace(f"@{token.name}@", value)
    return text


_THEME_PROPERTY = "lightboxTheme"

_SHEET = """
QWidget { color: @text@; }
QMainWindow, QDialog { background: @ground@; }
QToolTip { background: @raised@; color: @text@; border: 1px solid @line@; padding: 4px; }

QPushButton, QToolButton[kind="button"] {
    background: transparent; border: 1px solid @line@; border-radius: 4px;
    padding: 0 12px; min-height: 26px; max-height: 26px;
}
QPushButton:hover, QToolButton[kind="button"]:hover { background: @raised@; }
QPushButton:pressed, QToolButton[kind="button"]:pressed { background: @selection@; }
QPushButton:focus, QToolButton[kind="button"]:focus { border-color: @accent@; }
QPushButton:disabled, QToolButton:disabled { color: @disabled@; }
QPushButton[kind="primary"], QToolButton[kind="primary"] {
    background: @accent_fill@; border-color: @accent_fill@; color: @on_accent@;
}
QPushButton[kind="primary"]:hover { background: @accent_hover@; }
QPushButton[kind="primary"]:focus { border: 2px solid @text@; padding: 0 11px; }
QPushButton[kind="primary"]:disabled {
    background: @raised@; border-color: @line@; color: @disabled@;
}
QPushButton[kind="flat"] { border-color: transparent; color: @accent@; padding: 0 6px; }
QPushButton[kind="flat"]:focus { border-color: @accent@; }
QPushButton[kind="chip"] {
    border-radius: 13px; padding: 0 10px; min-height: 24px; max-height: 24px;
}
QPushButton[kind="chip"]:checked {
    background: @selection@; border-color: @accent@; color: @accent@;
}
QPushButton::menu-indicator { image: none; width: 0; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; }
QToolButton:hover { background: @raised@; }
QToolButton:checked { background: @selection@; color: @accent@; }
QToolButton:focus { border-color: @accent@; }
QToolButton[kind="rail"] { padding-top: 5px; padding-bottom: 1px; }
QToolButton[kind="rail"]:checked { background: @raised@; color: @text@; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
    background: @ground@; border: 1px solid @line@; border-radius: 4px;
    selection-background-color: @accent_fill@; selection-color: @on_accent@;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
    min-height: 26px; padding: 0 8px;
}
QPlainTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus, QDateEdit:focus { border-color: @accent@; }
QComboBox QAbstractItemView {
    background: @surface@; border: 1px solid @line@; selection-background-color: @selection@;
}

QMenu { background: @surface@; border: 1px solid @line@; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 12px; min-width: 120px; }
QMenu::item:selected { background: @selection@; }
QMenu::item:disabled { color: @disabled@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 0; }
QMenu::icon { padding-left: 8px; }

QTableView, QListView, QTreeView {
    background: @ground@; border: none; outline: none; gridline-color: @line@;
    selection-background-color: @selection@; selection-color: @text@;
}
QHeaderView { background: @surface@; border: none; }
QHeaderView::section {
    background: @surface@; color: @muted@; border: none; border-bottom: 1px solid @line@;
    padding: 0 8px; min-height: 30px;
}
QHeaderView::section:hover { color: @text@; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @line@; border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { background: transparent; border: none; }

QSplitter::handle { background: @line@; }
QProgressBar {
    background: @raised@; border: none; border-radius: 2px; max-height: 4px; min-height: 4px;
}
QProgressBar::chunk { background: @accent@; border-radius: 2px; }

QFrame[kind="card"] { background: @surface@; border: 1px solid @line@; border-radius: 4px; }
QFrame[kind="panel"] { background: @surface@; border: none; }
QFrame[kind="panelLeft"] { background: @surface@; border: none; border-left: 1px solid @line@; }
QFrame[kind="bar"] { background: @surface@; border: none; border-bottom: 1px solid @line@; }
QFrame[kind="status"] { background: @ground@; border: none; border-top: 1px solid @line@; }
QFrame[kind="ground"] { background: @ground@; border: none; }
QLabel { background: transparent; border: none; }
QLabel[kind="muted"] { color: @muted@; }
QLabel[kind="warning"] { color: @warning@; }
QLabel[kind="error"] { color: @error@; }
QLabel[kind="good"] { color: @good@; }
QLabel[kind="accent"] { color: @accent@; }
QLabel[kind="title"] { font-size: 16px; font-weight: bold; }
QLabel[kind="strong"] { font-weight: bold; }

QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow {
    image: url("@art@/chevron-down-@tone@.svg"); width: 14px; height: 14px;
}
QSpinBox, QDoubleSpinBox { padding-right: 22px; }
QSpinBox::up-button, QDoubleSpinBox::up-button,
QSpinBox::down-button, QDoubleSpinBox::down-button {
    border: none; background: transparent; width: 20px; subcontrol-origin: border;
}
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {
    image: url("@art@/chevron-up-@tone@.svg"); width: 11px; height: 11px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: url("@art@/chevron-down-@tone@.svg"); width: 11px; height: 11px;
}

QCheckBox { spacing: 8px; min-height: 28px; }
QCheckBox::indicator, QMenu::indicator {
    width: 14px; height: 14px; border: 1px solid @muted@; border-radius: 3px;
}
QMenu::indicator { margin-left: 10px; }
QCheckBox::indicator:checked, QMenu::indicator:checked {
    background: @accent_fill@; border-color: @accent_fill@;
    image: url("@art@/check.svg");
}
QListWidget::item { padding: 8px 12px; border: none; }
QListWidget::item:selected { background: @selection@; color: @text@; }
QTreeView::item { height: 30px; padding-left: 8px; }
QCheckBox:focus { color: @accent@; }
QTabBar { background: transparent; }
"""
