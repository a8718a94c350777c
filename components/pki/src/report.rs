//! A verdict point by point, for people and programs.

use serde::Serialize;
use std::fmt;

/// The code of a point that holds.
pub const OK: &str = "ok";

/// One point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What was judged, in `snake_case`.
    pub point: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// [`OK`], or the code of the failure.
    pub code: &'static str,
    /// A sentence for people, without personal data.
    pub detail: String,
}

/// All points, in the order in which they were judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// The points.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether there are points and all hold.
    #[must_use]
    pub fn ok(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.ok)
    }

    /// The first failure.
    #[must_use]
    pub fn failure(&self) -> Option<&Line> {
        self.lines.iter().find(|line| !line.ok)
    }

    /// Lets points that failed with this code hold: the caller's policy takes them as they are, and the code stays to be seen.
    pub fn excuse(&mut self, code: &str) {
        self.lines.iter_mut().filter(|line| line.code == code).for_each(|line| line.ok = true);
    }

    /// Notes a point that holds.
    pub fn holds(&mut self, point: &'static str, detail: impl Into<String>) {
        self.lines.push(Line { point, ok: true, code: OK, detail: detail.into() });
    }

    /// Notes a point that does not.
    pub fn fails(&mut self, point: &'static str, code: &'static str, detail: impl Into<String>) {
        self.lines.push(Line { point, ok: false, code, detail: detail.into() });
    }
}

impl fmt::Display for Report {
    /// One line each: `ok` or `FAILED`, the point, the code, the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            let verdict = if line.ok { "ok    " } else { "FAILED" };
            writeln!(f, "{verdict} {} {}: {}", line.point, line.code, line.detail)?;
        }
        Ok(())
    }
}
