"""Statements that are made once in the life of a process (decision 030).

To make the SQL of a small query takes Django longer than a database needs to run it. A *kept* statement is a
function that builds a queryset out of its arguments and of nothing else. It is compiled the first time, with marks in
place of the arguments; later calls put their values where the marks stood. Each class lists ``every`` one there is,
and the tests hold it against its queryset on both databases.
"""

from panjin_portal.lib.kept.beside import set_beside
from panjin_portal.lib.kept.marking import Keys, Words
from panjin_portal.lib.kept.numbering import insert_next
from panjin_portal.lib.kept.reading import Kept
from panjin_portal.lib.kept.writing import KeptUpdate, insert, write

__all__ = ["Kept", "KeptUpdate", "Keys", "Words", "insert", "insert_next", "set_beside", "write"]
