//! The results as `JUnit` XML: a suite for each watcher, a case for each test.
//! <https://github.com/testmoapp/junitxml>

use std::fs;
use std::path::Path;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Run, Tested, show};
use crate::exit::Error;
use crate::folder::Folder;
use crate::project::Opened;

/// Writes the file, and the folders above it.
pub(super) fn write(path: &Path, tested: &[Tested<'_>], opened: &Opened) -> Result<(), Error> {
    let cannot = |e: std::io::Error| Error::usage(format!("{}: cannot be written: {e}", path.display()));
    let xml = xml(tested, opened).map_err(cannot)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    fs::write(path, xml).map_err(cannot)
}

fn xml(tested: &[Tested<'_>], opened: &Opened) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = tested.iter().map(|tested| tested.runs.len()).sum();
    let failures: usize = tested.iter().map(|tested| tested.failed().count()).sum();
    let counts = |start: BytesStart<'static>, tests: usize, failures: usize, errors: usize| {
        let [tests, failures, errors] = [tests, failures, errors].map(|number| number.to_string());
        start.with_attributes([("tests", &*tests), ("failures", &failures), ("errors", &errors)])
    };
    let faulty = opened.findings.len();
    let root = BytesStart::new("testsuites").with_attributes([("name", "watcher test")]);
    writer.write_event(Event::Start(counts(root, tests + faulty, failures, faulty)))?;
    for tested in tested.iter().filter(|tested| !tested.runs.is_empty()) {
        let suite = BytesStart::new("testsuite").with_attributes([("name", &*tested.file.watcher.name)]);
        let suite = suite.into_owned();
        writer.write_event(Event::Start(counts(suite, tested.runs.len(), tested.failed().count(), 0)))?;
        for run in &tested.runs {
            case(&mut writer, tested, run, &opened.folder)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    findings(&mut writer, opened)?;
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut xml = writer.into_inner();
    xml.push(b'\n');
    Ok(xml)
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    tested: &Tested<'_>,
    run: &Run<'_>,
    folder: &Folder,
) -> std::io::Result<()> {
    let line = tested.file.source.position(run.test.span.start).0.to_string();
    let (file, took) = (folder.show(&tested.file.source.path), seconds(run.took));
    let name = printable(&run.test.name);
    let case = BytesStart::new("testcase").with_attributes([
        ("classname", &*tested.file.watcher.name),
        ("name", &name),
        ("file", &file),
        ("line", &line),
        ("time", &took),
    ]);
    let failures = &run.outcome.failures;
    if failures.is_empty() {
        return writer.write_event(Event::Empty(case));
    }
    let steps: Vec<&str> = failures.iter().map(|failure| failure.step.as_str()).collect();
    let text: String = failures.iter().map(show::step).collect();
    let message = format!("differs: {}", steps.join(", "));
    writer.write_event(Event::Start(case))?;
    fault(writer, "failure", &message, &text)?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Files with a fault, whose tests could not run.
fn findings(writer: &mut Writer<Vec<u8>>, opened: &Opened) -> std::io::Result<()> {
    if opened.findings.is_empty() {
        return Ok(());
    }
    let number = opened.findings.len().to_string();
    let suite = BytesStart::new("testsuite").with_attributes([
        ("name", "findings"),
        ("tests", &*number),
        ("failures", "0"),
        ("errors", &number),
    ]);
    writer.write_event(Event::Start(suite))?;
    for finding in &opened.findings {
        let (file, line) = (opened.folder.show(&finding.source.path), finding.position().0.to_string());
        let name = format!("{} at line {line}", finding.lint.name);
        let case = BytesStart::new("testcase").with_attributes([
            ("classname", &*file),
            ("name", &name),
            ("file", &file),
            ("line", &line),
        ]);
        writer.write_event(Event::Start(case))?;
        fault(writer, "error", &printable(&finding.message), &finding.to_string())?;
        writer.write_event(Event::End(BytesEnd::new("testcase")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn fault(writer: &mut Writer<Vec<u8>>, kind: &str, message: &str, text: &str) -> std::io::Result<()> {
    let plain = printable(&anstream::adapter::strip_str(text).to_string());
    writer.write_event(Event::Start(BytesStart::new(kind).with_attributes([("message", message)])))?;
    writer.write_event(Event::Text(BytesText::new(&plain)))?;
    writer.write_event(Event::End(BytesEnd::new(kind)))
}

/// XML has no form for most control characters.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && !['\n', '\t'].contains(&c) { '\u{fffd}' } else { c }).collect()
}

fn seconds(took: Duration) -> String {
    format!("{:.6}", took.as_secs_f64())
}
