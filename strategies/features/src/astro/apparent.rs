//! Where a body appears from the centre of the Earth, computed in full.
//!
//! Planets from VSOP87A (Bretagnon & Francou, 1988) and what [`outer`](super::outer) adds, the Earth and the Sun about the barycentre
//! from the SOFA fit to DE405, the Moon and Pluto from [`moon`](super::moon) and
//! [`pluto`](super::pluto); light time, deflection by the Sun, aberration, and precession and
//! nutation of 2006/2000A. A fraction of a millisecond: ticks read an
//! [`Ephemeris`](super::Ephemeris).

use sofars::astro::{ab, ld};
use sofars::coords::ecm06;
use sofars::eph::epv00;
use sofars::pnp::nut06a;
use sofars::vm::{pn, rxp};
use vsop87::vsop87a;

use super::{Body, moon, outer, pluto};

/// J2000.0 as a Julian date.
pub(super) const J2000: f64 = 2_451_545.0;

/// Days that light takes for one astronomical unit: 499.004 784 s.
const LIGHT_DAYS_PER_AU: f64 = 499.004_784 / 86_400.0;

/// Behind the Sun, where nobody sees a planet, its deflection ends in a pole: nearer than 1.1° at
/// the Sun (half the square of the angle) it is held, so that positions stay smooth. 1.7″ are lost
/// at the Sun's limb, and up to 3″ where the Sun covers all but its middle.
const DEFLECTION_LIMIT: f64 = 2e-4;

pub(super) type Vector = [f64; 3];

/// A direction and a distance, in degrees and astronomical units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spherical {
    /// Ecliptic longitude, 0 to 360 degrees.
    pub longitude: f64,
    /// Ecliptic latitude in degrees.
    pub latitude: f64,
    /// Distance in astronomical units.
    pub distance: f64,
}

/// The Earth at an instant: where it is, how it moves and how its equinox lies.
#[derive(Clone, Debug)]
pub struct Observer {
    days: f64,
    /// From the Sun, au.
    heliocentric: Vector,
    /// From the barycentre, au.
    barycentric: Vector,
    velocity: Vector,
    sun: Vector,
    sun_velocity: Vector,
    /// From the celestial frame to mean ecliptic and equinox of date.
    ecliptic: [Vector; 3],
    /// Nutation in longitude, degrees.
    nutation: f64,
}

impl Observer {
    /// Returns the Earth at days of Terrestrial Time since 2000-01-01 12:00.
    ///
    /// # Panics
    /// If that is a century away or more, where the series of the Earth ends.
    #[must_use]
    pub fn at(days: f64) -> Self {
        let earth = epv00(J2000, days);
        let ([heliocentric, helio_velocity], [barycentric, velocity]) =
            earth.expect("an instant within a century of 2000");
        Self {
            days,
            heliocentric,
            barycentric,
            velocity,
            sun: minus(barycentric, heliocentric),
            sun_velocity: minus(velocity, helio_velocity),
            ecliptic: ecm06(J2000, days),
            nutation: nut06a(J2000, days).0.to_degrees(),
        }
    }

    /// Returns where a body appears: ecliptic and true equinox of date.
    #[must_use]
    pub fn apparent(&self, body: Body) -> Spherical {
        self.apparent_on(body, |days| heliocentric(body, days))
    }

    /// Returns where a body appears whose way about the Sun is known already.
    pub(super) fn apparent_on(&self, body: Body, way: impl Fn(f64) -> Vector) -> Spherical {
        let (mut distance, direction) = match body {
            Body::Moon => pn(&self.moon()),
            Body::Sun => self.sun_direction(),
            _ => self.planet(way),
        };
        // At the centre of the Earth itself there is no direction; no body is there.
        distance = distance.max(f64::MIN_POSITIVE);
        self.place(direction, distance)
    }

    fn sun_direction(&self) -> (f64, Vector) {
        let distance = pn(&self.heliocentric).0;
        let sun = along(self.sun, self.sun_velocity, -distance * LIGHT_DAYS_PER_AU);
        pn(&minus(sun, self.barycentric))
    }

    fn moon(&self) -> Vector {
        let light_days = pn(&moon::geocentric(self.days, &self.ecliptic)).0 * LIGHT_DAYS_PER_AU;
        let moon = moon::geocentric(self.days - light_days, &self.ecliptic);
        along(moon, self.velocity, -light_days)
    }

    /// The planet when the light left it, bent by the Sun.
    fn planet(&self, way: impl Fn(f64) -> Vector) -> (f64, Vector) {
        let seen = |planet: Vector, light_days: f64| {
            let sun = along(self.sun, self.sun_velocity, -light_days);
            minus(sun, minus(self.barycentric, planet))
        };
        let light = |planet, light_days| pn(&seen(planet, light_days)).0 * LIGHT_DAYS_PER_AU;
        let now = way(self.days);
        let guess = light(now, 0.0);
        let mut planet = way(self.days - guess);
        // The guess is right to a ten thousandth, on which the planet moves straight.
        let velocity = minus(now, planet).map(|each| each / guess);
        let light_days = light(planet, guess);
        planet = along(planet, velocity, guess - light_days);
        let seen = seen(planet, light_days);
        let (distance, direction) = pn(&seen);
        let from_sun = pn(&planet).1;
        let (sun_distance, observer) = pn(&self.heliocentric);
        (distance, ld(1.0, direction, from_sun, observer, sun_distance, DEFLECTION_LIMIT))
    }

    /// Aberration, and the ecliptic of date.
    fn place(&self, direction: Vector, distance: f64) -> Spherical {
        let velocity = self.velocity.map(|each| each * LIGHT_DAYS_PER_AU);
        let reciprocal = (1.0 - velocity.iter().map(|each| each * each).sum::<f64>()).sqrt();
        let seen = ab(&direction, &velocity, pn(&self.heliocentric).0, reciprocal);
        let mut place = spherical(turned(&self.ecliptic, &seen));
        place.longitude = (place.longitude + self.nutation).rem_euclid(360.0);
        Spherical { distance, ..place }
    }

    /// Returns where a body stands as seen from the Sun, without light time: mean ecliptic and
    /// equinox of date. For the Sun it is where the Earth stands, for the Moon as well.
    #[must_use]
    pub fn heliocentric(&self, body: Body) -> Spherical {
        let place = match body {
            Body::Sun | Body::Moon => self.heliocentric,
            _ => heliocentric(body, self.days),
        };
        spherical(turned(&self.ecliptic, &place))
    }
}

/// From the Sun, in the celestial frame, au.
pub(super) fn heliocentric(body: Body, days: f64) -> Vector {
    let date = J2000 + days;
    let (place, since) = match body {
        Body::Mercury => (vsop87a::mercury(date), [0.0; 3]),
        Body::Venus => (vsop87a::venus(date), [0.0; 3]),
        Body::Mars => (vsop87a::mars(date), [0.0; 3]),
        Body::Jupiter => (vsop87a::jupiter(date), [0.0; 3]),
        Body::Saturn => (vsop87a::saturn(date), [0.0; 3]),
        Body::Uranus => (vsop87a::uranus(date), outer::uranus(days)),
        Body::Neptune => (vsop87a::neptune(date), outer::neptune(days)),
        Body::Pluto => return pluto::heliocentric(days),
        Body::Sun | Body::Moon => return [0.0; 3],
    };
    // From the ecliptic of VSOP87 to the equator of FK5 (Bretagnon & Francou, 1988).
    let (x, y, z) = (place.x, place.y, place.z);
    [
        since[0] + x + 0.000_000_440_360 * y - 0.000_000_190_919 * z,
        since[1] - 0.000_000_479_966 * x + 0.917_482_137_087 * y - 0.397_776_982_902 * z,
        since[2] + 0.397_776_982_902 * y + 0.917_482_137_087 * z,
    ]
}

fn spherical([x, y, z]: Vector) -> Spherical {
    let plane = x.hypot(y);
    Spherical {
        longitude: y.atan2(x).to_degrees().rem_euclid(360.0),
        latitude: z.atan2(plane).to_degrees(),
        distance: plane.hypot(z),
    }
}

fn turned(matrix: &[Vector; 3], place: &Vector) -> Vector {
    let mut turned = [0.0; 3];
    rxp(matrix, place, &mut turned);
    turned
}

fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn along(place: Vector, velocity: Vector, days: f64) -> Vector {
    std::array::from_fn(|axis| place[axis] + velocity[axis] * days)
}
