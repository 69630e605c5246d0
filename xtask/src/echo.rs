//! Prints what a step prints, and remembers the end of it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

/// Enough for what a test says of its failure.
const LINES_MAX: usize = 40;

/// A longer line is printed whole and remembered cut.
const LINE_CHARS_MAX: usize = 400;

/// How long to wait for the last words of a step that has ended. Something it left running may
/// hold the pipe open.
const LAST_WORDS_SECONDS_MAX: u64 = 2;

/// What a step prints, on its way to where we print.
pub struct Echo {
    last: Arc<Mutex<VecDeque<String>>>,
    ended: Receiver<()>,
}

impl Echo {
    /// Takes over both outputs of a command that is about to be started.
    pub fn of(command: &mut Command) -> anyhow::Result<Self> {
        let (reader, writer) = std::io::pipe().context("opening a pipe for a step")?;
        let both = writer.try_clone().context("opening a pipe for a step")?;
        command.stdout(writer).stderr(both);
        let last = Arc::new(Mutex::new(VecDeque::new()));
        let (end, ended) = channel();
        let kept = Arc::clone(&last);
        std::thread::spawn(move || pass_on(reader, &kept, &end));
        Ok(Self { last, ended })
    }

    /// The last lines of a step that has ended, each behind a line break.
    pub fn last_lines(self) -> String {
        let wait = Duration::from_secs(LAST_WORDS_SECONDS_MAX);
        self.ended.recv_timeout(wait).ok();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().map(|line| format!("\n  {line}")).collect()
    }
}

fn pass_on(reader: impl Read, last: &Mutex<VecDeque<String>>, end: &Sender<()>) {
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let text = String::from_utf8_lossy(&bytes);
        let line = text.trim_end();
        println!("{line}");
        let mut kept = last.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LINES_MAX {
            kept.pop_front();
        }
        kept.push_back(line.chars().take(LINE_CHARS_MAX).collect());
        drop(kept);
        bytes.clear();
    }
    end.send(()).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_lines_of(script: &str) -> String {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let echo = Echo::of(&mut command).unwrap();
        let mut child = command.spawn().unwrap();
        drop(command);
        child.wait().unwrap();
        echo.last_lines()
    }

    #[test]
    fn both_outputs_are_remembered() {
        assert_eq!(last_lines_of("echo one; echo two >&2"), "\n  one\n  two");
    }

    #[test]
    fn of_many_lines_the_last_are_remembered_and_long_ones_are_cut() {
        let text = last_lines_of("seq 1 1000; printf '%01000d' 0");
        assert_eq!(text.lines().count(), LINES_MAX + 1);
        assert!(text.starts_with("\n  962\n"));
        assert!(text.lines().all(|line| line.len() <= LINE_CHARS_MAX + 2));
    }
}
