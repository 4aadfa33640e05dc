"""The decode pool: same results as in this process, in order of priority, leaving nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError as FutureCancelledError
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.unit.dicom.pixel_files import (
    JPEG_2000,
    JPEG_LS,
    gradient,
    instance_of,
    write_fragments,
    write_native,
)
from viewer.base.errors import CancelledError, DecodeError, MismatchError, UnsupportedSyntaxError
from viewer.dicom.frames import decode_frame
from viewer.dicom.pool import DecodePool, Priority, lean
from viewer.model.frame import Frame, GreyRules
from viewer.model.study import Instance
from viewer.model.window import Lut

WAIT = 30.0
GREY = gradient(60, 44, "u2", 4095)


@pytest.fixture
def pool() -> Iterator[DecodePool]:
    with DecodePool(1) as made:
        yield made


def grey_file(path: Path, **tags: Any) -> Path:
    stream = bytes(imagecodecs.jpegls_encode(GREY))
    size: dict[str, Any] = {"Rows": 60, "Columns": 44, "BitsAllocated": 16, "BitsStored": 12}
    return write_fragments(path, [stream], JPEG_LS, **(size | tags))


def grey_instance(tmp_path: Path, **tags: Any) -> Instance:
    return instance_of(grey_file(tmp_path / "grey.dcm", **tags))


def lut_file(path: Path) -> Path:
    item = Dataset()
    item.LUTDescriptor = [4096, 0, 16]
    item.LUTExplanation = "curve"
    item.LUTData = (np.arange(4096, dtype="<u2") * 16).tobytes()
    return grey_file(
        path,
        VOILUTSequence=Sequence([item]),
        WindowCenter=[40, 50],
        WindowWidth=[400, 350],
        RescaleSlope=2,
        RescaleIntercept=-1024,
        PixelPaddingValue=7,
    )


def same(a: Frame, b: Frame) -> bool:
    return (
        np.array_equal(a.stored, b.stored)
        and a.stored.dtype == b.stored.dtype
        and rules(a.grey) == rules(b.grey)
        and (a.identity, a.n_rows_complete, a.decoder) == (b.identity, b.n_rows_complete, b.decoder)
        and (a.bits_stored, a.warnings) == (b.bits_stored, b.warnings)
    )


def rules(grey: GreyRules | None) -> object:
    if grey is None:
        return None
    return (table(grey.modality), [table(v) for v in grey.voi], grey.inverse, grey.padding)


def table(entry: object) -> object:
    if isinstance(entry, Lut):
        return entry.first_mapped, entry.entries.tolist(), entry.bits, entry.explanation
    return entry


def test_a_frame_comes_back_as_it_was_decoded(tmp_path: Path, pool: DecodePool) -> None:
    colour = np.stack([gradient(9, 7, "u1")] * 3, -1)
    paths = [
        lut_file(tmp_path / "lut"),
        write_native(
            tmp_path / "rgb",
            colour.tobytes(),
            Rows=9,
            Columns=7,
            SamplesPerPixel=3,
            PhotometricInterpretation="RGB",
            PlanarConfiguration=0,
        ),
        write_native(tmp_path / "cut", bytes(range(12)), Rows=4),
    ]
    for path in paths:
        instance = instance_of(path)
        assert same(pool.submit(instance, 0).result(WAIT), decode_frame(instance, 0))


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "display/parametric_map_double_float.dcm",
        "syntax/ctimage/CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_"
        "1.2.840.10008.1.2.1.99.dcm",
        "syntax/j2k/TOSHIBA_J2K_SIZ0_PixRep1.dcm",
        "display/gdcm-US-ALOKA-16.dcm",
        "syntax/jpegxl/will-jxl.dcm",
    ],
)
def test_real_frames_travel_unchanged(data_dir: Path, pool: DecodePool, name: str) -> None:
    instance = instance_of(data_dir / name)
    last = instance.n_frames - 1
    assert same(pool.submit(instance, last).result(WAIT), decode_frame(instance, last))


def test_results_belong_to_the_caller(tmp_path: Path, pool: DecodePool) -> None:
    instance = grey_instance(tmp_path)
    first = pool.submit(instance, 0).result(WAIT)
    kept = first.stored.copy()
    other = write_native(tmp_path / "other", bytes(60 * 44 * 2), Rows=60, Columns=88)
    pool.submit(instance_of(other), 0).result(WAIT)
    assert np.array_equal(first.stored, kept)
    assert not first.stored.flags.writeable
    assert first.stored.flags.owndata


def test_errors_keep_their_class_and_words(tmp_path: Path, pool: DecodePool) -> None:
    wrong = grey_instance(tmp_path, Rows=61)
    with pytest.raises(MismatchError, match="44 × 61"):
        pool.submit(wrong, 0).result(WAIT)
    broken = write_fragments(tmp_path / "b", [b"\xff\x4f\xff\x51" + bytes(40)], JPEG_2000)
    with pytest.raises(DecodeError, match="damaged"):
        pool.submit(instance_of(broken), 0).result(WAIT)
    video = write_fragments(tmp_path / "v", [bytes(64)], "1.2.840.10008.1.2.4.102")
    with pytest.raises(UnsupportedSyntaxError, match="video"):
        pool.submit(instance_of(video), 0).result(WAIT)
    assert np.array_equal(pool.submit(grey_instance(tmp_path), 0).result(WAIT).stored, GREY)


def test_what_is_visible_goes_first(tmp_path: Path, pool: DecodePool) -> None:
    instance = grey_instance(tmp_path)
    order: list[str] = []
    futures = []
    for name, priority in (
        ("thumbnail", Priority.THUMBNAIL),
        ("prefetch", Priority.PREFETCH),
        ("first visible", Priority.VISIBLE),
        ("second visible", Priority.VISIBLE),
    ):
        future = pool.submit(instance, 0, priority)  # the worker is still starting
        future.add_done_callback(lambda _, name=name: order.append(name))  # type: ignore[misc]
        futures.append(future)
    for future in futures:
        future.result(WAIT)
    assert order == ["first visible", "second visible", "prefetch", "thumbnail"]


def test_what_waits_can_be_cancelled(tmp_path: Path, pool: DecodePool) -> None:
    instance = grey_instance(tmp_path)
    futures = [pool.submit(instance, 0) for _ in range(4)]
    assert futures[2].cancel()
    for number in (0, 1, 3):
        assert np.array_equal(futures[number].result(WAIT).stored, GREY)
    with pytest.raises(FutureCancelledError):
        futures[2].result(WAIT)


def test_thumbnails_are_small_and_keep_their_rules(tmp_path: Path, pool: DecodePool) -> None:
    path = grey_file(tmp_path / "t", WindowCenter=2000, WindowWidth=4000)
    frame = pool.thumbnail(instance_of(path), 0, 16).result(WAIT)
    assert frame.stored.shape == (15, 11)
    blocks = GREY.reshape(15, 4, 11, 4).mean(axis=(1, 3))
    assert np.abs(frame.stored - blocks).max() <= 0.5
    assert frame.grey is not None
    assert len(frame.grey.voi) == 1


def test_all_workers_warm_up() -> None:
    with DecodePool(2) as pool:
        assert pool.warm_up().result(WAIT) == 2
        assert len(set(pool.worker_pids())) == 2


def test_many_requests_on_two_workers_all_come_home(tmp_path: Path) -> None:
    instance = grey_instance(tmp_path)
    with DecodePool(2) as pool:
        futures = [pool.submit(instance, 0) for _ in range(60)]
        assert all(np.array_equal(future.result(WAIT).stored, GREY) for future in futures)


def test_submitting_from_many_threads_is_safe(tmp_path: Path) -> None:
    instance = grey_instance(tmp_path)
    done: list[bool] = []

    def ask(pool: DecodePool) -> None:
        done.extend(
            np.array_equal(pool.submit(instance, 0).result(WAIT).stored, GREY) for _ in range(8)
        )

    with DecodePool(2) as pool:
        threads = [threading.Thread(target=ask, args=(pool,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert done == [True] * 48


def test_closing_cancels_what_waits(tmp_path: Path) -> None:
    instance = grey_instance(tmp_path)
    pool = DecodePool(1)
    futures = [pool.submit(instance, 0) for _ in range(20)]
    pool.close()
    pool.close()
    for future in futures:
        assert future.done()
        error = future.exception(0)
        assert error is None or isinstance(error, CancelledError)
    with pytest.raises(CancelledError):
        pool.submit(instance, 0)


def test_nothing_is_left_open(tmp_path: Path) -> None:
    instance = grey_instance(tmp_path)

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with DecodePool(1) as pool:
        pool.submit(instance, 0).result(WAIT)
    before = open_files(), sorted(os.listdir("/dev/shm"))
    for _ in range(2):
        with DecodePool(2) as pool:
            for future in [pool.submit(instance, 0) for _ in range(6)]:
                future.result(WAIT)
    assert (open_files(), sorted(os.listdir("/dev/shm"))) == before


def test_names_do_not_travel_to_the_workers(tmp_path: Path) -> None:
    instance = grey_instance(tmp_path, WindowCenter=1, WindowWidth=5, StudyDescription="private")
    sent = lean(instance, 0)
    assert "private" not in repr(sent)
    assert "Pixel^Test" not in repr(sent)
    assert sent.numbers("WindowCenter") == (1.0,)


SCRIPT = """
import sys
from viewer.dicom.pool import DecodePool
from viewer.dicom.records import read_instance
if __name__ == "__main__":
    pool = DecodePool(2)
    frame = pool.submit(read_instance(sys.argv[1]), 0).result(30)
    print(frame.stored.shape)
"""


def test_an_unclosed_pool_does_not_keep_the_interpreter(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), str(grey_file(tmp_path / "f"))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "(60, 44)"), done.stderr
