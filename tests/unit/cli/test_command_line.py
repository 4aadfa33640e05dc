"""The command line finds its verbs, opens the window without one, and ends with honest codes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from viewer.base.errors import StoreBusyError
from viewer.base.features import feature_modules, load_features
from viewer.cli import command_line, main
from viewer.cli._spec import ALL_DONE, Call, VerbSpec

VERBS = {name: VerbSpec(name, "", lambda _parser: None, lambda _call: 0) for name in ("open", "x")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["open"]),
        (["scan.dcm"], ["open", "scan.dcm"]),
        (["x", "scan.dcm"], ["x", "scan.dcm"]),
        (["--json", "x"], ["--json", "x"]),
        (["--home", "x", "folder"], ["--home", "x", "open", "folder"]),
        (["--home=x", "x"], ["--home=x", "x"]),
        (["--help"], ["--help"]),
        (["--screenshot", "a.png"], ["open", "--screenshot", "a.png"]),
    ],
)
def test_a_path_opens_the_window_and_a_verb_runs(given: list[str], expected: list[str]) -> None:
    assert command_line.with_verb(given, VERBS) == expected


def test_global_options_work_on_both_sides_of_the_verb() -> None:
    parser = command_line.build_parser(VERBS)
    for line in (["--home", "h", "--json", "x"], ["x", "--home", "h", "--json"]):
        options = parser.parse_args(line)
        assert (options.home, options.json) == ("h", True)
    assert parser.parse_args(["x"]).home is None


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Replace the verbs by one called 'x' which fails as its argument says."""
    calls: list[Call] = []

    def arguments(parser: ArgumentParser) -> None:
        parser.add_argument("how", nargs="?", default="well")

    def run(call: Call) -> int:
        calls.append(call)
        if call.arguments.how == "busy":
            message = "The library is held by another Lightbox.\nClose it and try again."
            raise StoreBusyError(message)
        if call.arguments.how == "full":
            raise OSError(28, "No space left on device", "/somebody/secret")
        return ALL_DONE

    spec = VerbSpec("x", "A verb.", arguments, run)
    monkeypatch.setattr(command_line, "load_features", lambda _name, _kind: [spec])
    return calls


def test_verb_gets_home_and_arguments(verb: list[Call], lightbox_home: Path) -> None:
    assert main(["x"]) == 0
    assert verb[0].home.root == lightbox_home
    assert not verb[0].json


def test_error_is_one_line_on_stderr_and_exit_status_two(
    verb: list[Call], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["x", "busy"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    expected = "lightbox x: The library is held by another Lightbox. Close it and try again.\n"
    assert shown.err == expected
    assert len(verb) == 1


@pytest.mark.usefixtures("verb")
def test_system_error_names_the_cause_but_no_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x", "full"]) == 2
    shown = capsys.readouterr().err
    assert "No space left on device" in shown
    assert "secret" not in shown


def test_every_verb_file_is_a_verb_of_its_own_name() -> None:
    for module in feature_modules("viewer.cli.verbs"):
        name = module.rpartition(".")[2].rstrip("_")
        specs = load_features("viewer.cli.verbs", VerbSpec)
        assert name in {spec.id for spec in specs}


def test_unknown_option_ends_with_usage_and_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["info", "--nonsense"])
    assert stop.value.code == 2
    assert "--nonsense" in capsys.readouterr().err
