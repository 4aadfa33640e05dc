"""The paint-time check, also against loaders that answer late and out of turn (R-054, FI-16)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests import records
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame
from viewer.model.view_state import at_index
from viewer.overlays.corners import identity_lines
from viewer.viewport import identity
from viewer.viewport.scene import Text
from viewer.viewport.viewport import Viewport

STEPS = 10_000


def checked(changes: dict[str, object], expected_digest: str = "") -> str:
    one = records.instance()
    if expected_digest:
        one = replace(one, file=replace(one.file, digest=expected_digest))
    frame = records.frame(one)
    frame = replace(frame, identity=replace(frame.identity, **changes))  # type: ignore[arg-type]
    return identity.identity_problem(frame, records.display_set([one]), 0)


def test_the_same_object_passes() -> None:
    assert checked({}) == ""


def test_another_object_is_named() -> None:
    assert checked({"sop_instance_uid": "1.2.3.666"}) == identity.WRONG_OBJECT


@pytest.mark.parametrize(
    "change",
    [{"raw_patient_id": b"4712"}, {"raw_name": b"Phantom^Bert"}, {"raw_birth_date": "19480101"}],
)
def test_another_patient_is_named(change: dict[str, object]) -> None:
    assert checked(change) == identity.WRONG_PATIENT


def test_a_changed_file_is_named_when_both_digests_are_known() -> None:
    assert checked({"digest": "aa"}, "bb") == identity.CHANGED_OBJECT
    assert checked({"digest": "aa"}, "aa") == ""
    assert checked({"digest": ""}, "bb") == ""
    assert checked({"digest": "aa"}) == ""


def test_sentences_hold_no_patient_data() -> None:
    for sentence in (identity.WRONG_OBJECT, identity.WRONG_PATIENT, identity.CHANGED_OBJECT):
        assert "Phantom" not in sentence
        assert "4711" not in sentence


class LateFrames:
    """A loader whose answers come later, in any order, sometimes for what was asked before."""

    def __init__(self, luck: random.Random) -> None:
        self.luck = luck
        self.asked: list[tuple[DisplaySet, int]] = []

    def ask(self, display_set: DisplaySet, index: int) -> None:
        self.asked.append((display_set, index))

    def answer(self) -> Frame | None:
        """Give any of the frames that were asked for, not the newest one."""
        if not self.asked:
            return None
        display_set, index = self.asked.pop(self.luck.randrange(len(self.asked)))
        return records.frame(display_set.frames[index].instance)


def test_no_raced_loader_ever_shows_one_patient_under_anothers_name() -> None:
    luck = random.Random(54)
    sets = [
        records.stack(6, "alma", prefix="1.2.3.1", identity=records.ALMA),
        records.stack(6, "bert", prefix="1.2.3.2", identity=records.BERT),
        records.stack(6, "alma-2", prefix="1.2.3.3", identity=records.ALMA),
    ]
    viewport, loader = Viewport("v"), LateFrames(luck)
    n_painted = n_blanked = 0

    for _ in range(STEPS):
        match luck.randrange(4):
            case 0:
                viewport.show(luck.choice(sets))
            case 1 if viewport.display_set is not None:
                viewport.set(at_index(viewport.state, luck.randrange(6)))
            case 2 if viewport.display_set is not None:
                loader.ask(viewport.display_set, viewport.index)
            case 3:
                late = loader.answer()  # a careless pane takes whatever comes
                viewport.frame = late if late is not None else viewport.frame
        frame, ref = viewport.frame, viewport.frame_ref
        if frame is None or ref is None:
            continue
        if viewport.identity_problem():
            n_blanked += 1
            continue
        n_painted += 1
        (name, _who) = identity_lines(ref)
        assert isinstance(name, Text)
        pixels_of = "Alma" if frame.identity.raw_name == records.ALMA.raw_name else "Bert"
        assert pixels_of in name.text
        assert frame.identity.sop_instance_uid == ref.instance.sop_instance_uid

    assert n_painted > 100
    assert n_blanked > 100
