//! The frame of a chart, and the way from values to heights in it.

use crate::Tick;

/// Size of the drawing in its own units.
pub(crate) const WIDTH: f64 = 480.0;
pub(crate) const HEIGHT: f64 = 268.0;
/// Room for labels below and above, and for half of one on the right; on the left they take what they need.
pub(crate) const RIGHT: f64 = 40.0;
pub(crate) const TOP: f64 = 16.0;
pub(crate) const BOTTOM: f64 = 44.0;

/// From values to heights.
pub(crate) struct Scale {
    least: f64,
    step: f64,
    steps: u8,
}

impl Scale {
    /// Round steps (1, 2 or 5 times a power of ten) from below `least` to above `most`, four or so. None is smaller than `finest`: where
    /// values differ by less, they stand in the middle of four of those.
    pub fn around(least: f64, most: f64, finest: f64) -> Self {
        if most - least < finest {
            let middle = (f64::midpoint(least, most) / finest).round() * finest;
            return Self { least: middle - 2.0 * finest, step: finest, steps: 4 };
        }
        let range = if most > least { most - least } else { most.abs().max(1.0) };
        let rough = range / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|one| one * power >= rough).unwrap_or(10.0) * power;
        let step = step.max(finest);
        let first = (least / step).floor() * step;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most six steps")]
        let steps = ((most - first) / step).ceil().clamp(1.0, 9.0) as u8;
        Self { least: first, step, steps }
    }

    pub fn y(&self, value: f64) -> f64 {
        let share = (value - self.least) / (self.step * f64::from(self.steps));
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share)
    }

    pub fn ticks(&self) -> Vec<Tick> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 6")]
        let places = (-self.step.log10()).ceil().clamp(0.0, 6.0) as usize;
        let value = |at: u8| self.least + self.step * f64::from(at);
        let tick = |at| Tick {
            at: self.y(value(at)),
            label: onus_domain::display::number(value(at), places),
            minor: false,
        };
        (0..=self.steps).map(tick).collect()
    }
}
