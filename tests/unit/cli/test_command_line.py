"""The command line finds its verbs, opens the window without one, and ends with honest codes."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from viewer.base.errors import StoreBusyError
from viewer.base.features import feature_modules, load_features
from viewer.cli import command_line, main
from viewer.cli._spec import ALL_DONE, Call, VerbSpec, print_document

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
        if call.arguments.how == "bug":
            message = "Canary^Patient"
            raise ZeroDivisionError(message)
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


def in_one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n")


@pytest.mark.parametrize(
    "line",
    [
        ["stacks"],
        ["receipts", "one"],
        ["render", "x.dcm", "--size", "²x²", "-o", "x.png"],
        ["pixels", "x.dcm", "--stage", "raw", "-o", "x.npy"],
        ["studies", "--home", ""],
        ["import", ""],
        ["stacks", ""],
        ["open", ""],
    ],
)
def test_arguments_that_make_no_sense_are_one_line_and_status_two(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(line)
    shown = capsys.readouterr()
    assert stop.value.code == 2
    assert shown.out == ""
    assert in_one_line(shown.err)


@pytest.mark.allow_log("viewer.crash: unexpected error: ZeroDivisionError")
def test_unexpected_error_is_one_line_status_two_and_a_note(
    verb: list[Call], capsys: pytest.CaptureFixture[str], lightbox_home: Path
) -> None:
    assert main(["x", "bug"]) == 2
    shown = capsys.readouterr().err
    assert in_one_line(shown)
    assert "ZeroDivisionError" in shown
    assert "Canary" not in shown
    note = (lightbox_home / "logs" / "crash.txt").read_text()
    assert "ZeroDivisionError" in note
    assert "Canary" not in note
    assert len(verb) == 1


@pytest.mark.usefixtures("verb")
def test_home_that_is_a_file_could_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "file"
    home.write_text("no folder")
    assert main(["--home", str(home), "x"]) == 2
    shown = capsys.readouterr().err
    assert in_one_line(shown)
    assert "is a file" in shown


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_document_is_json_in_every_character_set(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    monkeypatch.setattr("sys.stdout", stream)
    document = {"path": "Müller 山田 \U0001f600 \udcff.dcm"}
    print_document(document)
    stream.flush()
    assert json.loads(raw.getvalue().decode(encoding)) == document
