//! Names of what changed, with a serial, for whoever waits.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use jawla_views::Changed;
use tokio::sync::{broadcast, watch};

use crate::client::Said;

/// Names kept; whoever is further behind asks for everything again.
const NAMES_KEPT_MAX: usize = 256;

/// Dossiers named one by one; more at once are `everything`.
const DOSSIERS_NAMED_MAX: usize = 16;

/// The names said so far.
pub(super) struct Names {
    kept: Mutex<VecDeque<(u64, String)>>,
    serial: watch::Sender<u64>,
    first: u64,
}

impl Names {
    pub(super) fn new() -> Self {
        // No serial of an earlier process is one of this one.
        let first = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |since| u64::try_from(since.as_millis()).unwrap_or(1));
        Self {
            kept: Mutex::new(VecDeque::new()),
            serial: watch::Sender::new(first),
            first,
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(u64, String)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn say(&self, names: impl IntoIterator<Item = String>) {
        let mut kept = self.kept();
        let serial = *self.serial.borrow() + 1;
        for name in names {
            kept.retain(|(_, other)| *other != name);
            kept.push_back((serial, name));
        }
        while kept.len() > NAMES_KEPT_MAX {
            kept.pop_front();
        }
        drop(kept);
        self.serial.send_replace(serial);
    }

    pub(super) fn serial(&self) -> u64 {
        *self.serial.borrow()
    }

    pub(super) async fn after(&self, serial: u64) -> Changed {
        let mut now = self.serial.subscribe();
        let unknown = serial < self.first || serial > self.serial();
        if !unknown {
            // The sender is this very object: it does not go while it is borrowed.
            let _ = now.wait_for(|newest| *newest > serial).await;
        }
        let kept = self.kept();
        let newest = self.serial();
        let oldest = kept.front().map_or(newest, |(serial, _)| *serial);
        let too_old = kept.len() == NAMES_KEPT_MAX && serial + 1 < oldest;
        let names = if unknown || too_old {
            vec!["everything".to_owned()]
        } else {
            kept.iter()
                .filter(|(at, _)| *at > serial)
                .map(|(_, name)| name.clone())
                .collect()
        };
        Changed {
            serial: newest,
            names,
        }
    }
}

/// Says as names what the device says, as long as the names are wanted.
pub(super) fn forward(mut said: broadcast::Receiver<Said>, names: Weak<Names>) {
    tokio::spawn(async move {
        loop {
            let heard = said.recv().await;
            let Some(names) = names.upgrade() else { return };
            match heard {
                Ok(Said::Projects(documents)) if documents.len() <= DOSSIERS_NAMED_MAX => {
                    names.say(documents.iter().map(|one| format!("project:{}", one.hex())));
                }
                Ok(Said::Outbox) => names.say(["outbox".to_owned()]),
                Ok(Said::Projects(_)) | Err(broadcast::error::RecvError::Lagged(_)) => {
                    names.say(["everything".to_owned()]);
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_come_once_each_and_a_foreign_serial_asks_for_everything() {
        let names = Names::new();
        let start = names.serial();
        names.say(["outbox".to_owned()]);
        names.say(["sync".to_owned(), "outbox".to_owned()]);
        let changed = names.after(start).await;
        assert_eq!(changed.names, ["sync", "outbox"]);
        assert_eq!(changed.serial, names.serial());
        assert_eq!(names.after(7).await.names, ["everything"]);
        let waiting = names.after(changed.serial);
        let saying = async { names.say(["settings".to_owned()]) };
        let (woken, ()) = tokio::join!(waiting, saying);
        assert_eq!(woken.names, ["settings"]);
        for n in 0..NAMES_KEPT_MAX + 5 {
            names.say([format!("project:{n}")]);
        }
        assert_eq!(names.after(start).await.names, ["everything"]);
    }
}
