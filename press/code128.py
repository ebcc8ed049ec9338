"""Code 128, set B (ISO/IEC 15417): the reference on a reply slip, for the office's hand scanner.

A line code and not a second QR code, so that a farmer's telephone finds only the link.
"""

# Widths of bar, space, bar, space, bar, space for the values 0 to 105, in modules.
_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212
112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131
311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321
112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114
122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
"""
_WIDTHS = _TABLE.split()
_START_B = 104
_STOP = "2331112"
_FIRST, _LAST = " ", "~"
_CHECK_MODULUS = 103
_QUIET_MODULES = 10
_HEIGHT = 40


def svg(text: str) -> str:
    """The bars as SVG, ten modules of quiet at each end, one unit a module.

    Raises ValueError for an empty text or a sign outside printable ASCII.
    """
    if not text or not all(_FIRST <= sign <= _LAST for sign in text):
        message = f"{text!r} cannot be written in Code 128 B"
        raise ValueError(message)
    values = [ord(sign) - ord(_FIRST) for sign in text]
    check = (_START_B + sum(place * value for place, value in enumerate(values, start=1))) % _CHECK_MODULUS
    widths = "".join(_WIDTHS[value] for value in (_START_B, *values, check)) + _STOP
    return _draw([int(width) for width in widths])


def _draw(widths: list[int]) -> str:
    at, bars = _QUIET_MODULES, []
    for place, width in enumerate(widths):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{width}v{_HEIGHT}h-{width}z")
        at += width
    total = at + _QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{_HEIGHT}" '
        f'viewBox="0 0 {total} {_HEIGHT}"><path d="{"".join(bars)}"/></svg>'
    )
