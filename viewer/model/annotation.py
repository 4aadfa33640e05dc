"""Marks that a person made on a study: one frozen set for each study, shared by all panes."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class KeyImage:
    """A frame that a person starred; ``frame`` counts from 0."""

    sop_instance_uid: str
    frame: int = 0


@dataclass(frozen=True, slots=True)
class AnnotationSet:
    """All marks of one study (keyed by SOP Instance UID and frame)."""

    study_instance_uid: str = ""
    key_images: frozenset[KeyImage] = frozenset()


def toggle_key_image(annotations: AnnotationSet, key: KeyImage) -> AnnotationSet:
    """Return the set with a star added, or taken away where there was one."""
    return replace(annotations, key_images=annotations.key_images ^ {key})
