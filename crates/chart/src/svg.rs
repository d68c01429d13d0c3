//! A chart as SVG. The look is in the elements' own attributes, which a page's style sheet may overrule by class.

use crate::{
    Caption, Chart, Line,
    scale::{BOTTOM, HEIGHT, RIGHT, WIDTH},
};
use std::fmt::{self, Display, Formatter};

/// Looks of lines, in turn: told apart without colour too.
const LOOKS: [&str; 2] = [r##"stroke="#005eb8""##, r##"stroke="#ae2573" stroke-dasharray="8 6""##];
const FILLS: [&str; 2] = ["#005eb8", "#ae2573"];

impl Display for Chart {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        open(f, &self.caption)?;
        let (left, right, bottom) = (self.left, WIDTH - RIGHT, HEIGHT - BOTTOM);
        for tick in &self.rows {
            let (y, label) = (tick.at, Escaped(&tick.label));
            writeln!(
                f,
                r##"<line class="onus-chart__grid" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}" stroke="#d8dde0"/>"##
            )?;
            writeln!(
                f,
                r#"<text {} x="{}" y="{y:.1}" dy="0.35em" text-anchor="end">{label}</text>"#,
                text(false),
                left - 8.0
            )?;
        }
        for tick in &self.columns {
            let (x, y, label) = (tick.at, bottom + 33.0, Escaped(&tick.label));
            writeln!(
                f,
                r#"<text {} x="{x:.1}" y="{y}" text-anchor="middle">{label}</text>"#,
                text(tick.minor)
            )?;
        }
        for bar in &self.bars {
            let (x, y, width, height) = (bar.left, bar.top, bar.width, bar.height);
            writeln!(
                f,
                r#"<rect class="onus-chart__bar" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{}"/>"#,
                FILLS[0]
            )?;
        }
        for (look, line) in self.lines.iter().enumerate() {
            draw(f, look, line)?;
        }
        close(f)?;
        if self.lines.len() > 1 { legend(f, &self.lines) } else { Ok(()) }
    }
}

fn open(f: &mut Formatter<'_>, caption: &Caption) -> fmt::Result {
    open_sized(f, caption, (WIDTH, HEIGHT))
}

pub(crate) fn open_sized(
    f: &mut Formatter<'_>,
    Caption { id, title, description }: &Caption,
    (width, height): (f64, f64),
) -> fmt::Result {
    write!(f, r#"<svg class="onus-chart" viewBox="0 0 {width} {height}" role="img" "#)?;
    writeln!(f, r#"aria-labelledby="{id}-title {id}-description" focusable="false">"#)?;
    writeln!(f, r#"<title id="{id}-title">{}</title>"#, Escaped(title))?;
    writeln!(f, r#"<desc id="{id}-description">{}</desc>"#, Escaped(description))
}

pub(crate) fn close(f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("</svg>\n")
}

/// Class and look of a label.
pub(crate) fn text(minor: bool) -> String {
    let minor = if minor { " onus-chart__label--minor" } else { "" };
    format!(
        r##"class="onus-chart__label{minor}" fill="#4c6272" font-family="Arial, sans-serif" font-size="14""##
    )
}

fn stroke(look: usize) -> String {
    let class = look % LOOKS.len() + 1;
    format!(
        r#"class="onus-chart__line onus-chart__line--{class}" fill="none" stroke-width="3" stroke-linejoin="round" stroke-linecap="round" {}"#,
        LOOKS[look % LOOKS.len()]
    )
}

fn draw(f: &mut Formatter<'_>, look: usize, line: &Line) -> fmt::Result {
    write!(f, r#"<path {} d=""#, stroke(look))?;
    for run in &line.runs {
        for (at, (x, y)) in run.iter().enumerate() {
            write!(f, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" })?;
        }
    }
    f.write_str("\"/>\n")?;
    let (class, fill) = (look % FILLS.len() + 1, FILLS[look % FILLS.len()]);
    for (x, y) in line.runs.iter().flatten() {
        writeln!(
            f,
            r#"<circle class="onus-chart__dot onus-chart__dot--{class}" cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{fill}"/>"#
        )?;
    }
    Ok(())
}

fn legend(f: &mut Formatter<'_>, lines: &[Line]) -> fmt::Result {
    f.write_str("<ul class=\"onus-legend\">\n")?;
    for (look, line) in lines.iter().enumerate() {
        f.write_str(r#"<li class="onus-legend__item">"#)?;
        f.write_str(r#"<svg class="onus-legend__key" viewBox="0 0 28 10" width="28" height="10" aria-hidden="true" focusable="false">"#)?;
        writeln!(
            f,
            r#"<line {} x1="0" x2="28" y1="5" y2="5"/></svg>{}</li>"#,
            stroke(look),
            Escaped(&line.name)
        )?;
    }
    f.write_str("</ul>\n")
}

/// A text as it stands in HTML.
pub(crate) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&#38;")?,
                '<' => f.write_str("&#60;")?,
                '>' => f.write_str("&#62;")?,
                '"' => f.write_str("&#34;")?,
                '\'' => f.write_str("&#39;")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Caption, Chart, Series};

    fn chart(names: &[&str]) -> String {
        let series: Vec<_> = names
            .iter()
            .map(|name| Series { name: (*name).into(), values: vec![Some(1.0), Some(3.0), None, Some(2.0)] })
            .collect();
        let labels = ["<a>", "b", "c", "d"].map(String::from);
        let caption = Caption { id: "one", title: "A & B".into(), description: "It \"rises\".".into() };
        Chart::lines(caption, &labels, &series, 0.5).unwrap().to_string()
    }

    #[test]
    fn it_is_named_and_described_and_every_text_is_escaped() {
        let svg = chart(&["<script>", "it's"]);
        for part in [
            r#"role="img" aria-labelledby="one-title one-description""#,
            r#"<title id="one-title">A &#38; B</title>"#,
            r#"<desc id="one-description">It &#34;rises&#34;.</desc>"#,
            "&#60;a&#62;",
            "&#60;script&#62;</li>",
            "it&#39;s</li>",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert!(!svg.contains("<script") && !svg.contains("style="));
    }

    #[test]
    fn a_gap_begins_a_new_run_and_only_several_lines_have_a_legend() {
        let one = chart(&["it"]);
        assert_eq!((one.matches('M').count(), one.matches("<circle").count()), (2, 3));
        assert!(!one.contains("onus-legend"));
        let two = chart(&["it", "all"]);
        assert_eq!(two.matches("onus-legend__item").count(), 2);
        assert!(two.contains("stroke-dasharray"), "lines are told apart by colour alone");
    }
}
