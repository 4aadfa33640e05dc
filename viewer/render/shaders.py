"""The fragment shaders: one shows finished pixels, one looks stored values up.

What is left of a minification after whole factors were averaged is averaged here, over four
samples of a device pixel's area, or more where pixels are far from square.
"""

from __future__ import annotations

from dataclasses import dataclass

_HEAD = """//VTK::System::Dec
//VTK::Output::Dec
uniform sampler2D source;
uniform int grey;
in vec2 texCoord;
"""

_ONE = """
vec4 pixel() { return texture(source, texCoord); }
"""

# Written out: a loop costs four times as much where the processor draws.
_FOUR = """
vec4 pixel()
{
  vec2 dx = 0.25 * dFdx(texCoord), dy = 0.25 * dFdy(texCoord);
  return 0.25 * (texture(source, texCoord - dx - dy) + texture(source, texCoord + dx - dy)
    + texture(source, texCoord - dx + dy) + texture(source, texCoord + dx + dy));
}
"""

_MANY = """
uniform int taps;
vec4 pixel()
{
  vec2 dx = dFdx(texCoord), dy = dFdy(texCoord);
  vec4 sum = vec4(0.0);
  for (int i = 0; i < taps; ++i)
    for (int j = 0; j < taps; ++j)
    {
      vec2 away = (vec2(i, j) + 0.5) / float(taps) - 0.5;
      sum += texture(source, texCoord + away.x * dx + away.y * dy);
    }
  return sum / float(taps * taps);
}
"""

_SHOW = """
void main()
{
  vec4 colour = pixel();
  gl_FragData[0] = vec4(grey == 1 ? colour.rrr : colour.rgb, 1.0);
}
"""

_LOOK_UP = """
uniform sampler2D table;
uniform float lowest;
uniform int side;
void main()
{
  int last = side * side - 1;
  int place = clamp(int(floor(pixel().r - lowest + 0.5)), 0, last);
  vec2 at = (vec2(place % side, place / side) + 0.5) / float(side);
  vec4 colour = texture(table, at);
  gl_FragData[0] = vec4(grey == 1 ? colour.rrr : colour.rgb, 1.0);
}
"""


@dataclass(frozen=True, slots=True)
class Program:
    """Source of a fragment shader that reads ``source`` at ``texCoord``.

    Attributes
    ----------
    counts_taps
        It takes the number of samples along a side of a device pixel.
    """

    fragment: str
    counts_taps: bool = False


def program_for(taps: int, *, by_value: bool) -> Program:
    """Return the program for finished pixels, or for stored values with their table.

    Parameters
    ----------
    taps
        Samples along each side of a device pixel.
    by_value
        ``source`` holds stored values at full precision, and ``table`` the display value of
        each, laid out in a square, row by row.
    """
    samples = {1: _ONE, 2: _FOUR}.get(taps, _MANY)
    return Program(_HEAD + samples + (_LOOK_UP if by_value else _SHOW), samples is _MANY)
