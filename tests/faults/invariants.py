"""What must hold of a home after any fault (R-030), checked past our own code."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path


def check_home(home: Path) -> int:
    """Check index, files and receipts of a home that nobody uses; return the objects indexed.

    Nothing acknowledged is lost, no row is without its file, no hash is wrong, the database is
    whole.
    """
    index = home / "index.db"
    if not index.exists() or index.stat().st_size == 0:
        assert not list((home / "objects").glob("*/*/*.dcm"))
        return 0
    with closing(sqlite3.connect(index)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name='files'").fetchone():
            return 0
        rows = connection.execute(
            "SELECT i.uid, f.path, f.size, f.sha256, f.digest FROM files f"
            " JOIN instances i ON i.key = f.instance_key WHERE NOT f.linked"
        ).fetchall()
        counts = connection.execute(
            "SELECT s.n_instances, (SELECT count(*) FROM instances i WHERE i.study_key = s.key)"
            " FROM studies s"
        ).fetchall()
        packed = connection.execute("SELECT entries FROM receipt_entries").fetchall()
    assert all(told == there for told, there in counts)
    indexed = set()
    for uid, path, size, sha256, digest in rows:
        data = (home / "objects" / path).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (size, sha256)
        assert Path(path).stem == digest
        indexed.add(uid)
    for (blob,) in packed:
        for _path, status, _reason, _sha256, uid in json.loads(zlib.decompress(blob)):
            assert status != "stored" or uid in indexed, "an acknowledged object is lost"
    return len(rows)


def whole_objects(home: Path) -> int:
    """Return the files in the place of stored objects; each must be what its name says."""
    found = list((home / "objects").glob("*/*/*.dcm"))
    for path in found:
        data = path.read_bytes()
        start = 132 + 12 + int.from_bytes(data[140:144], "little")  # behind group 0002
        assert hashlib.sha256(data[start:]).hexdigest() == path.stem, "a truncated object"
    return len(found)
