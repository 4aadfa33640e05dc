"""The two fragment shaders: one shows finished pixels, one looks stored values up.

Both average ``taps`` x ``taps`` samples over the area of a device pixel, which keeps what is left
of a minification free of aliasing (whole factors were averaged before).
"""

from __future__ import annotations

from viewer.render.offscreen import Program

_SAMPLES = """
uniform int taps;
vec4 averaged()
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

_HEAD = """//VTK::System::Dec
//VTK::Output::Dec
uniform sampler2D source;
in vec2 texCoord;
"""

DISPLAY = Program(
    _HEAD
    + """
uniform int grey;
void main()
{
  vec4 colour = texture(source, texCoord);
  gl_FragData[0] = vec4(grey == 1 ? colour.rrr : colour.rgb, 1.0);
}
"""
)
"""Finished pixels, grey as one sample or RGB; not minified."""

DISPLAY_AVERAGED = Program(
    _HEAD
    + _SAMPLES
    + """
uniform int grey;
void main()
{
  vec4 colour = averaged();
  gl_FragData[0] = vec4(grey == 1 ? colour.rrr : colour.rgb, 1.0);
}
"""
)
"""Finished pixels, a little minified."""

VALUE = Program(
    _HEAD
    + _SAMPLES
    + """
uniform sampler2D table;
uniform int grey;
uniform float lowest;
uniform int side;
void main()
{
  float value = taps > 1 ? averaged().r : texture(source, texCoord).r;
  int last = side * side - 1;
  int place = clamp(int(floor(value - lowest + 0.5)), 0, last);
  vec2 at = (vec2(place % side, place / side) + 0.5) / float(side);
  vec4 colour = texture(table, at);
  gl_FragData[0] = vec4(grey == 1 ? colour.rrr : colour.rgb, 1.0);
}
"""
)
"""Stored values at full precision; ``table`` holds the display value of each, row by row."""
