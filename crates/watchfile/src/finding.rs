//! A finding: what is wrong, where, and what to do.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::fix::Fix;
use crate::lint::{Level, Lint};
use crate::source::Source;
use crate::suggest::the_slip_of;

/// What the linter reports. `Display` gives `file:line:column: message; help` in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint, whose name says the fault.
    pub lint: &'static Lint,
    /// How bad it is.
    pub severity: Level,
    /// The file.
    pub source: Arc<Source>,
    /// The bytes of the file that are wrong.
    pub span: Range<usize>,
    /// What is wrong, lower case without a full stop.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// What repairs it, if there is one right answer.
    pub fix: Option<Fix>,
}

/// A place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes.
    pub span: Range<usize>,
    /// Why it is shown.
    pub label: String,
}

impl Finding {
    pub(crate) fn new(
        lint: &'static Lint,
        source: &Arc<Source>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Finding {
        Finding {
            lint,
            severity: lint.level,
            source: Arc::clone(source),
            span,
            message: message.into(),
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Finding {
        Finding { help, ..self }
    }

    pub(crate) fn fix(self, fix: Option<Fix>) -> Finding {
        debug_assert!(
            fix.is_none() || self.lint.fix.is_some(),
            "{:?} does not say what its fix does",
            self.lint
        );
        Finding { fix, ..self }
    }

    /// With the fix that writes the one of the known names that `wrong` is a slip of, if there is just one.
    pub(crate) fn respelt<'a>(self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
        let fix = the_slip_of(wrong, known)
            .and_then(|right| Fix::rename(&self.source.text, &self.span, wrong, right));
        self.fix(fix)
    }

    pub(crate) fn related(
        mut self,
        source: &Arc<Source>,
        span: Range<usize>,
        label: impl Into<String>,
    ) -> Finding {
        self.related.push(Related { source: Arc::clone(source), span, label: label.into() });
        self
    }

    /// Whether a build must stop: the file cannot be used. What only the catalog knows stops no build, since AWS adds
    /// calls every week.
    pub fn stops_build(&self) -> bool {
        self.lint.is_of_reading()
    }

    /// Line and column of the place, both from 1.
    pub fn position(&self) -> (usize, usize) {
        self.source.position(self.span.start)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        write!(f, "{}:{line}:{column}: {} [{}]", self.source.path, one_line(&self.message), self.lint.name)?;
        if let Some(help) = &self.help {
            write!(f, "; {}", one_line(help))?;
        }
        Ok(())
    }
}

/// A message quotes the file; a line break in a quote must not begin a line of its own in the output of a build.
fn one_line(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}
