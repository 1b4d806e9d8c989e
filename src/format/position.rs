//! A place on the earth, in degrees.

/// Mean radius of the earth in metres (IUGG).
const RADIUS: f64 = 6_371_008.8;

/// Latitude and longitude in degrees of WGS 84, north and east positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

impl Position {
    /// Reads two numbers in decimal degrees; nothing for what is no place, and for 0 and 0, which cameras write that know none.
    pub fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        let degrees = |text: &str, most: f64| text.trim().parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
        let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
        (latitude != 0.0 || longitude != 0.0).then_some(Position { latitude, longitude })
    }

    /// How many metres lie between them, along the ground, within half a per cent.
    ///
    /// ```
    /// use sealbag::format::position::Position;
    /// let (almaty, astana) = (Position::parse("43.238", "76.945").unwrap(), Position::parse("51.128", "71.430").unwrap());
    /// assert!((960_000..980_000).contains(&almaty.metres_to(&astana)));
    /// assert_eq!(almaty.metres_to(&almaty), 0);
    /// ```
    pub fn metres_to(&self, other: &Position) -> u64 {
        let (here, there) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let chord = half(other.latitude - self.latitude) + here.cos() * there.cos() * half(other.longitude - self.longitude);
        // never negative and at most half the circumference, so it fits
        (2.0 * RADIUS * chord.clamp(0.0, 1.0).sqrt().asin()).round() as u64
    }
}
