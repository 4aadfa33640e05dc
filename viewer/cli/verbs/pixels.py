"""``lightbox pixels``: one frame at a stage of the pixel pipeline, as an array."""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from viewer.model.frame import Frame
    from viewer.model.window import Window

STORED, MODALITY, DISPLAY = "stored", "modality", "display"


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=filled, help="a DICOM file")
    parser.add_argument("--frame", metavar="N", type=int, default=0, help="frame, from 0")
    parser.add_argument("--stage", choices=(STORED, MODALITY, DISPLAY), default=STORED)
    parser.add_argument(
        "--window",
        metavar="C,W",
        help="centre and width in modality units; a third part names another VOI LUT function",
    )
    parser.add_argument("--voi", metavar="N", type=int, help="the file's window or LUT N, from 0")
    parser.add_argument("-o", "--output", metavar="OUT.npy", type=filled, required=True)


def _run(call: Call) -> int:
    import numpy as np  # noqa: PLC0415  loaded at first use

    from viewer.dicom.frames import decode_frame  # noqa: PLC0415  loaded at first use
    from viewer.dicom.records import read_instance  # noqa: PLC0415  loaded at first use

    options = call.arguments
    output = Path(options.output)
    refuse_to_replace(output, [options.file])
    instance = read_instance(options.file)
    if not 0 <= options.frame < max(instance.n_frames, 1):
        message = f"There is no frame {options.frame}; the file has {instance.n_frames}, from 0."
        raise UsageError(message)
    frame = decode_frame(instance, options.frame)
    function = instance.text("VOILUTFunction", options.frame).strip()
    window = parse_window(options.window, function) if options.window else None
    pixels = _stage(frame, options.stage, window, options.voi)
    array_file = io.BytesIO()
    np.save(array_file, pixels, allow_pickle=False)
    write_output(output, array_file.getvalue())
    complete = frame.n_rows_complete >= frame.stored.shape[0]
    document = {
        "output": options.output,
        "stage": options.stage,
        "shape": list(pixels.shape),
        "dtype": str(pixels.dtype),
        "decoder": frame.decoder,
        "complete": complete,
        "warnings": list(frame.warnings),
    }
    if call.json:
        print_document(document)
    else:
        shape = " × ".join(str(side) for side in pixels.shape)
        print_line(f"{options.output}: {options.stage} {shape} {pixels.dtype}")
    for warning in frame.warnings:
        sys.stderr.write(f"lightbox pixels: {warning}\n")
    return ALL_DONE if complete else DONE_IN_PART


def _stage(frame: Frame, stage: str, window: Window | None, voi: int | None) -> Any:
    from viewer.imaging.grey import display, modality_values  # noqa: PLC0415  loaded at first use
    from viewer.imaging.voi import voi_choices, voi_problem  # noqa: PLC0415  loaded at first use
    from viewer.model.view_state import Appearance  # noqa: PLC0415  loaded at first use

    if stage == STORED:
        return frame.stored
    if stage == MODALITY:
        if frame.is_colour:
            raise UsageError("A colour image has no modality values; ask for stored or display.")
        return modality_values(frame)
    n_choices = len(voi_choices(frame))
    if voi is not None and not 0 <= voi < n_choices:
        raise UsageError(f"There is no window or LUT {voi}; the file has {n_choices}.")
    appearance = Appearance(window=window, voi_index=voi or 0)
    problem = voi_problem(frame, appearance) if window else ""
    if problem:
        raise UsageError(problem)
    return display(frame, appearance)


def parse_window(text: str, function_in_file: str = "") -> Window:
    """Return the window that ``C,W`` names; ``C,W,SIGMOID`` names another function.

    Without one the file's own VOI LUT Function holds, as it does for the file's windows.

    Raises
    ------
    UsageError
        When it is not two numbers.
    """
    from viewer.model.window import (  # noqa: PLC0415  loaded at first use
        LINEAR,
        LINEAR_EXACT,
        SIGMOID,
        Window,
    )

    functions = (LINEAR, LINEAR_EXACT, SIGMOID)
    parts = [part.strip() for part in text.split(",")]
    own = function_in_file if function_in_file in functions else LINEAR
    function = parts[2].upper() if len(parts) == 3 else own
    try:
        center, width = float(parts[0]), float(parts[1])
    except (ValueError, IndexError) as err:
        raise UsageError(f"A window is two numbers, centre and width, not {text!r}.") from err
    if len(parts) > 3 or function not in functions:
        raise UsageError("A window is C,W or C,W,LINEAR_EXACT or C,W,SIGMOID.")
    return Window(center, width, function)


SPEC = VerbSpec(
    "pixels", "write one frame at a stage of the pipeline", _add_arguments, _run, leaves_home=True
)
