"""The library: the index (SQLite through SQLAlchemy Core) and the stored objects.

Read in this order: ``schema`` (the tables), ``database`` (connections and errors), ``files``
(how bytes become durable), ``intake`` (how an object gets in), ``library`` (what others call).
"""
