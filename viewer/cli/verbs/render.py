"""``lightbox render``: a pane as the window would show it, as a PNG file."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.base.errors import UsageError
from viewer.cli._spec import (
    ALL_DONE,
    DONE_IN_PART,
    Call,
    VerbSpec,
    filled,
    print_document,
    print_line,
)
from viewer.cli.verbs._output import refuse_to_replace, write_output

if TYPE_CHECKING:
    from viewer.model.displayset import DisplaySet, OpenStudy
    from viewer.model.frame import Frame
    from viewer.model.view_state import ViewState

DEFAULT_SIZE = (1000, 1000)
_LEAST_PX = 16
_MOST_PX = 16_384


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=filled, help="file, folder or DICOMDIR")
    parser.add_argument(
        "--state",
        metavar="FILE.json",
        type=Path,
        help="a ViewState (`lightbox info` has its schema)",
    )
    parser.add_argument("--size", metavar="WxH", type=_size, default=DEFAULT_SIZE)
    parser.add_argument(
        "--bare", action="store_true", help="leave out what is drawn over the image"
    )
    parser.add_argument("-o", "--output", metavar="OUT.png", type=filled, required=True)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        message = "a size is WxH, for instance 1000x800"
        raise ArgumentTypeError(message)
    pair = int(width), int(height)
    if min(pair) < _LEAST_PX or max(pair) > _MOST_PX:
        message = f"a picture has between {_LEAST_PX} and {_MOST_PX} pixels each way"
        raise ArgumentTypeError(message)
    return pair


def _run(call: Call) -> int:
    from viewer.base.settings import open_settings  # noqa: PLC0415  loaded at first use
    from viewer.dicom.frames import decode_frame  # noqa: PLC0415  loaded at first use
    from viewer.ui.reading.offscreen import render_pane  # noqa: PLC0415  loaded at first use

    options = call.arguments
    state = _read_state(options.state)
    output = Path(options.output)
    studies = _open(Path(options.path))
    refuse_to_replace(output, _files(studies))
    study = _study(studies, state.display_set_id)
    loaded: list[tuple[DisplaySet, int, Frame]] = []

    def load(display_set: DisplaySet, index: int) -> Frame:
        ref = display_set.frames[index]
        loaded.append((display_set, index, decode_frame(ref.instance, ref.frame)))
        return loaded[-1][2]

    texture = open_settings(call.home).text("render.texture")
    png = render_pane(study, state, options.size, load, bare=options.bare, texture=texture)
    write_output(output, png)
    complete = all(frame.n_rows_complete >= frame.stored.shape[0] for _, _, frame in loaded)
    document = {
        "output": options.output,
        "size": list(options.size),
        "display_set": loaded[0][0].id if loaded else "",
        "index": loaded[0][1] if loaded else 0,
        "complete": complete,
        "warnings": [text for _, _, frame in loaded for text in frame.warnings],
    }
    if call.json:
        print_document(document)
    else:
        width, height = options.size
        print_line(f"{options.output}: {width} × {height}")
    return ALL_DONE if complete and loaded else DONE_IN_PART


def _read_state(path: Path | None) -> ViewState:
    from viewer.model.view_state import ViewState  # noqa: PLC0415  loaded at first use
    from viewer.viewport.state_json import parse_state  # noqa: PLC0415  loaded at first use

    if path is None:
        return ViewState()
    try:
        return parse_state(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as err:
        message = f"The view state {path.name} cannot be read."
        raise UsageError(message) from err


def _open(path: Path) -> list[OpenStudy]:
    from viewer.base.jobs import Task  # noqa: PLC0415  loaded at first use
    from viewer.displays import open_study  # noqa: PLC0415  loaded at first use
    from viewer.importers import scan_source  # noqa: PLC0415  loaded at first use
    from viewer.model.grouping import group_studies  # noqa: PLC0415  loaded at first use
    from viewer.model.study import Instance  # noqa: PLC0415  loaded at first use

    if not path.exists():
        message = f"There is no file or folder {path}."
        raise UsageError(message)
    found: list[Instance] = []
    scan_source([path], Task("read"), found.extend)
    return [open_study(study) for study in group_studies(found)]


def _files(studies: list[OpenStudy]) -> list[str]:
    shown = [one for study in studies for one in study.display_sets]
    return [instance.file.path for display_set in shown for instance in display_set.instances]


def _study(studies: list[OpenStudy], display_set_id: str) -> OpenStudy:
    """Return the study with a display set; without an id the first that shows an image."""
    if display_set_id:
        fitting = [study for study in studies if study.find(display_set_id)]
    else:
        fitting = [study for study in studies if any(not ds.message for ds in study.display_sets)]
        fitting += [study for study in studies if study.display_sets]
    if fitting:
        return fitting[0]
    what = "no such display set" if display_set_id else "nothing that can be shown"
    message = f"There is {what}; `lightbox stacks` lists what there is."
    raise UsageError(message)


SPEC = VerbSpec(
    "render", "write a pane as the window would show it", _add_arguments, _run, leaves_home=True
)
