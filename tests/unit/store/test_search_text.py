"""Search blind to case, width and diacritics (R-061)."""

from __future__ import annotations

import pytest

from viewer.store.search_text import fold, match_expression, sort_key


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "müller"),
        ("Straße", "STRASSE"),
        ("Ørsted", "orsted"),
        ("Łukasz", "lukasz"),
        ("Æbelø", "aebelo"),
        ("Đặng", "dang"),
        ("İstanbul", "istanbul"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("ヤマダ", "やまだ"),
        ("Ｙａｍａｄａ", "yamada"),
        ("Παπαδόπουλος", "παπαδοπουλος"),
        ("Ёлкин", "елкин"),
        ("שָׁלוֹם", "שלום"),
        ("é", "é"),
    ],
)
def test_folding_makes_spellings_equal(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("は", "ぱ"), ("한", "하")])
def test_folding_keeps_different_letters_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_every_typed_word_is_a_prefix_and_operators_are_literal() -> None:
    assert match_expression("Mül ann") == '"mul"* "ann"*'
    assert match_expression('a" OR b NEAR(c)') == '"a"* "or"* "b"* "near c"*'
    assert match_expression("ID-12/7") == '"id 12 7"*'
    assert match_expression("^ * ()") == ""


def test_sort_key_uses_the_first_group_that_says_anything() -> None:
    assert sort_key("Müller^Änne=x") == "muller anne"
    assert sort_key("=山田^太郎=やまだ^たろう") == "山田 太郎"
    assert sort_key("^^^") == ""
