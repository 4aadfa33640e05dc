"""Which images of a series were on the screen (R-119)."""

from __future__ import annotations


class SeenImages:
    """Remembers, by display set, the frames that a person could see."""

    def __init__(self) -> None:
        self._frames: dict[str, set[int]] = {}
        self._news: set[str] = set()

    def note(self, display_set_id: str, index: int) -> bool:
        """Remember a frame; True when it is seen for the first time."""
        frames = self._frames.setdefault(display_set_id, set())
        if index in frames:
            return False
        frames.add(index)
        self._news.add(display_set_id)
        return True

    def n_seen(self, display_set_id: str) -> int:
        """Return how many different frames of a display set were seen."""
        return len(self._frames.get(display_set_id, ()))

    def news(self) -> frozenset[str]:
        """Return the display sets with frames seen since the last call."""
        news, self._news = frozenset(self._news), set()
        return news
