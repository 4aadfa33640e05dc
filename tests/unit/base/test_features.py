"""Features are found by walking their folder; a wrong record is said at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from viewer.base.events import Event
from viewer.base.features import feature_modules, load_features


@dataclass(frozen=True)
class Spec:
    id: str


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "sample_features"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_shared.py").write_text("raise RuntimeError\n")
    record = f"from {__name__} import Spec\nSPEC = Spec('{{}}')\n"
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    (folder / "beta.py").write_text(record.format("beta"))
    (folder / "alpha.py").write_text(record.format("alpha"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("sample_features")]:
        del sys.modules[name]


@pytest.mark.usefixtures("package")
def test_features_come_in_order_and_shared_modules_stay_out() -> None:
    assert feature_modules("sample_features") == ["sample_features.alpha", "sample_features.beta"]
    assert [spec.id for spec in load_features("sample_features", Spec)] == ["alpha", "beta"]


def test_deleting_the_file_removes_the_feature(package: Path) -> None:
    (package / "alpha.py").unlink()
    assert [spec.id for spec in load_features("sample_features", Spec)] == ["beta"]


def test_module_without_a_record_is_a_bug(package: Path) -> None:
    (package / "gamma.py").write_text("SPEC = 3\n")
    with pytest.raises(TypeError, match="gamma"):
        load_features("sample_features", Spec)


def test_event_reaches_listeners_in_order_until_they_stop() -> None:
    heard: list[str] = []
    event: Event[str] = Event()
    stop = event.listen(lambda text: heard.append(f"first {text}"))
    event.listen(lambda text: heard.append(f"second {text}"))
    event.emit("a")
    stop()
    stop()
    event.emit("b")
    assert heard == ["first a", "second a", "second b"]
