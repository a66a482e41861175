"""The figures of the standard in the units of Office Open XML: twips (1/20 pt), half points, EMU (1/36000 mm).

GB/T 9704-2012 clauses 5.2, 7 and 10.1; DOMAIN.md 2.2 and 2.3. The same figures stand in templates/letter.typ.
"""

MM = 72 / 25.4  # points in a millimetre
EMU = 36000  # in a millimetre

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
TOP, LEFT = 2098, 1587  # 37 mm, 28 mm
PITCH = 580  # 225 mm / 22 = 28.99 pt; offices type 29
BOTTOM = PAGE_HEIGHT - TOP - 22 * PITCH
SIZE_2, SIZE_3, SIZE_4 = 22.0, 16.0, 14.0  # points
SIZE_TABLE = 10.5  # size 5; annexes.typ has it
TABLE_LINE = round(20 * 1.45 * SIZE_TABLE)
# 156 mm / 28 are 15.79 pt. Programs round widths; cells of 15.75 pt always fit, and justifying fills the line.
TRACKING = -5
CELL = 20 * int(SIZE_3) + TRACKING
TEXT_WIDTH = 8844  # 156 mm
RIGHT = PAGE_WIDTH - LEFT - TEXT_WIDTH
# In a line of exact height Word and LibreOffice put the baseline at 80 % of the height.
BASELINE = 0.8
ABOVE_BASELINE = 0.88  # of a character's box, as letter.typ has it

# Clause 10.1, in mm. A mark's ink is 0.93 em high; it begins 0.82 em above the baseline in 方正小标宋, 0.77 in Fandol.
MASTHEAD_TOP, MASTHEAD_GAP = 30.0, 4.0
MASTHEAD_SIZE, MASTHEAD_TRACKING = 38.0, 0.08
MASTHEAD_LINE, INK_TOP, INK_HEIGHT = 1.2, 0.8, 0.93  # em
# Clauses 7.2.4 to 7.2.7, document format, in mm from the type area's top edge.
DOCUMENT_MARK_SIZE = 48.0
DOCUMENT_MARK_TOP, DOCUMENT_GAP = 35.0, 4.0
RULE_WIDTH, RULE_LEFT = 170.0, 28 + 78 - 85.0
THICK, THIN, RULE_GAP = 0.53, 0.26, 0.3
RULES_HEIGHT = THICK + RULE_GAP + THIN
LOWER_RULES_BOTTOM = 297 - 20.0
# Clause 7.5: the dash, in the middle of its 14 pt line, stands 7 mm under the type area, which ends at 262 mm.
FOOTER = round(20 * MM * (297 - 262 - 7 - SIZE_4 / 2 / MM))


def twips(millimetres: float) -> int:
    """Millimetres as whole twips."""
    return round(millimetres * MM * 20)


def cells(text: str) -> int:
    """The width of a line of size 3 in twips: a cell for a Chinese character, half a character for a Western one."""
    return sum(CELL if character > "\u2000" else 10 * int(SIZE_3) + TRACKING for character in text)
