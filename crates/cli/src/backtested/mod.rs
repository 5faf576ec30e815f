//! Reading folders of events on all processors, and how the account of them is printed: one module for each format.

pub(crate) mod compared;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod text;
mod words;

pub(crate) use words::interrupted;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use backtest::{Collector, Place};
use indicatif::{ProgressBar, ProgressStyle};

use crate::tree::Input;

/// So many faults of a file are said one by one.
const SHOWN: usize = 20;

/// What was read.
pub(crate) struct Read<'a> {
    /// Those of each thread.
    pub(crate) collectors: Vec<Vec<Collector<'a>>>,
    pub(crate) input: backtest::Input,
    /// A line for each, in the order of the files.
    pub(crate) faults: Vec<String>,
}

/// Reads all files once; each is read by one thread, which has collectors of its own: they all get what it reads. Once `stop` is true
/// nothing more is read.
pub(crate) fn read<'a>(
    inputs: &[Input],
    unreadable: Vec<(PathBuf, io::Error)>,
    collectors: impl Fn() -> Vec<Collector<'a>> + Sync,
    threads: usize,
    stop: &AtomicBool,
) -> Read<'a> {
    let bar = bar(inputs);
    let (next, files_read, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let work = || {
        let mut collectors = collectors();
        let mut faults = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let input = inputs.get(number).filter(|_| !stop.load(Ordering::Relaxed));
            let Some(input) = input else { return (collectors, faults) };
            let (read, is_whole, found) = one(input, number, &mut collectors, &bar, stop);
            bytes.fetch_add(read, Ordering::Relaxed);
            files_read.fetch_add(usize::from(is_whole), Ordering::Relaxed);
            faults.push((number, found));
        }
    };
    let threads = threads.clamp(1, inputs.len().max(1));
    let done: Vec<_> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others =
            others.into_iter().map(|thread| thread.join().expect("what is read makes no thread panic"));
        [own].into_iter().chain(others).collect()
    });
    bar.finish_and_clear();
    let (collectors, faults): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let mut faults: Vec<_> = faults.into_iter().flatten().collect();
    faults.sort_by_key(|(number, _)| *number);
    let folders =
        unreadable.into_iter().map(|(path, error)| format!("{}: cannot be read: {error}", path.display()));
    let faults = folders.chain(faults.into_iter().flat_map(|(_, faults)| faults)).collect();
    let input = backtest::Input {
        files: inputs.len(),
        files_read: files_read.into_inner(),
        bytes: bytes.into_inner(),
    };
    Read { collectors, input, faults }
}

/// Reads one file: how many bytes, whether that is all, and what is wrong with it.
fn one(
    input: &Input,
    number: usize,
    collectors: &mut [Collector<'_>],
    bar: &ProgressBar,
    stop: &AtomicBool,
) -> (u64, bool, Vec<String>) {
    let name = input.name();
    let reader = match input.open() {
        Ok(reader) => bar.wrap_read(reader),
        Err(error) => {
            collectors.iter_mut().for_each(Collector::fault);
            return (0, true, vec![format!("{name}: cannot be read: {error}")]);
        }
    };
    collectors.iter_mut().for_each(Collector::file);
    let file = u32::try_from(number).unwrap_or(u32::MAX);
    let (mut faults, mut more, mut is_whole) = (Vec::new(), 0_u64, true);
    let read = records::read(reader, &mut |found| {
        let records::Place { line, number } = found.place;
        let fault = match found.item {
            // What is wrong with an event is so for all of them.
            Ok(item) => {
                let place = Place { file, record: number };
                let taken = collectors.iter_mut().map(|collector| collector.take(place, &item));
                taken.fold(None, |fault, taken| fault.or(taken.err()))
            }
            Err(why) => {
                collectors.iter_mut().for_each(Collector::fault);
                Some(why)
            }
        };
        match fault {
            None => {}
            Some(_) if faults.len() >= SHOWN => more += 1,
            Some(why) if number == 0 => faults.push(format!("{name}: {why}")),
            Some(why) => faults.push(format!("{name}:{line}, record {number}: {why}")),
        }
        // Asked behind each record: one file may be all that there is.
        is_whole = !stop.load(Ordering::Relaxed);
        is_whole
    });
    if more > 0 {
        faults.push(format!("{name}: {more} more faults like these"));
    }
    (read.bytes, is_whole, faults)
}

/// Of a terminal's own; in a pipe nothing is drawn. How much a pipe holds is not known.
fn bar(inputs: &[Input]) -> ProgressBar {
    let size = inputs.iter().map(|input| input.size).sum();
    let template = match size {
        0 => "{spinner} {bytes} read, {bytes_per_sec}",
        _ => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    };
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(size).with_style(style.expect("the templates are constants"))
}
