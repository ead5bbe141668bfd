"""Longitude and latitude to National Grid eastings and northings, so that outlines and schools share one map.

The formulas and constants are those of Ordnance Survey, "A guide to coordinate systems in Great Britain" (annexes B
and C). The shift from WGS84 to OSGB36 by one transformation of seven parameters is right to about five metres.
"""

import numpy

_AIRY = (6377563.396, 6356256.909)
_WGS84 = (6378137.0, 6356752.314245)
"""Half axes of the ellipsoids in metres."""
_SHIFT = (-446.448, 125.157, -542.060)
_SCALE = 20.4894e-6
_TURN = tuple(numpy.radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
"""WGS84 to OSGB36: metres, parts, radians."""
_F0, _EAST_0, _NORTH_0 = 0.9996012717, 400000.0, -100000.0
_LATITUDE_0, _LONGITUDE_0 = numpy.radians(49.0), numpy.radians(-2.0)


def from_degrees(longitude: numpy.ndarray, latitude: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Eastings and northings in metres of points in WGS84 degrees."""
    phi, lam = _to_osgb36(numpy.radians(numpy.asarray(latitude, float)), numpy.radians(numpy.asarray(longitude, float)))
    return project(phi, lam)


def _to_osgb36(phi: numpy.ndarray, lam: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Latitude and longitude (radians) on Airy's ellipsoid of points on that of WGS84."""
    a, b = _WGS84
    e2 = 1 - b**2 / a**2
    nu = a / numpy.sqrt(1 - e2 * numpy.sin(phi) ** 2)
    x, y, z = nu * numpy.cos(phi) * numpy.cos(lam), nu * numpy.cos(phi) * numpy.sin(lam), nu * (1 - e2) * numpy.sin(phi)
    rx, ry, rz = _TURN
    x, y, z = (
        _SHIFT[0] + (1 + _SCALE) * x - rz * y + ry * z,
        _SHIFT[1] + rz * x + (1 + _SCALE) * y - rx * z,
        _SHIFT[2] - ry * x + rx * y + (1 + _SCALE) * z,
    )
    a, b = _AIRY
    e2 = 1 - b**2 / a**2
    across = numpy.hypot(x, y)
    turned = numpy.arctan2(z, across * (1 - e2))
    for _ in range(6):  # converges to far below a millimetre
        nu = a / numpy.sqrt(1 - e2 * numpy.sin(turned) ** 2)
        turned = numpy.arctan2(z + e2 * nu * numpy.sin(turned), across)
    return turned, numpy.arctan2(y, x)


def project(phi: numpy.ndarray, lam: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Eastings and northings in metres of latitude and longitude in radians on OSGB36 (transverse Mercator)."""
    a, b = _AIRY
    e2, n = 1 - b**2 / a**2, (a - b) / (a + b)
    sine, cosine, tangent2 = numpy.sin(phi), numpy.cos(phi), numpy.tan(phi) ** 2
    nu = a * _F0 / numpy.sqrt(1 - e2 * sine**2)
    rho = a * _F0 * (1 - e2) / (1 - e2 * sine**2) ** 1.5
    eta2 = nu / rho - 1
    first, second = phi - _LATITUDE_0, phi + _LATITUDE_0
    meridian = (b * _F0) * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * first
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * numpy.sin(first) * numpy.cos(second)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * numpy.sin(2 * first) * numpy.cos(2 * second)
        - 35 / 24 * n**3 * numpy.sin(3 * first) * numpy.cos(3 * second)
    )
    p = lam - _LONGITUDE_0
    north = (
        meridian
        + _NORTH_0
        + nu / 2 * sine * cosine * p**2
        + nu / 24 * sine * cosine**3 * (5 - tangent2 + 9 * eta2) * p**4
        + nu / 720 * sine * cosine**5 * (61 - 58 * tangent2 + tangent2**2) * p**6
    )
    east = (
        _EAST_0
        + nu * cosine * p
        + nu / 6 * cosine**3 * (nu / rho - tangent2) * p**3
        + nu / 120 * cosine**5 * (5 - 18 * tangent2 + tangent2**2 + 14 * eta2 - 58 * tangent2 * eta2) * p**5
    )
    return east, north
