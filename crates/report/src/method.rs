//! How the figures are made, for whoever recomputes them.

use onus_domain::Month;

/// `method.md`, of figures whose index is 100 in `base_month`.
pub fn text(base_month: Month) -> String {
    include_str!("../templates/method.md").replace("{base_month}", &base_month.to_string())
}
