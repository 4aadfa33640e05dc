"""A character set that a person chose for a study: for display only, bytes stay (R-058).

Objects of the study are read again with the chosen sets in place of the declared ones, so that
lists, search and panes show the same text. Raw identities are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from viewer.base.errors import UnreadableError
from viewer.base.paths import Home
from viewer.dicom.charset import declared_sets
from viewer.dicom.header import read_header
from viewer.dicom.records import make_instance
from viewer.model.study import Instance
from viewer.store.facts import pack_facts, unpack_base, unpack_facts
from viewer.store.schema import files, instances, series, studies
from viewer.store.texts import refresh_words, series_values, study_values


def stored_terms(terms: Sequence[str] | None) -> str:
    """Return Specific Character Set terms as the index keeps them; empty for the header's own."""
    if terms is None:
        return ""
    return json.dumps(declared_sets("\\".join(terms).encode()))


def with_terms(instance: Instance, stored: str) -> Instance:
    """Return an object read again with the character sets that ``stored_terms`` kept.

    Raises
    ------
    UnreadableError
        When its file cannot be read.
    """
    path, digest = instance.file.path, instance.file.digest
    header = read_header(path)
    if stored:
        header.dataset.character_sets = tuple(json.loads(stored))
    read = make_instance(header, path, digest)
    # A missing UID was derived when the object came in; it must not change with the text.
    return replace(
        read,
        sop_instance_uid=instance.sop_instance_uid,
        study_instance_uid=instance.study_instance_uid,
        series_instance_uid=instance.series_instance_uid,
    )


def set_charset(
    connection: Connection, study_uid: str, stored: str, members: Sequence[Instance]
) -> bool:
    """Show a study's texts with other character sets; return False when nothing changes.

    Parameters
    ----------
    members
        All objects of the study, as the index has them. One whose file cannot be read keeps its
        texts.
    """
    row = connection.execute(select(studies).where(studies.c.uid == study_uid)).first()
    if row is None or row.charset == stored:
        return False
    read = reread(connection, row.key, stored, members)
    described: set[str] = set()
    for instance in read:
        uid = instance.series_instance_uid
        if uid not in described:
            described.add(uid)
            connection.execute(
                update(series)
                .where(series.c.study_key == row.key, series.c.uid == uid)
                .values(series_values(instance))
            )
    values = study_values(read[0]) if read else {}
    values.pop("n_expected", None)
    connection.execute(
        update(studies).where(studies.c.key == row.key).values(charset=stored, **values)
    )
    refresh_words(connection, row.key)
    return True


def reread(
    connection: Connection, study_key: int, stored: str, members: Sequence[Instance]
) -> list[Instance]:
    """Write the facts of some objects of a study as they read with other character sets."""
    chosen = select(series.c.uid, series.c.base).where(series.c.study_key == study_key)
    bases = {row.uid: unpack_base(row.base) for row in connection.execute(chosen)}
    read = [_reread(instance, stored) for instance in members]
    for instance in read:
        facts = pack_facts(instance, bases[instance.series_instance_uid])
        connection.execute(
            update(instances)
            .where(instances.c.uid == instance.sop_instance_uid)
            .values(facts=facts)
        )
    return read


def reread_arrived(connection: Connection, home: Home, uids: Sequence[str]) -> None:
    """Read objects that have just come with the character sets a person chose for their study."""
    chosen = (
        select(studies.c.key, studies.c.charset, instances.c.facts, series.c.base, files)
        .join(instances, instances.c.study_key == studies.c.key)
        .join(series, series.c.key == instances.c.series_key)
        .join(files, files.c.instance_key == instances.c.key)
        .where(instances.c.uid.in_(uids), studies.c.charset != "")
    )
    for row in connection.execute(chosen).all():
        path = row.path if row.linked else f"{home.objects}/{row.path}"
        instance = unpack_facts(row.facts, unpack_base(row.base), path, row.digest)
        reread(connection, row.key, row.charset, [instance])


def _reread(instance: Instance, stored: str) -> Instance:
    try:
        return with_terms(instance, stored)
    except UnreadableError:
        return instance
