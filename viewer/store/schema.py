"""The tables of the index, version 1. All that is in them can be rebuilt (R-034).

Facts of objects come from the stored files, what people entered from the journal. A study row
carries all that the list shows and sorts by, so that a search touches one table and the
full-text index.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    column,
    table,
)

from viewer.store.columns import AnyText, PathText

VERSION = 1
"""Written to ``meta`` and compared on opening; a higher one is refused (R-039)."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", AnyText, primary_key=True),
    Column("value", AnyText, nullable=False),
)

patients = Table(
    "patients",
    metadata,
    Column("key", Integer, primary_key=True),
    # Patient ID without case, width and spaces; empty for placeholders, which never match.
    Column("match_id", AnyText, nullable=False, index=True),
    Column("flags", AnyText, nullable=False, default="[]"),
)

# Each identity as some header wrote it; the raw bytes are what identity checks compare.
identities = Table(
    "identities",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("digest", AnyText, nullable=False, unique=True),
    Column("patient_key", ForeignKey("patients.key"), nullable=False, index=True),
    Column("patient_id", AnyText, nullable=False),
    Column("issuer", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("birth_date", AnyText, nullable=False),
    Column("sex", AnyText, nullable=False),
    Column("raw_patient_id", LargeBinary, nullable=False),
    Column("raw_name", LargeBinary, nullable=False),
)

# A confirmed match makes two patients one person for display; revocable, never a merge.
person_links = Table(
    "person_links",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("identity_a", AnyText, nullable=False),
    Column("identity_b", AnyText, nullable=False),
    Column("linked_by", AnyText, nullable=False),
    Column("linked_at", AnyText, nullable=False),
    Column("revoked_by", AnyText, nullable=False, default=""),
    Column("revoked_at", AnyText, nullable=False, default=""),
)

studies = Table(
    "studies",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("uid", AnyText, nullable=False, unique=True),
    Column("patient_key", ForeignKey("patients.key"), nullable=False, index=True),
    Column("identity_key", ForeignKey("identities.key"), nullable=False),
    Column("patient_name", AnyText, nullable=False),
    Column("patient_id", AnyText, nullable=False),
    Column("issuer", AnyText, nullable=False),
    Column("birth_date", AnyText, nullable=False),
    Column("sex", AnyText, nullable=False),
    Column("age", AnyText, nullable=False),
    Column("date", AnyText, nullable=False),
    Column("time", AnyText, nullable=False),
    Column("description", AnyText, nullable=False),
    Column("accession_number", AnyText, nullable=False),
    Column("institution", AnyText, nullable=False),
    Column("physicians", AnyText, nullable=False),
    # Backslash before, between and behind: \CT\SR\ so that a filter can look for \CT\.
    Column("modalities", AnyText, nullable=False, default="\\"),
    Column("n_series", Integer, nullable=False, default=0),
    Column("n_instances", Integer, nullable=False, default=0),
    Column("n_images", Integer, nullable=False, default=0),
    Column("n_expected", Integer),
    Column("source", AnyText, nullable=False),
    Column("state", AnyText, nullable=False),
    Column("comment", AnyText, nullable=False, default=""),
    Column("added", AnyText, nullable=False),
    Column("last_arrival", AnyText, nullable=False),
    Column("trashed", AnyText, nullable=False, default=""),
    # Name of the spool folder of the process that is importing it; empty when nobody is.
    Column("arriving", AnyText, nullable=False, default=""),
    Column("n_conflicts", Integer, nullable=False, default=0),
    # JSON list of Specific Character Set terms a person chose for display; empty for none.
    Column("charset", AnyText, nullable=False, default=""),
    Column("sort_name", AnyText, nullable=False),
)
Index("studies_by_date", studies.c.trashed, studies.c.date, studies.c.time)
Index("studies_by_name", studies.c.trashed, studies.c.sort_name)

series = Table(
    "series",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("study_key", ForeignKey("studies.key"), nullable=False),
    Column("uid", AnyText, nullable=False),
    Column("number", BigInteger),
    Column("modality", AnyText, nullable=False),
    Column("description", AnyText, nullable=False),
    Column("date", AnyText, nullable=False),
    Column("time", AnyText, nullable=False),
    Column("body_part", AnyText, nullable=False),
    Column("n_instances", Integer, nullable=False, default=0),
    Column("n_images", Integer, nullable=False, default=0),
    # What the facts of its instances are compressed against (see facts.py).
    Column("base", LargeBinary, nullable=False),
)
Index("series_of_study", series.c.study_key, series.c.uid, unique=True)

instances = Table(
    "instances",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("uid", AnyText, nullable=False, unique=True),
    Column("study_key", ForeignKey("studies.key"), nullable=False),
    Column("series_key", ForeignKey("series.key"), nullable=False, index=True),
    Column("identity_key", ForeignKey("identities.key"), nullable=False),
    Column("class_uid", AnyText, nullable=False),
    Column("syntax_uid", AnyText, nullable=False),
    Column("n_images", Integer, nullable=False),
    Column("facts", LargeBinary, nullable=False),
)
Index("instances_of_study", instances.c.study_key)

files = Table(
    "files",
    metadata,
    Column("instance_key", ForeignKey("instances.key"), primary_key=True),
    Column("linked", Boolean, nullable=False),
    # Stored: below the folder of objects, with forward slashes. Linked: absolute.
    Column("path", PathText, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Of linked originals, to notice that one has changed; 0 for stored objects.
    Column("mtime_ns", BigInteger, nullable=False),
    # Of the data set, without preamble and group 0002; empty while unknown (linked).
    Column("digest", AnyText, nullable=False),
    # Of the whole file as it is stored; empty while unknown.
    Column("sha256", AnyText, nullable=False),
    Column("state", AnyText, nullable=False, default="ok"),
)

# An object that clashes with what is there: kept apart in quarantine, with the reason.
conflicts = Table(
    "conflicts",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("study_uid", AnyText, nullable=False, index=True),
    Column("sop_uid", AnyText, nullable=False),
    Column("kind", AnyText, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("digest", AnyText, nullable=False, index=True),
    Column("path", PathText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("met_as", PathText, nullable=False),
    Column("at", AnyText, nullable=False),
    Column("patient", AnyText, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("started", AnyText, nullable=False),
    Column("ended", AnyText, nullable=False, default=""),
    Column("source", AnyText, nullable=False),
    Column("mode", AnyText, nullable=False),
    Column("complete", Boolean, nullable=False, default=False),
    Column("owner", AnyText, nullable=False, default=""),
    Column("counts", AnyText, nullable=False, default="{}"),
    Column("missing", AnyText, nullable=False, default="[]"),
    Column("notes", AnyText, nullable=False, default="[]"),
)

# Entries of a receipt as they become durable, one row for each group of objects.
receipt_entries = Table(
    "receipt_entries",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("receipt_key", ForeignKey("receipts.key"), nullable=False, index=True),
    Column("entries", LargeBinary, nullable=False),
)

# What other processes have to look at again.
changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("kind", AnyText, nullable=False),
    Column("key", AnyText, nullable=False),
    sqlite_autoincrement=True,
)

study_search = table("study_search", column("rowid"), column("study_search"), column("words"))
"""The full-text index; its row number is the study's key."""

SEARCH_DDL = (
    "CREATE VIRTUAL TABLE study_search USING fts5("
    "words, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
)
