//! The account for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, IsTerminal};

use backtest::{Advice, ChannelReport, Report, Silence, Span, WatcherReport};
use jiff::civil::Date;

use super::words::{self, at, count_of, messages, number, weekly};
use crate::style::{CAUTION, FAINT, STRONG, count, indent, paint};

/// Lines of an example's message.
const EXAMPLE_LINES: usize = 3;
/// Days that a sparkline shows: the last ones.
const SPARKS: usize = 60;

/// All of it.
pub(crate) fn report(report: &Report) -> String {
    let mut text = whole(report);
    text += &fates(report);
    let _ = write!(text, "\n{}\n", paint(STRONG, "Channels"));
    text.extend(report.channels.iter().map(|channel| channel_line(channel, report.span.as_ref())));
    let (loud, silent): (Vec<_>, Vec<_>) =
        report.watchers.iter().partition(|watcher| watcher.silence.is_none());
    let _ = write!(
        text,
        "\n{}\n",
        paint(STRONG, &format!("{} would have sent something", count(loud.len(), "watcher")))
    );
    let mut loud = loud;
    loud.sort_by_key(|watcher| std::cmp::Reverse(watcher.alerts + watcher.summaries));
    text.extend(loud.iter().map(|watcher| indent(&watcher_lines(watcher, report.span.as_ref()), 2)));
    if !silent.is_empty() {
        let _ = write!(
            text,
            "\n{}\n",
            paint(STRONG, &format!("{} would have sent nothing", count(silent.len(), "watcher")))
        );
        text += &silences(&silent);
    }
    if !report.advice.is_empty() {
        let _ = write!(
            text,
            "\n{}\n",
            paint(STRONG, "Advice for the loudest, to paste at the end of account-watcher.toml")
        );
        text.extend(report.advice.iter().map(|advice| indent(&advice_lines(advice), 2)));
    }
    text
}

fn whole(report: &Report) -> String {
    let Some(span) = &report.span else { return String::new() };
    let events = format!("{} events", number(report.events));
    let mut text = format!(
        "{} in {} ({} unpacked), {} to {}: {} of {} in {}\n",
        paint(STRONG, &events),
        count(report.input.files_read, "file"),
        indicatif::HumanBytes(report.input.bytes),
        span.first,
        span.last,
        count(span.days, "day"),
        count(report.accounts.len(), "account"),
        count(report.regions.len(), "region"),
    );
    if let Some(interrupted) = words::interrupted(&report.input) {
        let _ = writeln!(text, "  {}", paint(CAUTION, &interrupted));
    }
    if report.redacted {
        text += "  redacted: actors, addresses and account ids are placeholders\n";
    }
    let list = |counts: &BTreeMap<String, u64>| {
        let mut all: Vec<_> = counts.iter().collect();
        all.sort_by_key(|(name, events)| (std::cmp::Reverse(**events), *name));
        let shown = all.iter().take(8).map(|(name, events)| {
            let name = if name.is_empty() { "(unknown)" } else { name.as_str() };
            format!("{name} {}", number(**events))
        });
        let more = if all.len() > 8 { format!(", {} more", all.len() - 8) } else { String::new() };
        shown.collect::<Vec<_>>().join(", ") + &more
    };
    let _ = writeln!(text, "  accounts: {}\n  regions: {}", list(&report.accounts), list(&report.regions));
    for gap in span.missing.iter().take(10) {
        let days =
            if gap.from == gap.to { gap.from.to_string() } else { format!("{} to {}", gap.from, gap.to) };
        let whose = gap
            .account
            .as_ref()
            .map_or("no events at all".to_owned(), |id| format!("no events of account {id}"));
        let _ = writeln!(text, "  {}: {days}, {whose}", paint(CAUTION, "missing"));
    }
    if span.missing.len() > 10 {
        let _ = writeln!(text, "  {}: {} more times", paint(CAUTION, "missing"), span.missing.len() - 10);
    }
    text
}

fn fates(report: &Report) -> String {
    let shown: Vec<(String, &str)> =
        words::fates(report).into_iter().map(|(events, what)| (number(events), what)).collect();
    let width = shown.iter().map(|(events, _)| events.len()).max().unwrap_or_default();
    let lines = shown.iter().map(|(events, what)| format!("  {events:>width$} {what}\n"));
    format!("\n{}", lines.collect::<String>())
}

fn channel_line(channel: &ChannelReport, span: Option<&Span>) -> String {
    let name = paint(STRONG, &channel.name);
    if channel.messages == 0 {
        return format!("  {name}: nothing\n");
    }
    let mut text = format!("  {name}: {}", messages(channel.messages));
    if channel.summaries > 0 {
        let _ = write!(
            text,
            ", {} of them {}",
            number(channel.summaries),
            if channel.summaries == 1 { "a summary" } else { "summaries" }
        );
    }
    let _ = write!(text, "; {}", weekly(&channel.weekly));
    let _ = write!(text, "; a day {} in the median", number(channel.median_day));
    if let Some((day, most)) = channel.worst_day {
        let _ = write!(text, ", {} at worst ({day})", number(most));
    }
    text.push('\n');
    if let Some(burst) = &channel.longest_burst {
        let seconds = burst.to.as_second() - burst.from.as_second();
        let _ = write!(
            text,
            "    longest burst {} in {seconds} s from {}",
            messages(burst.messages),
            at(burst.from)
        );
        if channel.longest_wait > 0 {
            let _ =
                write!(text, "; the channel's pace makes the last wait {} s at most", channel.longest_wait);
        }
        text.push('\n');
    }
    text + &spark(&channel.days, span)
}

fn watcher_lines(watcher: &WatcherReport, span: Option<&Span>) -> String {
    let mut text = format!("{}: {}", paint(STRONG, &watcher.name), count_of(watcher.alerts, "alert"));
    if watcher.summaries > 0 {
        let kind = if watcher.summaries == 1 { "summary" } else { "summaries" };
        let _ = write!(
            text,
            " and {} {kind}, which report {} more",
            number(watcher.summaries),
            number(watcher.grouped)
        );
    } else if watcher.grouped > 0 {
        let _ = write!(text, ", {} too few for one", number(watcher.grouped));
    }
    let _ = writeln!(text, "; {}", weekly(&watcher.weekly));
    if let (Some(first), Some(last)) = (watcher.first, watcher.last) {
        let _ = write!(text, "  {} to {}", at(first), at(last));
        if let Some(busiest) = watcher.busiest_hour.filter(|busiest| busiest.events > 1) {
            let _ = write!(text, ", busiest hour {} with {}", at(busiest.from), number(busiest.events));
        }
        text.push('\n');
    }
    for (what, top) in [("by", &watcher.top_actors), ("in", &watcher.top_accounts)] {
        if !top.is_empty() {
            let names: Vec<String> =
                top.iter().map(|top| format!("{} ({})", top.name, number(top.events))).collect();
            let _ = writeln!(text, "  {what} {}", names.join(", "));
        }
    }
    for ignored in &watcher.ignored {
        let _ = writeln!(
            text,
            "  {}: {} ({})",
            paint(CAUTION, "ignored"),
            number(ignored.events),
            ignored.reason
        );
    }
    if watcher.failed_templates > 0 {
        let _ = writeln!(
            text,
            "  {}: the template fails for {}",
            paint(CAUTION, "caution"),
            count_of(watcher.failed_templates, "event")
        );
    }
    if let Some(example) = &watcher.example {
        let lines: Vec<&str> = example.message.lines().filter(|line| !line.trim().is_empty()).collect();
        let more = if lines.len() > EXAMPLE_LINES { " …" } else { "" };
        let shown = lines[..lines.len().min(EXAMPLE_LINES)].join(" / ");
        let _ = writeln!(text, "  {}", paint(FAINT, &format!("{}: {shown}{more}", example.title)));
    }
    text + &spark(&watcher.days, span)
}

fn advice_lines(advice: &Advice) -> String {
    let what = words::change(advice.change);
    let Advice { watcher, messages, messages_after, toml, .. } = advice;
    let less = format!("{} instead of {}", count_of(*messages_after, "message"), number(*messages));
    format!("{}: {what}: {less}\n{}", paint(STRONG, watcher), indent(toml, 4))
}

fn silences(silent: &[&WatcherReport]) -> String {
    let mut text = String::new();
    for (why, is) in words::SAME {
        let names: Vec<&str> = silent
            .iter()
            .filter(|watcher| watcher.silence.as_ref().is_some_and(is))
            .map(|watcher| watcher.name.as_str())
            .collect();
        if !names.is_empty() {
            let _ = write!(text, "  {why} ({}):\n{}", names.len(), indent(&wrapped(&names), 4));
        }
    }
    for watcher in silent {
        let Some(Silence::NoMatch { events, nearest }) = &watcher.silence else { continue };
        let _ = writeln!(text, "  {}: {}", paint(STRONG, &watcher.name), words::no_match(*events));
        if let Some(miss) = nearest {
            let _ = writeln!(text, "    nearest: {} at {}", miss.event, at(miss.at));
            text += &indent(&miss.failed.join("\n"), 6);
        }
    }
    text
}

/// Names in lines that a terminal shows whole.
fn wrapped(names: &[&str]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            text.push(',');
            if width + name.len() > 100 {
                text.push('\n');
                width = 0;
            } else {
                text.push(' ');
            }
        }
        text += name;
        width += name.len() + 2;
    }
    text.push('\n');
    text
}

/// A bar for each day, on a terminal only.
fn spark(days: &BTreeMap<Date, u64>, span: Option<&Span>) -> String {
    let Some(span) = span.filter(|_| io::stdout().is_terminal()) else { return String::new() };
    let all: Vec<u64> = span
        .first
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= span.last)
        .map(|day| days.get(&day).copied().unwrap_or_default())
        .collect();
    let shown = &all[all.len().saturating_sub(SPARKS)..];
    format!("    {}\n", bars(shown))
}

fn bars(counts: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().max().copied().unwrap_or_default().max(1);
    let bar = |count: &u64| match *count {
        0 => ' ',
        count => BARS[usize::try_from((count * 7).div_ceil(most)).unwrap_or(7).min(7)],
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_the_most() {
        assert_eq!(bars(&[0, 1, 4, 8]), " ▂▅█");
        assert_eq!(bars(&[0, 0]), "  ");
    }

    #[test]
    fn long_lists_of_names_are_wrapped() {
        assert_eq!(wrapped(&["a", "b"]), "a, b\n");
        let long = "x".repeat(60);
        assert_eq!(wrapped(&[&long, &long]), format!("{long},\n{long}\n"));
    }
}
